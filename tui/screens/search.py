"""The search screen: passages as you type, with the matching words marked; Enter opens the article there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

import qa
from qa.matches import best_match
from qa.questions.filter_words import in_words
from qa.text.english import counted
from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.screens.list_screen import ListScreen
from tui.sources import Source
from tui.themes import DIM
from tui.typesetting.breaks import breaks
from tui.widgets.columns import shortened, shortened_path

_PAUSE = 0.15
"""Seconds without a key after which the search begins."""
_LINES = 2
"""Lines of a passage that are listed."""
_MARK = "bold underline $text-accent"
"""Style of a matching word."""


class PassageLayout:
    """Draws a passage: title, day and location, then the text around its best match."""

    height = _LINES + 1
    """Lines of a passage."""
    has_header = False
    """The passages have no headings."""

    def __init__(self) -> None:
        self.query = ""
        """What was searched for."""
        self._drawn: dict[tuple[str, int, int], list[Content]] = {}

    def begin(self, query: str) -> None:
        """Mark the words of this query from now on."""
        self.query = query
        self._drawn.clear()

    def header(self, width: int) -> Content:
        """Return nothing."""
        return Content()

    def lines(self, row: qa.Passage, width: int) -> list[Content]:
        """Return the lines of a passage."""
        key = (row.path, row.start, width)
        if key not in self._drawn:
            self._drawn[key] = self._draw(row, width)
        return self._drawn[key]

    def _draw(self, row: qa.Passage, width: int) -> list[Content]:
        source = Source.of_match(row, self.query)
        day, line = source.day, source.position
        location = f"{day} · {shortened_path(safe(source.path), max(width // 2 - len(day) - len(line), 10))}{line}"
        title = shortened(safe(source.title), width - len(location))
        # Lines end between words, which takes some characters of each.
        match = best_match(row, self.query, max(_LINES * (width - 2) - width // 8, width // 2))
        snippet = Content(match.snippet)
        for start, end in match.marks:
            snippet = snippet.stylize(_MARK, start, end)
        return [Content.assemble((title, "bold"), (location, DIM)), *_wrapped(snippet, width - 2)]


class SearchScreen(ListScreen[qa.Passage]):
    """Searches the articles."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f9", "app.filter", "Filter", tooltip="Search only some of the articles", id="search.filter"),
        Binding("f8", "ask", "Ask this", tooltip="Ask it as a question", id="search.ask"),
    ]

    NAME = "Search"
    PROMPT = "Words to look for in the articles"

    def __init__(self, query: str) -> None:
        self._passages = PassageLayout()
        super().__init__(self._passages)
        self._query = query

    def on_mount(self) -> None:
        """Begin with what stands in the question field, and search again whenever the app gets ready."""
        self.field.value = self._query
        self.field.select_all()  # typing replaces it
        self.watch(self.app, "phase", self._phase_changed)
        self.watch(self.app, "chosen", self._phase_changed, init=False)

    def _phase_changed(self) -> None:
        self.refill()

    async def rows_for(self, query: str) -> Sequence[qa.Passage]:
        """Return the passages that bear on a query, best first; the last ones stay listed until then."""
        if not query or self.app.phase:
            self.note("")
            return []
        await asyncio.sleep(_PAUSE)
        self.field.border_subtitle = "Searching …"
        results = await self.app.engine.search(query, self.app.chosen)
        self._passages.begin(results.query)
        self.note(results.notice)
        return results.passages

    def identity(self, row: qa.Passage) -> object:
        """Return the location of a passage."""
        return row.path, row.start

    def summary(self) -> str:
        """Return how many passages are listed, and of which articles."""
        count = counted(len(self.list.rows), "passage") if self.list.rows else ""
        return " · ".join(filter(None, (count, in_words(self.app.chosen))))

    def explain_empty(self, query: str) -> Content:
        """Return why there are no passages, and what to do."""
        if self.app.phase:
            return Content(f"{safe(self.app.phase)}\n\nYou can type meanwhile: the search begins once this is done.")
        if not query:
            return Content("Type words, and the passages that contain them, or are near in meaning, are listed here.")
        return Content("No passage matches. Try other words; Escape clears them.")

    async def preview(self, row: qa.Passage) -> Content:
        """Return a passage with its matches marked."""
        match = best_match(row, self._passages.query, len(row.layout.text))
        text = Content(match.snippet)
        for start, end in match.marks:
            text = text.stylize(_MARK, start, end)
        return text

    def open_row(self, row: qa.Passage) -> None:
        """Open the article of a passage, with its matches marked; the other passages can be reached from there."""
        sources = [Source.of_match(passage, self._passages.query) for passage in self.list.rows]
        self.app.push_screen(ArticleScreen(self.app.engine, sources, self.list.highlighted))

    def action_ask(self) -> None:
        """Put what was typed into the question field."""
        self.app.return_to_question(self.field.value)


def _wrapped(content: Content, width: int) -> Iterator[Content]:
    """Yield the first lines of a text, indented; what does not fit is cut between words."""
    edges = [0, *breaks(content.plain, max(width, 10)), len(content)]
    for number, (start, end) in enumerate(pairwise(edges[: _LINES + 1]), 1):
        line = content[start:end].rstrip()
        is_cut = number == _LINES < len(edges) - 1 and not line.plain.endswith("…")
        yield Content.assemble("  ", line, "…" if is_cut else "")
