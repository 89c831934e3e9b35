"""One article with the cited sentences marked; leads to the next citation, wherever it stands."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Footer, Input, Static

import qa
from tui.editor import editor_command
from tui.engine import Engine
from tui.safe import safe
from tui.sources import Source
from tui.widgets.article_text import CITED, CURRENT, FOUND, ArticleText, Mark, next_after

MOST_FOUND = 5_000
"""Places of a search that are marked."""


class ArticleScreen(Screen[None]):
    """Shows the article of a source and walks through the sources of an answer."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "next_source", "Next citation", id="article.next"),
        Binding("p", "previous_source", "Previous", id="article.previous"),
        Binding("slash", "find", "Find", key_display="/", id="article.find"),
        Binding("f6,full_stop", "find_next", "Find next", show=False, id="article.find_next"),
        Binding("e", "edit", "Editor", tooltip="Open $EDITOR at this line", id="article.edit"),
        Binding("escape", "back", "Back", id="article.back"),
    ]

    def __init__(self, engine: Engine, sources: Sequence[Source], place: int = 0) -> None:
        super().__init__()
        self._engine = engine
        self._sources = sources
        self._place = place
        self._path: str | None = None
        self._found: list[int] = []
        self._sought = ""

    @property
    def source(self) -> Source:
        """The source that is shown."""
        return self._sources[self._place]

    def compose(self) -> ComposeResult:
        """Lay out heading, text, search line and keys."""
        yield Static(id="heading")
        yield ArticleText(id="text")
        yield Input(placeholder="Find in this article; Enter goes to the next, Escape closes", id="find")
        yield Footer(show_command_palette=False)

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
            self._path, self._found, self._sought = source.path, [], ""
            await text.show(document.text)
        self._mark()
        text.reveal(source.start)

    def _head(self, source: Source) -> None:
        number = f"[{source.number}] of {len(self._sources)}  " if source.end > source.start else ""
        gone = ("\nThis file has changed: the quote is no longer there.", "$text-warning") if source.stale else ""
        heading = Content.assemble(
            (number, "bold"), (safe(source.title), "bold"), source.day, "\n", (source.place, "$text-muted"), gone
        )
        self.query_one("#heading", Static).update(heading)

    def _mark(self) -> None:
        here = [one for one in self._sources if one.path == self._path and not one.stale]
        marks = [Mark(one.start, one.end, CURRENT if one is self.source else CITED) for one in here]
        found = [Mark(start, start + len(self._sought), FOUND) for start in self._found]
        self.query_one(ArticleText).mark(marks + found)

    def action_next_source(self) -> None:
        """Go to the next citation of the answer."""
        self._go(1)

    def action_previous_source(self) -> None:
        """Go to the citation before."""
        self._go(-1)

    def _go(self, step: int) -> None:
        self._place = (self._place + step) % len(self._sources)
        self._show()

    def action_find(self) -> None:
        """Open the search line."""
        line = self.query_one("#find", Input)
        line.display = True
        line.focus()

    def action_find_next(self) -> None:
        """Go to the next place of what was last sought."""
        self._find(self.query_one("#find", Input).value)

    @on(Input.Submitted, "#find")
    def _submitted(self, event: Input.Submitted) -> None:
        self._find(event.value)

    def _find(self, sought: str) -> None:
        text = self.query_one(ArticleText)
        if not sought:
            return
        if sought != self._sought:
            self._sought = sought
            matches = re.finditer(re.escape(sought), text.text, re.IGNORECASE)
            self._found = [match.start() for match, _ in zip(matches, range(MOST_FOUND), strict=False)]
            self._next = next_after(self._found, self.source.start)
        else:
            self._next += 1
        self._mark()
        if not self._found:
            self.notify(f"{safe(sought, 60)} is not in this article.", markup=False, severity="warning")
            return
        self._next %= len(self._found)
        text.reveal(self._found[self._next])
        line = self.query_one("#find", Input)
        line.border_title = f"{self._next + 1} of {len(self._found)}"

    def action_edit(self) -> None:
        """Open the article in the user's editor at the line of the source."""
        command = editor_command(self._engine.corpus_root / self.source.path, self.source.line)
        if command is None:
            self.notify("Set EDITOR to open articles, for example: export EDITOR=nano", severity="warning")
            return
        try:
            with self.app.suspend():
                subprocess.run(command, check=False)
        except SuspendNotSupported:
            self.notify("This terminal can not make room for an editor.", severity="warning")
        except OSError as problem:
            self.notify(f"{command[0]} can not be started: {problem.strerror}", markup=False, severity="error")
        self.refresh()
        self._path = None
        self._show()

    def action_back(self) -> None:
        """Close the search line, or go back to where the reader was."""
        line = self.query_one("#find", Input)
        if line.display:
            line.display = False
            self._found, self._sought = [], ""
            self._mark()
            self.query_one(ArticleText).focus()
        else:
            self.dismiss()
