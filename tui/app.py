"""The terminal app: starts everything, and owns the state that several screens show."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING, Any, ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.worker import Worker, WorkerState

import qa
from tui.engine import Engine
from tui.index_controller import IndexController
from tui.preferences import remember_theme, remembered_theme
from tui.safe import safe
from tui.screens.ask import AskScreen
from tui.state import StatefulApp
from tui.widgets.status_line import pending

if TYPE_CHECKING:
    from textual.command import Provider

    from tui.sessions.store import SessionStore

_HINT = (
    "Type a question below and press Enter. Every statement of the answer ends in the numbers of its sources; they "
    "stand beside it and open at the sentence. F1 tells all keys."
)


def _session_commands() -> type[Provider]:
    from tui.palette import SessionCommands

    return SessionCommands


def _article_commands() -> type[Provider]:
    from tui.palette import ArticleCommands

    return ArticleCommands


class QAApp(StatefulApp):
    """Questions about one's own articles, with answers that can be checked."""

    TITLE = "qa"
    CSS_PATH = "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012  # as Textual declares it
    COMMANDS = App.COMMANDS | {_session_commands, _article_commands}
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1,question_mark", "help", "Help", tooltip="All keys of this screen", id="app.help"),
        Binding("f2,l", "library", "Library", tooltip="All articles and their state", id="app.library"),
        Binding("f4,h", "history", "Sessions", tooltip="Go on with a kept session", id="app.history"),
        Binding("f7", "model", "Language model", tooltip="Choose what writes answers", show=False, id="app.model"),
        Binding("f5", "refresh_index", "Bring up to date", show=False, id="app.refresh"),
        Binding("ctrl+x", "cancel_indexing", "Stop indexing", priority=True, show=False, id="app.cancel_indexing"),
        Binding("ctrl+p", "command_palette", "Palette", tooltip="Find any action", id="app.palette"),
        Binding("ctrl+q", "quit", "Quit", show=False, id="app.quit"),
    ]

    def __init__(self, engine: Engine, when_loaded: Callable[[], object] = lambda: None) -> None:
        super().__init__(engine)
        self._when_loaded = when_loaded
        self.index_controller = IndexController(self)
        """Brings the index up to date."""
        self.settings: qa.Settings | None = None
        """The settings in use, once they are read."""
        self.ask_screen = AskScreen(engine)
        """The screen at the bottom of the stack."""

    def get_default_screen(self) -> Screen[Any]:
        """Begin where questions are asked."""
        return self.ask_screen

    def on_mount(self) -> None:
        """Show the first frame before anything heavy is imported."""
        theme = remembered_theme()
        if theme in self.available_themes:
            self.theme = theme
        self.theme_changed_signal.subscribe(self, lambda chosen: remember_theme(chosen.name))
        self.call_after_refresh(self._start)

    def on_unmount(self) -> None:
        """Leave nothing behind."""
        self.engine.shut_down()

    @work(exclusive=True, group="start", exit_on_error=False)
    async def _start(self) -> None:
        """Open the corpus, bring its index up to date, load the models; then questions are answered."""
        self.ask_screen.hint(Content(_HINT))
        self.phase = "Starting …"
        try:
            self.settings = await self.engine.settings()
            self._bind(self.settings.keys)
            self.ask_screen.chat.store = self._store(self.settings)
            self.articles = await self.engine.articles()
            if pending(self.articles):
                await self._index_first(self.settings)
            self.phase = "Loading the models …"
            await self.engine.warm_up()
        except qa.QAError as problem:
            self._explain(problem)
            return
        self._when_loaded()
        self.phase = ""
        self.ask_screen.chat.ready.set()
        self.run_worker(self.index_controller.watch(), group="watch", exclusive=True, exit_on_error=False)
        self.run_worker(self.ask_screen.chat.suggest(), group="suggest", exclusive=True, exit_on_error=False)

    def _bind(self, keys: dict[str, str]) -> None:
        """Take the user's own keys."""
        from tui.keys import action_names

        for unknown in sorted(keys.keys() - action_names(QAApp)):
            self.notify(
                f"qa.toml: no action is called {unknown}; see the README.",
                severity="warning",
                markup=False,
            )
        self.set_keymap(keys)

    async def _index_first(self, settings: qa.Settings) -> None:
        self.phase = "Bringing the index up to date …"
        self.index_controller.start(settings, rebuild=False)
        await self.index_controller.finished()

    def _store(self, settings: qa.Settings) -> SessionStore | None:
        from tui.sessions.store import SessionStore

        return SessionStore(settings.sessions_root) if settings.history else None

    def _explain(self, problem: qa.QAError) -> None:
        """Say what keeps questions from being answered, where the eye is."""
        self.phase = str(problem)
        then = "A corpus is a folder of .txt or .md files. Once that is mended, F5 tries again."
        lines = ((safe(problem.message) + ".", "bold $text-error"), "\n", safe(problem.hint), "\n\n", then)
        self.ask_screen.hint(Content.assemble(*lines))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Tell of a bug instead of ending."""
        if event.state is WorkerState.ERROR:
            error = event.worker.error
            what = f"This is a bug in qa, please report it: {type(error).__name__}: {error}"
            self.notify(safe(what, 300), severity="error", markup=False, timeout=10)

    @work(exclusive=True, group="changes", exit_on_error=False)
    async def on_corpus_changed(self) -> None:
        """Show what the index does not know yet; nothing is indexed unasked."""
        try:
            self.articles = await self.engine.articles()
        except qa.QAError as problem:
            self.notify(str(problem), severity="warning", markup=False)

    def action_help(self) -> None:
        """Show all keys of the screen."""
        from tui.screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            self.push_screen(HelpScreen(self.screen))

    def action_library(self) -> None:
        """Show all articles."""
        from tui.screens.library import LibraryScreen

        if not isinstance(self.screen, LibraryScreen):
            self.push_screen(LibraryScreen())

    def action_history(self) -> None:
        """Search the kept sessions."""
        from textual.command import CommandPalette

        if self.ask_screen.chat.store is None:
            self.notify("No sessions are kept: history is off.", severity="warning")
            return
        self.push_screen(CommandPalette(providers=[_session_commands()], placeholder="Search what was asked before"))

    def action_model(self) -> None:
        """Choose the language model that writes."""
        from tui.screens.model import ModelScreen

        current = self.engine.options.get("llm") or (self.settings.llm if self.settings else None)
        self.push_screen(ModelScreen(self.engine, current or "none"))

    def action_refresh_index(self) -> None:
        """Bring the index up to date, or try again what failed at the start."""
        if not self.ask_screen.chat.ready.is_set():
            self._start()
        elif self.settings is not None:
            self.index_controller.start(self.settings, rebuild=False)

    @work(group="rebuild", exit_on_error=False)
    async def action_rebuild_index(self) -> None:
        """Build the index from scratch; where that was what kept questions from being answered, go on."""
        if self.settings is not None:
            self.index_controller.start(self.settings, rebuild=True)
            await self.index_controller.finished()
            if not self.ask_screen.chat.ready.is_set():
                self._start()

    def action_cancel_indexing(self) -> None:
        """Stop writing the index."""
        self.index_controller.cancel()

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Offer Textual's own commands and every action of the screen."""
        from tui.palette import actions_of

        yield from super().get_system_commands(screen)
        yield from actions_of(self, screen)


def run(**options: Any) -> None:
    """Run the app; ``options`` are fields of ``qa.Settings``."""
    # Inside a running app stderr has no file number, and the tracker could not be started any more.
    resource_tracker.ensure_running()
    # What the libraries made stays: looking through it for garbage would stop the screen for 0.15 s now and then.
    QAApp(Engine(**options), when_loaded=gc.freeze).run()
