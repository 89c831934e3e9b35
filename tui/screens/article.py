"""An article with its cited sentences marked; Left and Right go through the citations of the answer."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import ClassVar

from textual import getters, on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from qa.datatypes import Offsets
from qa.text.sanitizing import strip_controls
from tui.editor import editor_command
from tui.engine import Engine
from tui.safe import safe
from tui.sources import Located, Source
from tui.themes import DIM
from tui.viewer import start, viewer_command
from tui.widgets.article_text import ArticleText
from tui.widgets.find_line import FindLine
from tui.widgets.key_bar import KeyBar
from tui.widgets.marks import CITED, CURRENT, FOUND, MATCH, Mark


class ArticleScreen(Screen[None]):
    """Shows the article of a source, and steps through the sources of an answer."""

    AUTO_FOCUS: ClassVar[str | None] = "#text"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "step(1)", "Next citation", key_display="→", id="article.next"),
        Binding("left", "step(-1)", "Previous", key_display="←", id="article.previous"),
        Binding("slash,ctrl+f", "find", "Find", key_display="/", id="article.find"),
        Binding("n,enter,ctrl+g", "match(1)", "Next match", key_display="n", id="article.find_next"),
        Binding("N", "match(-1)", "Previous match", key_display="N", id="article.find_previous"),
        Binding("escape", "back", "Back", id="article.back"),
        Binding("ctrl+y", "copy_text", "Copy", tooltip="Copy the selection, or else the quote", id="article.copy"),
        Binding("ctrl+e", "edit", "Editor", tooltip="Open this line in $EDITOR", id="article.edit"),
        Binding("ctrl+o", "view", "Original", tooltip="Open the file itself, a PDF at its page", id="article.view"),
    ]

    text = getters.query_one("#text", ArticleText)
    line = getters.query_one("#find", FindLine)

    def __init__(self, engine: Engine, sources: Sequence[Source], index: int = 0) -> None:
        super().__init__()
        self._engine = engine
        self._sources = sources
        self._index = index
        self._located = Located(None, None, sources[index].line)
        self._matches: list[Offsets] = []
        self._match = 0
        self._search_start = 0

    @property
    def source(self) -> Source:
        """The source that is shown."""
        return self._sources[self._index]

    def compose(self) -> ComposeResult:
        """Lay out heading, notice, text, search field and footer."""
        yield Static(id="heading")
        with VerticalScroll(id="notice", can_focus=False):
            yield Static(id="what")
        yield ArticleText(id="text")
        yield FindLine(id="find")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the source."""
        self.query_one("#notice").display = self.line.display = False
        self._show()

    @work(exclusive=True, group="article", exit_on_error=False)
    async def _show(self) -> None:
        """Read the article again, since it may have changed, and show the source where it stands now."""
        source = self.source
        self._head("  reading …")
        self._located = located = await self._engine.located(source)
        self._head()
        self._explain(located)
        if located.document is not self.text.document:
            await self.text.show(located.document)
            self._end_search()
        self._mark()
        if located.offsets is not None:
            self.text.reveal(located.offsets[0])
        elif located.document is not None and source.indexed:
            self.text.reveal(source.start)

    def _head(self, state: str = "") -> None:
        """Show which citation this is, the title of its article and its place there."""
        source = self.source
        is_cited = bool(source.indexed)
        number = (f"{self._index + 1} of {len(self._sources)}  ", "bold $text-warning") if is_cited else ""
        location = self._location() if is_cited else safe(source.path)
        content = Content.assemble(number, (location, "bold"), ("  " + safe(source.title), DIM), (state, "bold"))
        self.query_one("#heading", Static).update(content)

    def _location(self) -> str:
        """Return the path of the article, and the line or place of the source in it."""
        located = self._located
        locator = located.locator or (self.source.locator if located.document is None else "")
        return safe(f"{self.source.path}, {locator}" if locator else f"{self.source.path}:{located.line}")

    def _explain(self, located: Located) -> None:
        """Show what the user should know about a source, and what was cited if it is gone."""
        self.query_one("#notice").display = bool(located.notice)
        quote = strip_controls(self.source.quote) if located.offsets is None else ""
        quoted = f"\n“{quote}”" if quote else ""
        self.query_one("#what", Static).update(Content.assemble((safe(located.notice), "bold"), quoted))

    def _mark(self) -> None:
        """Mark all sources in this article, and what a search has found."""
        document, current = self._located.document, self.source
        marks = []
        for source in self._sources if document else ():
            if source is current:
                offsets = self._located.offsets
            elif document and source.path == document.path:
                offsets = source.offsets_in(document.text)
            else:
                continue
            if offsets is not None:
                marks.append(Mark(*offsets, CURRENT if source is current else CITED, str(source.number)))
                moved = offsets[0] - source.start
                marks += [Mark(start + moved, end + moved, FOUND) for start, end in source.matches]
        for number, match in enumerate(self._matches):
            marks.append(Mark(*match, MATCH if number == self._match else FOUND))
        self.text.mark(marks)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Disable or hide the actions that are not available now."""
        if action == "match":
            return bool(self._matches)
        if action == "step":
            return len(self._sources) > 1
        return True

    def action_step(self, step: int) -> None:
        """Go to the next or previous citation of the answer."""
        self._index = (self._index + step) % len(self._sources)
        self._show()

    def action_find(self) -> None:
        """Open the search field; what is typed is searched from the place in view."""
        self._search_start = self.text.top
        self.line.open()

    @on(Input.Changed, "#find")
    def _changed(self, event: Input.Changed) -> None:
        self._search(event.value)

    @on(Input.Submitted, "#find")
    def _submitted(self, event: Input.Submitted) -> None:
        if self._matches:
            self.set_focus(self.text)
        elif event.value.strip():
            self.notify(f"No match for “{safe(event.value, 60)}” in this article.", markup=False, severity="warning")

    @work(exclusive=True, group="search", exit_on_error=False)
    async def _search(self, query: str) -> None:
        """Mark the matches of a search, and go to the first one from the place in view."""
        self._matches = await self.text.matches(query)
        first = (number for number, (start, _) in enumerate(self._matches) if start >= self._search_start)
        self._match = next(first, 0)
        self._show_match()

    def action_match(self, step: int) -> None:
        """Go to the next or previous match of the search."""
        self._match = (self._match + step) % len(self._matches)
        self._show_match()

    def _show_match(self) -> None:
        self._mark()
        self.line.count(self._match + 1, len(self._matches))
        if self._matches:
            self.text.reveal(self._matches[self._match][0])
        self.refresh_bindings()

    def _end_search(self) -> None:
        self.line.close()
        self._matches = []
        self.refresh_bindings()

    def action_copy_text(self) -> None:
        """Copy what is selected, or else what is cited with its source; Ctrl+C does the same on every screen."""
        selected = self.get_selected_text()
        if selected:
            self.app.copy_to_clipboard(strip_controls(selected))
            self.notify("Copied the selection.")
        elif self.source.indexed:
            source = self.source
            text = f"“{safe(source.quote, len(source.quote))}”\n{safe(source.title)}{source.day} · "
            self.app.copy_to_clipboard(f"{text}{self._location()}\n")
            self.notify("Copied the quote and its source.")
        else:
            self.notify("Nothing is selected: drag over the text with the mouse.", severity="warning")

    def action_edit(self) -> None:
        """Open the article in the user's editor at the line of the source."""
        if self._located.document is None:
            return  # it cannot be read, or is outside the corpus
        file = self._engine.file_of(self.source)
        if not self._engine.is_text(self.source):
            self.notify("Only text files open in an editor. Ctrl+O opens the file itself.", severity="warning")
            return
        command = editor_command(file, self._located.line)
        if command is None:
            self.notify("No editor was found. To choose one, for example: export EDITOR=nano", severity="warning")
            return
        try:
            with self.app.suspend():
                subprocess.run(command, check=False)
        except SuspendNotSupported:
            self.notify("An editor cannot be opened from this terminal.", severity="warning")
        except OSError as problem:
            self.notify(f"{command[0]} cannot be started: {problem.strerror}", markup=False, severity="error")
        self.refresh()
        self._show()

    def action_view(self) -> None:
        """Open the file of the article as the system does, a PDF at the page of the source."""
        if self._located.document is None:
            return  # it cannot be read, or is outside the corpus
        command = viewer_command(self._engine.file_of(self.source), self._located.locator)
        if command is None:
            self.notify("Nothing was found that opens files (such as xdg-open).", severity="warning")
            return
        try:
            start(command)
        except OSError as problem:
            self.notify(f"{command[0]} cannot be started: {problem.strerror}", markup=False, severity="error")
        else:
            self.notify(f"Opened with {command[0]}.", markup=False)

    def action_back(self) -> None:
        """End the search, or return to the previous screen."""
        if self.line.display:
            self._end_search()
            self._mark()
            self.set_focus(self.text)
        else:
            self.dismiss()
