"""The library: all articles with their state; updates and rebuilds the index."""

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
from textual.widgets import DataTable, Input, Static

import qa
from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.sources import Source
from tui.state import StatefulApp
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_line import StatusLine

_COLUMNS = ("state", "date", "title", "source", "size", "chunks", "file")
_SORTS: dict[str, Callable[[qa.ArticleStatus], object]] = {
    "file": lambda article: article.path.casefold(),
    "date": lambda article: article.published or date.min,
    "title": lambda article: article.title.casefold(),
    "source": lambda article: (article.source or "").casefold(),
    "state": lambda article: article.state.value,
    "size": lambda article: article.size,
    "chunks": lambda article: article.chunks,
}
_DESCENDING = {"date", "size", "chunks"}
_PREVIEW_LENGTH = 1_200
"""Characters of an article in the preview."""
_BATCH_SIZE = 100
"""Rows added before yielding to the event loop; a batch takes 10 ms."""


class LibraryScreen(Screen[None]):
    """Compares the corpus with the index, article by article."""

    AUTO_FOCUS: ClassVar[str | None] = "#articles"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+r", "app.rebuild_index", "Rebuild", tooltip="Rebuild the index from scratch", id="library.rebuild"
        ),
        Binding("ctrl+s", "sort", "Sort", tooltip="Sort by the next column", id="library.sort"),
        Binding("slash", "filter", "Filter", key_display="/", id="library.filter"),
        Binding("escape", "back", "Back", id="library.back"),
    ]

    app = getters.app(StatefulApp)

    def __init__(self) -> None:
        super().__init__()
        self._sort = "file"
        self._shown: list[qa.ArticleStatus] = []

    def compose(self) -> ComposeResult:
        """Lay out status line, filter, table, preview and footer."""
        yield StatusLine()
        yield Input(placeholder="Filter by title, source, file or state", id="filter")
        with Container(id="body"):
            yield DataTable(id="articles", cursor_type="row", zebra_stripes=True)
            yield Static(id="preview")
        yield KeyBar()

    def on_mount(self) -> None:
        """Add the columns, and refill the table whenever the articles change."""
        table: DataTable[str | Text] = self.query_one(DataTable)
        for name in _COLUMNS:
            table.add_column(name, key=name)
        self.watch(self.app, "articles", self._fill_again)

    def _fill_again(self) -> None:
        self._fill()

    @work(exclusive=True, group="fill")
    async def _fill(self) -> None:
        """Show the articles that match the filter, sorted; the cursor stays on its article."""
        from asyncio import sleep

        table: DataTable[str | Text] = self.query_one(DataTable)
        selected = self._article
        words = self.query_one("#filter", Input).value.casefold().split()
        matches = [article for article in self.app.articles if all(word in _search_text(article) for word in words)]
        matches.sort(key=_SORTS[self._sort], reverse=self._sort in _DESCENDING)  # type: ignore[arg-type]
        self._shown = matches
        table.border_title = f"{len(matches)} of {len(self.app.articles)} articles, sorted by {self._sort}"
        table.clear()
        for number, article in enumerate(matches):
            table.add_row(*_cells(article))
            if number % _BATCH_SIZE == _BATCH_SIZE - 1:
                await sleep(0)
        if selected is not None:
            paths = [article.path for article in matches]
            table.move_cursor(row=paths.index(selected.path) if selected.path in paths else 0, animate=False)
        self._preview()

    @property
    def _article(self) -> qa.ArticleStatus | None:
        row = self.query_one(DataTable).cursor_row
        return self._shown[row] if 0 <= row < len(self._shown) else None

    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _preview(self) -> None:
        preview, article = self.query_one("#preview", Static), self._article
        if article is None:
            preview.update(Content("No article selected."))
            return
        reason = f": {article.reason}" if article.reason else ""
        heading = Content.assemble(
            (safe(article.title), "bold"), f"\n{safe(article.path)}\n{article.state.value}{safe(reason)}\n\n"
        )
        try:
            document = await self.app.engine.article(article.path)
            text = safe(document.text[document.body_start :], _PREVIEW_LENGTH)
        except qa.QAError as problem:
            text = safe(str(problem))
        preview.update(heading + Content(text))

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
        """Focus the filter."""
        self.query_one("#filter").focus()

    def action_back(self) -> None:
        """Clear the filter, or return to the previous screen."""
        line = self.query_one("#filter", Input)
        if line.value or line.has_focus:
            line.clear()
            self.query_one(DataTable).focus()
        else:
            self.dismiss()


def _search_text(article: qa.ArticleStatus) -> str:
    return f"{article.title} {article.source or ''} {article.path} {article.state.value}".casefold()


def _cells(article: qa.ArticleStatus) -> tuple[str | Text, ...]:
    style = "" if article.state is qa.ArticleState.INDEXED else "bold"
    day = article.published.isoformat() if article.published else ""
    size = Text(f"{article.size:,}", justify="right")
    chunks = Text(str(article.chunks or ""), justify="right")
    names = (Text(safe(text, 80)) for text in (article.title, article.source or ""))
    return (Text(article.state.value, style), day, *names, size, chunks, Text(safe(article.path, 120)))
