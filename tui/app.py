"""The Textual app: startup, app-wide actions and the state that several screens share."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Iterable
from contextlib import suppress
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from textual import events, work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.worker import Worker, WorkerState

import qa
from qa.models.hosting import variables_set
from qa.private_files import DamagedFile
from qa.settings import SettingsOptions
from tui.ending import Ending
from tui.engine import Engine
from tui.index_controller import IndexController
from tui.preferences import remember_theme, remembered_theme
from tui.safe import safe
from tui.screens.ask import AskScreen
from tui.state import StatefulApp, changes
from tui.themes import DARK, LIGHT
from tui.typing import is_for_question

if TYPE_CHECKING:
    from textual.command import Provider

    from tui.sessions.store import SessionStore

_HINT = "Ask for a fact, a list, a summary, a comparison, or what is new."


def _session_commands() -> type[Provider]:
    from tui.palette import SessionCommands

    return SessionCommands


def _article_commands() -> type[Provider]:
    from tui.palette import ArticleCommands

    return ArticleCommands


class QAApp(StatefulApp):
    """Answers questions about a folder of articles and links every answer to its sources."""

    TITLE = "qa"
    CSS_PATH = "app.tcss"
    COMMANDS = App.COMMANDS | {_session_commands, _article_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "Help", show=False, tooltip="List the key bindings", id="app.help"),
        Binding("f2", "library", "Library", tooltip="List all articles with their state", id="app.library"),
        Binding("f4", "history", "Sessions", tooltip="Continue, rename or delete a saved session", id="app.history"),
        Binding("f6", "search", "Search", tooltip="Search the articles for passages", id="app.search"),
        Binding("f7", "model", "Language model", tooltip="Choose what writes the answers", show=False, id="app.model"),
        Binding("f5", "refresh_index", "Update index", show=False, id="app.refresh"),
        Binding("ctrl+x", "cancel_indexing", "Cancel indexing", priority=True, show=False, id="app.cancel_indexing"),
        Binding("ctrl+p", "command_palette", "Palette", tooltip="Search all commands", id="app.palette"),
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit"),
    ]

    def __init__(
        self, engine: Engine, when_loaded: Callable[[], object] = lambda: None, chosen: qa.Filter | None = None
    ) -> None:
        super().__init__(engine, chosen or qa.Filter())
        self._when_loaded = when_loaded
        self.index_controller = IndexController(self)
        """Runs index updates in the background."""
        self.ask_screen = AskScreen(engine, self.index_controller.bring_up_to_date)
        """The screen at the bottom of the stack."""

    def get_default_screen(self) -> Screen[Any]:
        """Return the ask screen, which the app starts with."""
        return self.ask_screen

    async def on_event(self, event: events.Event) -> None:
        """Handle an event; typed text goes to the question field, whichever screen is open."""
        if is_for_question(self, event, self.ask_screen.line):
            self.return_to_question()
        await super().on_event(event)

    def return_to_question(self, text: str = "") -> None:
        """Close all screens above the conversation, and focus the question field; ``text`` is put into it if given."""
        while self.screen is not self.ask_screen:
            self.pop_screen()
        self.ask_screen.set_focus(self.ask_screen.line)
        if text:
            self.ask_screen.line.compose_question(text)

    def on_mount(self) -> None:
        """Restore the theme, and start up only once the first frame is drawn."""
        self._restore_theme()
        self.theme_changed_signal.subscribe(self, lambda chosen: remember_theme(chosen.name))
        self.call_after_refresh(self._start)

    async def on_unmount(self) -> None:
        """Save what was typed, stop an index update, and shut the engine down."""
        self.save_draft()
        self.engine.shut_down()
        self.index_controller.cancel()
        await self.index_controller.finished()

    def save_draft(self) -> None:
        """Save the questions without an answer for the next run, unless history is turned off."""
        self.ask_screen.chat.stop_writing()
        if not any(questions := self.ask_screen.unanswered()):
            return
        with suppress(qa.QAError):  # without valid settings, there is no place to save anything
            store = self._store(self.settings or qa.load_settings(**self.engine.options))
            if store is not None:
                earlier = store.take_draft() if self.settings is None else []  # else it was restored
                store.save_draft(earlier + questions)

    def _restore_theme(self) -> None:
        for own in (DARK, LIGHT):
            self.register_theme(own)
        self.theme = DARK.name
        try:
            theme = remembered_theme()
        except DamagedFile as damaged:
            self.notify(str(damaged), severity="warning", markup=False, timeout=10)
            return
        if theme in self.available_themes:
            self.theme = theme

    @work(exclusive=True, group="start", exit_on_error=False)
    async def _start(self, update: bool = False) -> None:
        """Open the corpus, update its index, load the models, then let questions through."""
        self.ask_screen.hint(Content(_HINT))
        self.phase = "Starting …"
        self.ask_screen.chat.report_obstacle("")
        try:
            self.settings = await self.engine.settings()
            self._bind(self.settings.keys)
            self.ask_screen.chat.store = store = self._store(self.settings)
            self.ask_screen.line.restore(store.take_draft() if store else [])
            self.articles = await self.engine.articles()
            self.auto_update = self.settings.refresh and self.settings.server is None
            if changes(self.articles) and (update or self.auto_update):
                self.phase = "Reading the articles …"
                self.index_controller.start(self.settings, rebuild=False)
                await self.index_controller.finished()
            self.phase = "Loading the models …"
            await self.engine.warm_up()
            self.chosen = await self.engine.full_names(self.chosen)
        except qa.QAError as problem:
            self._explain(problem)
            return
        self._when_loaded()
        self.phase = ""
        self.ask_screen.chat.ready.set()
        self.run_worker(self.index_controller.watch(), group="watch", exclusive=True, exit_on_error=False)
        self.run_worker(self.ask_screen.chat.suggest(), group="suggest", exclusive=True, exit_on_error=False)

    def _bind(self, keys: dict[str, str]) -> None:
        """Apply the key bindings from the settings; report those that cannot be used."""
        if not keys:
            return
        from tui.keys import usable_keys

        usable, problems = usable_keys(QAApp, keys)
        for problem in problems:
            self.notify(safe(f"qa.toml: {problem}."), severity="warning", markup=False, timeout=10)
        self.set_keymap(usable)

    def _store(self, settings: qa.Settings) -> SessionStore | None:
        from tui.sessions.store import SessionStore

        return SessionStore(settings.sessions_root) if settings.history else None

    def _explain(self, problem: qa.QAError) -> None:
        """Show in the empty conversation why no questions can be answered, and what to do."""
        self.phase = str(problem)
        self.ask_screen.chat.report_obstacle(str(problem))
        advice = "A corpus is a folder of articles. Fix this, then press F5 to retry."
        lines = ((safe(problem.message) + ".", "bold $text-error"), "\n", safe(problem.hint), "\n\n", advice)
        self.ask_screen.hint(Content.assemble(*lines))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Report an unexpected error as a notification; the app keeps running."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            message = f"This is a bug in qa; please report it: {type(error).__name__}: {error}"
            self.notify(safe(message, 300), severity="error", markup=False, timeout=10)

    @work(exclusive=True, group="changes", exit_on_error=False)
    async def on_corpus_changed(self) -> None:
        """Read new and changed articles, or show that there are some if that was declined."""
        try:
            self.articles = await self.engine.articles()
            await self.index_controller.read_changes()
        except qa.QAError as problem:
            self.notify(str(problem), severity="warning", markup=False)

    def action_help(self) -> None:
        """Show the key bindings of the current screen."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_library(self) -> None:
        """Show the library."""
        from tui.screens.library import LibraryScreen

        if not isinstance(self.screen, LibraryScreen):
            self.push_screen(LibraryScreen())

    def action_history(self) -> None:
        """Show the saved sessions."""
        from tui.screens.sessions import SessionsScreen

        if self.ask_screen.chat.store is None:
            self.notify("Sessions are not saved: history is turned off.", severity="warning")
        elif not isinstance(self.screen, SessionsScreen):
            self.push_screen(SessionsScreen(self.ask_screen, self.ask_screen.chat.store))

    def action_search(self) -> None:
        """Search the articles, at first for what stands in the question field."""
        from tui.screens.search import SearchScreen

        if not isinstance(self.screen, SearchScreen):
            self.push_screen(SearchScreen(self.ask_screen.line.value))

    def action_model(self) -> None:
        """Choose the language model that writes the answers."""
        from tui.screens.model import ModelScreen

        current = self.engine.options.get("llm") or (self.settings.llm if self.settings else None)
        self.push_screen(ModelScreen(self.engine, current or "none"))

    def action_filter(self) -> None:
        """Choose which articles are asked and searched."""
        from tui.screens.filter import FilterScreen

        self.push_screen(FilterScreen())

    def action_refresh_index(self) -> None:
        """Update the index, or retry a failed startup."""
        if not self.ask_screen.chat.ready.is_set():
            self._start(update=True)
        elif self.settings is not None:
            self.index_controller.start(self.settings, rebuild=False)

    @work(group="rebuild", exit_on_error=False)
    async def action_rebuild_index(self) -> None:
        """Rebuild the index from scratch, and retry the startup if it had failed."""
        if self.settings is not None:
            self.index_controller.start(self.settings, rebuild=True)
            await self.index_controller.finished()
            if not self.ask_screen.chat.ready.is_set():
                self._start()

    def action_cancel_indexing(self) -> None:
        """Cancel the index update."""
        self.index_controller.cancel()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Add every action of the screen to Textual's own commands."""
        from tui.palette import actions_of

        yield from super().get_system_commands(screen)
        yield from actions_of(self, screen)


def run(chosen: qa.Filter | None = None, **options: Unpack[SettingsOptions]) -> int:
    """Run the app, at first with the filter ``chosen``; ``options`` are fields of ``qa.Settings``.

    Returns:
        The exit code: 0, or 128 and the number of the signal that ended the app.

    Raises:
        Exception: the app has failed; the terminal is restored.
    """
    # While the app runs, stderr has no file descriptor, so the tracker could no longer be started.
    # Its process runs ``python -c``, which would import modules from the current folder.
    with variables_set(PYTHONSAFEPATH="1"):
        resource_tracker.ensure_running()
    # Freezing exempts the libraries' objects from garbage collection, which would block the screen for 0.15 s.
    app = QAApp(Engine(**options), when_loaded=gc.freeze, chosen=chosen)
    ending = Ending(lambda code: app.exit(return_code=code), app.save_draft, lambda: app.is_suspended)

    async def run_until_end() -> None:
        ending.prepare()
        await app.run_async()
        ending.finish(qa.ExitCode.FAILURE if app.failure else qa.ExitCode.ANSWERED)

    asyncio.run(run_until_end())
    if app.failure is not None:
        raise app.failure
    return ending.code
