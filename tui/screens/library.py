"""The library: all articles with their state in the index; updates and rebuilds the index."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from textual import on, work
from textual.binding import Binding, BindingType
from textual.content import Content

import qa
from qa.text.english import counted
from qa.text.sanitizing import strip_controls
from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.screens.dialogs import ConfirmScreen
from tui.screens.list_screen import ListScreen
from tui.sources import Source
from tui.themes import DIM
from tui.widgets.columns import Column, Table, shortened_path
from tui.widgets.row_list import RowList

_LONGEST_CELL = 120
"""Characters of a title, name or path that a cell may show."""
_PREVIEW_LENGTH = 4_000
"""Characters of an article in the preview."""
_MOST_INLINE = 5_000
"""Articles that are filtered and sorted on the event loop, in 10 ms; more of them in a thread."""
_COUNTED_AT_ONCE = 100
"""Articles whose words are counted before a question gets its turn, in 30 ms."""
_PUNCTUATION = re.compile(r"[,;:?!…\"“”]+")
"""What no name of an article in a question may contain."""
_TELLING_WORDS, _MOST_WORDS = 4, 12
"""Words of a title that tell it from others, and those that a question names at most."""
_DESCENDING_FIRST = ("date", "words", "chunks")

_SORT_KEYS: dict[str, Callable[[qa.ArticleStatus, Mapping[str, int]], Any]] = {
    "file": lambda article, _: article.path.casefold(),
    "title": lambda article, _: article.title.casefold(),
    "date": lambda article, _: article.published or date.min,
    "source": lambda article, _: (article.source or "").casefold(),
    "words": lambda article, words: words.get(article.path, 0),
    "chunks": lambda article, _: article.chunks,
    "state": lambda article, _: article.state.value,
}


class LibraryScreen(ListScreen[qa.ArticleStatus]):
    """Compares the corpus with the index, article by article."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f8,a", "ask_about", "Ask about it", tooltip="Ask about this article", id="library.ask", key_display="F8"
        ),
        Binding("ctrl+s", "sort", "Sort", tooltip="Sort by the next column", id="library.sort"),
        Binding("ctrl+r", "rebuild", "Rebuild", tooltip="Rebuild the index from scratch", id="library.rebuild"),
        Binding("ctrl+o", "reverse", "Reverse the order", show=False, id="library.reverse"),
    ]

    NAME = "Library"
    PROMPT = "Filter by title, file, source, date or state"

    def __init__(self) -> None:
        self._words: dict[str, int] = {}
        self._table = Table(_columns(self._words))
        super().__init__(self._table)
        self._table.sorted_by = "file"
        self._texts: tuple[Sequence[qa.ArticleStatus], list[str]] = ((), [])
        self._has_all_words = False

    def on_mount(self) -> None:
        """Fill the list, now and whenever the articles change."""
        self.watch(self.app, "articles", self._articles_changed)

    def _articles_changed(self) -> None:
        self._words.clear()
        self._has_all_words = False
        self._table.measure(self.app.articles)
        self.refill()
        self._show_left_out()

    async def rows_for(self, query: str) -> Sequence[qa.ArticleStatus]:
        """Return the articles that contain every word of the query in what the list says of them, sorted."""
        if self._table.sorted_by == "words" and not self._has_all_words:
            self.field.border_subtitle = "Counting words …"
            await self._count_words(self.app.articles)
            self._has_all_words = True
        if len(self.app.articles) > _MOST_INLINE:
            return await asyncio.to_thread(self._select, query)
        return self._select(query)

    def identity(self, row: qa.ArticleStatus) -> object:
        """Return the path."""
        return row.path

    def summary(self) -> str:
        """Return how many articles are listed, of how many."""
        return self.share(len(self.app.articles), "article")

    def explain_empty(self, query: str) -> Content:
        """Return that nothing matches, or that there are no articles."""
        if self.app.articles:
            return Content(f"No article matches “{safe(query, 60)}”.\nEscape clears the filter.")
        phase = f"{safe(self.app.phase)}\n\n" if self.app.phase else ""
        advice = "A corpus is a folder of .txt or .md files. Add some, then press F5 to read them."
        return Content(f"{phase}There are no articles yet.\n{advice}")

    async def preview(self, row: qa.ArticleStatus) -> Content:
        """Return where an article is, its state, and its beginning."""
        reason = f": {row.reason}" if row.reason else ""
        facts = (" · ".join((safe(row.path), f"{row.state.value}{safe(reason)}", f"{row.size:,} bytes")), DIM)
        if row.state is qa.ArticleState.SKIPPED:
            return Content.assemble(facts)
        try:
            text = _beginning(await self.app.engine.article(row.path))
        except qa.QAError as problem:
            text = safe(str(problem))
        return Content.assemble((safe(row.title), "bold"), "\n", facts, "\n", text)

    def open_row(self, row: qa.ArticleStatus) -> None:
        """Read an article."""
        self.app.push_screen(ArticleScreen(self.app.engine, [Source.of_article(row)]))

    def action_ask_about(self) -> None:
        """Begin a question about the highlighted article."""
        if self.list.row is not None:
            self.app.return_to_question(question_about(safe(self.list.row.title)))

    def action_sort(self) -> None:
        """Sort by the next column."""
        names = self._table.names(self.list.text_width)
        current = self._table.sorted_by
        following = names.index(current) + 1 if current in names else 0
        self._sort_by(names[following % len(names)])

    def action_reverse(self) -> None:
        """Reverse the order."""
        self._table.is_descending = not self._table.is_descending
        self.refill()

    def action_rebuild(self) -> None:
        """Ask, and then rebuild the index from scratch."""
        question = (
            f"Build the index of {counted(len(self.app.articles), 'article')} from scratch? Questions are answered "
            "from the old one meanwhile. F5 is enough to read new and changed files."
        )

        def rebuild(is_wanted: bool | None) -> None:
            if is_wanted:
                self.call_later(self.run_action, "app.rebuild_index")

        self.app.push_screen(ConfirmScreen("Rebuild the index", question, "Rebuild", "Cancel"), rebuild)

    @on(RowList.HeaderClicked)
    def _header_clicked(self, event: RowList.HeaderClicked) -> None:
        name = self._table.column_at(event.x, self.list.text_width)
        if name == self._table.sorted_by:
            self.action_reverse()
        elif name is not None:
            self._sort_by(name)

    @on(RowList.Moved)
    @work(exclusive=True, group="words", exit_on_error=False)
    async def _moved(self) -> None:
        await self._count_words(self.list.in_view)

    @work(exclusive=True, group="left out", exit_on_error=False)
    async def _show_left_out(self) -> None:
        try:
            left_out = await self.app.engine.left_out()
        except qa.QAError:
            left_out = ""
        skipped = sum(article.state is qa.ArticleState.SKIPPED for article in self.app.articles)
        notes = [f"{skipped:,} skipped"] if skipped else []
        self.note(" · ".join(notes + ([f"left out: {left_out}"] if left_out else [])))

    async def _count_words(self, articles: Sequence[qa.ArticleStatus]) -> None:
        """Count the words of articles that are not counted yet; another call to the engine may come in between."""
        paths = [article.path for article in articles if article.path not in self._words and article.chunks]
        for start in range(0, len(paths), _COUNTED_AT_ONCE):
            try:
                self._words.update(await self.app.engine.word_counts(paths[start : start + _COUNTED_AT_ONCE]))
            except qa.QAError:
                return
            self.list.refresh()

    def _sort_by(self, name: str) -> None:
        self._table.sorted_by, self._table.is_descending = name, name in _DESCENDING_FIRST
        self.refill()

    def _select(self, query: str) -> list[qa.ArticleStatus]:
        articles = self.app.articles
        if self._texts[0] is not articles:
            self._texts = (articles, [_search_text(article) for article in articles])
        words = query.casefold().split()
        pairs = zip(articles, self._texts[1], strict=True)
        rows = [article for article, text in pairs if all(word in text for word in words)]
        key = _SORT_KEYS[self._table.sorted_by or "file"]
        rows.sort(key=lambda article: key(article, self._words), reverse=self._table.is_descending)
        return rows


def question_about(title: str) -> str:
    """Return the beginning of a question that only one article answers.

    A name without quotation marks and commas is taken out of the question, so that no title is found for its words.
    """
    parts = [part for part in _PUNCTUATION.split(title) if part.strip()]
    first = parts[0] if parts else title
    name = first if len(first.split()) >= _TELLING_WORDS else " ".join(parts)
    return f"What does the article titled {' '.join(name.split()[:_MOST_WORDS])} say about "


def _beginning(document: qa.Document) -> str:
    """Return the beginning of an article without blank lines."""
    text = strip_controls(document.text[document.body_start :][:_PREVIEW_LENGTH])
    return "\n".join(line for line in text.splitlines() if line.strip())


def _columns(words: Mapping[str, int]) -> list[Column[qa.ArticleStatus]]:
    def word_count(article: qa.ArticleStatus) -> str:
        return f"{words[article.path]:,}" if article.path in words else "…" if article.chunks else ""

    def emphasis(article: qa.ArticleStatus) -> str:
        if article.state is qa.ArticleState.SKIPPED:
            return "bold $text-error"
        return "" if article.state is qa.ArticleState.INDEXED else "bold"

    return [
        Column("file", lambda article: safe(article.path, _LONGEST_CELL), 4, 16, 40, shorten=shortened_path),
        Column("title", _title, rank=0, least=28),
        Column("date", lambda article: article.published.isoformat() if article.published else "", rank=2, least=10),
        Column("source", lambda article: safe(article.source or "", _LONGEST_CELL), rank=5, least=10, most=24),
        Column("words", word_count, rank=3, least=7, is_number=True),
        Column("chunks", lambda article: f"{article.chunks:,}" if article.chunks else "", 6, 8, is_number=True),
        Column("state", lambda article: article.state.value, rank=1, least=7, style=emphasis),
    ]


def _title(article: qa.ArticleStatus) -> str:
    """Return the title of an article; of a skipped file, why it was skipped."""
    reason = f": {article.reason}" if article.reason else ""
    return safe(article.title + reason, _LONGEST_CELL)


def _search_text(article: qa.ArticleStatus) -> str:
    day = article.published.isoformat() if article.published else ""
    parts = (article.title, article.source or "", article.path, day, article.state.value, article.reason)
    return " ".join(parts).casefold()
