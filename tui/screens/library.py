"""All articles with their state; brings the index up to date and rebuilds it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from rich.text import Text
from textual import getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Footer, Input, Static

import qa
from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.sources import Source
from tui.state import StatefulApp
from tui.widgets.status_line import StatusLine

_COLUMNS = ("state", "date", "title", "source", "size", "chunks", "file")
_SORTS: dict[str, Callable[[qa.ArticleStatus], object]] = {
    "file": lambda one: one.path.casefold(),
    "date": lambda one: one.published or date.min,
    "title": lambda one: one.title.casefold(),
    "source": lambda one: (one.source or "").casefold(),
    "state": lambda one: one.state.value,
    "size": lambda one: one.size,
    "chunks": lambda one: one.chunks,
}
_DESCENDING = {"date", "size", "chunks"}
_PREVIEWED = 1_200
"""Characters of an article in the preview."""
_AT_ONCE = 100
"""Rows added before the event loop gets a turn: 10 ms."""


class LibraryScreen(Screen[None]):
    """Shows the corpus beside the index."""

    AUTO_FOCUS: ClassVar[str | None] = "#articles"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "app.refresh_index", "Bring up to date", id="library.refresh"),
        Binding("R", "app.rebuild_index", "Rebuild", tooltip="Build the index from scratch", id="library.rebuild"),
        Binding("s", "sort", "Sort", tooltip="Sort by the next column", id="library.sort"),
        Binding("slash", "filter", "Filter", key_display="/", id="library.filter"),
        Binding("escape", "back", "Back", id="library.back"),
    ]

    app = getters.app(StatefulApp)

    def __init__(self) -> None:
        super().__init__()
        self._sort = "file"
        self._shown: list[qa.ArticleStatus] = []

    def compose(self) -> ComposeResult:
        """Lay out status, filter, table, preview and keys."""
        yield StatusLine()
        yield Input(placeholder="Filter by title, source, file or state", id="filter")
        with Container(id="body"):
            yield DataTable(id="articles", cursor_type="row", zebra_stripes=True)
            yield Static(id="preview")
        yield Footer(show_command_palette=False)

    def on_mount(self) -> None:
        """Follow the articles."""
        table: DataTable[str | Text] = self.query_one(DataTable)
        for name in _COLUMNS:
            table.add_column(name, key=name)
        self.watch(self.app, "articles", self._fill_again)

    def _fill_again(self) -> None:
        self._fill()

    @work(exclusive=True, group="fill")
    async def _fill(self) -> None:
        """Show the articles that the filter lets through, in the order chosen, the cursor where it was."""
        from asyncio import sleep

        table: DataTable[str | Text] = self.query_one(DataTable)
        before = self._article
        wanted = self.query_one("#filter", Input).value.casefold().split()
        found = [one for one in self.app.articles if all(word in _searched(one) for word in wanted)]
        found.sort(key=_SORTS[self._sort], reverse=self._sort in _DESCENDING)  # type: ignore[arg-type]
        self._shown = found
        table.border_title = f"{len(found)} of {len(self.app.articles)} articles, by {self._sort}"
        table.clear()
        for number, article in enumerate(found):
            table.add_row(*_cells(article))
            if number % _AT_ONCE == _AT_ONCE - 1:
                await sleep(0)
        if before is not None:
            paths = [one.path for one in found]
            table.move_cursor(row=paths.index(before.path) if before.path in paths else 0, animate=False)
        self._preview()

    @property
    def _article(self) -> qa.ArticleStatus | None:
        row = self.query_one(DataTable).cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview(self) -> None:
        preview, article = self.query_one("#preview", Static), self._article
        if article is None:
            preview.update(Content("No article."))
            return
        reason = f": {article.reason}" if article.reason else ""
        about = Content.assemble(
            (safe(article.title), "bold"), f"\n{safe(article.path)}\n{article.state.value}{safe(reason)}\n\n"
        )
        try:
            document = await self.app.engine.article(article.path)
            text = safe(document.text[document.body_start :], _PREVIEWED)
        except qa.QAError as problem:
            text = safe(str(problem))
        preview.update(about + Content(text))

    @on(DataTable.RowHighlighted)
    def _moved(self) -> None:
        self._preview()

    @on(DataTable.RowSelected)
    def _opened(self) -> None:
        article = self._article
        if article is not None:
            source = Source.of_article(article)
            self.app.push_screen(ArticleScreen(self.app.engine, [source]))

    @on(DataTable.HeaderSelected)
    def _header(self, event: DataTable.HeaderSelected) -> None:
        self._sort_by(str(event.column_key.value))

    @on(Input.Changed, "#filter")
    def _filtered(self) -> None:
        self._fill()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.query_one(DataTable).focus()

    def action_sort(self) -> None:
        """Sort by the next column."""
        names = list(_SORTS)
        self._sort_by(names[(names.index(self._sort) + 1) % len(names)])

    def _sort_by(self, name: str) -> None:
        self._sort = name
        self._fill()

    def action_filter(self) -> None:
        """Go to the filter."""
        self.query_one("#filter").focus()

    def action_back(self) -> None:
        """Clear the filter, or go back."""
        line = self.query_one("#filter", Input)
        if line.value or line.has_focus:
            line.clear()
            self.query_one(DataTable).focus()
        else:
            self.dismiss()


def _searched(article: qa.ArticleStatus) -> str:
    return f"{article.title} {article.source or ''} {article.path} {article.state.value}".casefold()


def _cells(article: qa.ArticleStatus) -> tuple[str | Text, ...]:
    style = "" if article.state is qa.ArticleState.INDEXED else "bold"
    day = article.published.isoformat() if article.published else ""
    size = Text(f"{article.size:,}", justify="right")
    chunks = Text(str(article.chunks or ""), justify="right")
    named = (Text(safe(text, 80)) for text in (article.title, article.source or ""))
    return (Text(article.state.value, style), day, *named, size, chunks, Text(safe(article.path, 120)))
