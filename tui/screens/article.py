"""An article with the cited sentences marked; N and P go through the citations of the answer."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from itertools import islice
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

import qa
from tui.editor import editor_command
from tui.engine import Engine
from tui.safe import safe
from tui.sources import Source
from tui.widgets.article_text import CITED, CURRENT, FOUND, ArticleText, Mark, next_after
from tui.widgets.key_bar import KeyBar

MAX_MATCHES = 5_000
"""Number of search matches that are marked."""


class ArticleScreen(Screen[None]):
    """Shows the article of a source, and steps through the sources of an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "next_source", "Next citation", id="article.next"),
        Binding("left", "previous_source", "Previous", id="article.previous"),
        Binding("slash,ctrl+f", "find", "Find", key_display="/", id="article.find"),
        Binding("ctrl+g", "find_next", "Find next", show=False, id="article.find_next"),
        Binding("ctrl+e", "edit", "Editor", tooltip="Open this line in $EDITOR", id="article.edit"),
        Binding("escape", "back", "Back", id="article.back"),
    ]

    def __init__(self, engine: Engine, sources: Sequence[Source], index: int = 0) -> None:
        super().__init__()
        self._engine = engine
        self._sources = sources
        self._index = index
        self._path: str | None = None
        self._matches: list[int] = []
        self._query = ""

    @property
    def source(self) -> Source:
        """The source that is shown."""
        return self._sources[self._index]

    def compose(self) -> ComposeResult:
        """Lay out heading, text, search field and footer."""
        yield Static(id="heading")
        yield ArticleText(id="text")
        yield Input(placeholder="Find in this article (Enter: next match, Escape: close)", id="find")
        yield KeyBar()

    def on_mount(self) -> None:
        """Show the source."""
        self.query_one("#find").display = False
        self.query_one(ArticleText).focus()
        self._show()

    @work(exclusive=True, group="article", exit_on_error=False)
    async def _show(self) -> None:
        source, text = self.source, self.query_one(ArticleText)
        self._head(source)
        if source.path != self._path:
            try:
                document = await self._engine.article(source.path)
            except qa.QAError as problem:
                self.query_one("#heading", Static).update(Content(safe(str(problem))))
                await text.show("")
                return
            self._path, self._matches, self._query = source.path, [], ""
            await text.show(document.text)
        self._mark()
        text.reveal(source.start)

    def _head(self, source: Source) -> None:
        number = f"[{source.number}] of {len(self._sources)}  " if source.end > source.start else ""
        warning = ("\nThis file no longer contains the quote.", "$text-warning") if source.stale else ""
        location = (source.location, "$text-muted")
        heading = Content.assemble((number, "bold"), (safe(source.title), "bold"), source.day, "\n", location, warning)
        self.query_one("#heading", Static).update(heading)

    def _mark(self) -> None:
        sources = [source for source in self._sources if source.path == self._path and not source.stale]
        cited = [Mark(source.start, source.end, CURRENT if source is self.source else CITED) for source in sources]
        matches = [Mark(start, start + len(self._query), FOUND) for start in self._matches]
        matches += [Mark(start, end, FOUND) for source in sources for start, end in source.matches]
        self.query_one(ArticleText).mark(cited + matches)

    def action_next_source(self) -> None:
        """Go to the next citation of the answer."""
        self._go(1)

    def action_previous_source(self) -> None:
        """Go to the previous citation of the answer."""
        self._go(-1)

    def _go(self, step: int) -> None:
        self._index = (self._index + step) % len(self._sources)
        self._show()

    def action_find(self) -> None:
        """Open the search field."""
        line = self.query_one("#find", Input)
        line.display = True
        line.focus()

    def action_find_next(self) -> None:
        """Go to the next match of the last search."""
        self._find(self.query_one("#find", Input).value)

    @on(Input.Submitted, "#find")
    def _submitted(self, event: Input.Submitted) -> None:
        self._find(event.value)

    def _find(self, query: str) -> None:
        text = self.query_one(ArticleText)
        if not query:
            return
        if query != self._query:
            self._query = query
            matches = re.finditer(re.escape(query), text.text, re.IGNORECASE)
            self._matches = [match.start() for match in islice(matches, MAX_MATCHES)]
            self._next = next_after(self._matches, self.source.start)
        else:
            self._next += 1
        self._mark()
        if not self._matches:
            self.notify(f"No match for “{safe(query, 60)}” in this article.", markup=False, severity="warning")
            return
        self._next %= len(self._matches)
        text.reveal(self._matches[self._next])
        line = self.query_one("#find", Input)
        line.border_title = f"{self._next + 1} of {len(self._matches)}"

    def action_edit(self) -> None:
        """Open the article in the user's editor at the line of the source."""
        if self.source.path != self._path:
            return  # it is not shown, since it cannot be read or is outside the corpus
        command = editor_command(self._engine.corpus_root / self.source.path, self.source.line)
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
        self._path = None
        self._show()

    def action_back(self) -> None:
        """Close the search field, or return to the previous screen."""
        line = self.query_one("#find", Input)
        if line.display:
            line.display = False
            self._matches, self._query = [], ""
            self._mark()
            self.query_one(ArticleText).focus()
        else:
            self.dismiss()
