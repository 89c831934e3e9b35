"""The text of an article with line numbers and marks; only visible rows are drawn, whatever its length."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from qa.text.sanitizing import mask_controls
from tui.widgets.wrapping import Row, row_of, shown, wrap

CITED, CURRENT, FOUND = "cited", "current", "found"
"""Kinds of marks; where marks overlap, the later kind is shown."""
_ORDER = (CITED, CURRENT, FOUND)
_MAX_INLINE = 100_000
"""Characters wrapped on the event loop, in about 10 ms; longer texts are wrapped in a thread."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the text to mark."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset one past its last character."""
    kind: str
    """``cited``, ``current`` or ``found``."""


class ArticleText(ScrollView, can_focus=True):
    """Shows one article."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "article-text--number",
        "article-text--heading",
        *(f"article-text--{kind}" for kind in _ORDER),
    }

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self._text = ""
        self._rows: list[Row] = []
        self._marks: list[Mark] = []
        self._width = 0
        self._pinned: int | None = None

    @property
    def text(self) -> str:
        """The article with control characters masked; offsets are the same as in the article."""
        return self._text

    async def show(self, text: str) -> None:
        """Show a text from its beginning, without marks."""
        self._text = mask_controls(text)
        self._marks = []
        self._pinned = None
        self.scroll_to(0, 0, animate=False)
        await self._wrap()

    def mark(self, marks: Sequence[Mark]) -> None:
        """Replace all marks."""
        self._marks = sorted(marks, key=lambda mark: (_ORDER.index(mark.kind), mark.start))
        self.refresh()

    def reveal(self, offset: int) -> None:
        """Scroll the character at ``offset`` into view; it stays in view when the size changes."""
        self._pinned = offset
        if self._rows:
            row = row_of(self._rows, offset)
            self.scroll_to(y=max(0, row - self.size.height // 3), animate=False, force=True)

    async def on_resize(self, event: events.Resize) -> None:
        """Wrap the text again, keeping the same part in view."""
        if self._text and self._text_width != self._width:
            offset = self._pinned if self._pinned is not None else self._top()
            await self._wrap()
            if offset is not None:
                row = row_of(self._rows, offset)
                rows_above = self.size.height // 3 if self._pinned is not None else 0
                self.scroll_to(y=max(0, row - rows_above), animate=False, force=True)

    def on_mouse_scroll_down(self) -> None:
        """Unpin the revealed offset, since the user scrolls."""
        self._pinned = None

    def on_mouse_scroll_up(self) -> None:
        """Unpin the revealed offset, since the user scrolls."""
        self._pinned = None

    def on_key(self, event: events.Key) -> None:
        """Unpin the revealed offset if the key scrolls."""
        if event.key in ("up", "down", "pageup", "pagedown", "home", "end"):
            self._pinned = None

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        index = self.scroll_offset.y + y
        base = self.rich_style
        if index >= len(self._rows):
            return Strip.blank(self.size.width, base)
        row = self._rows[index]
        segments = [*self._gutter(row, base), *self._body(row, base)]
        return Strip(segments).adjust_cell_length(self.size.width, base)

    @property
    def _gutter_width(self) -> int:
        return len(str(self._text.count("\n") + 1)) + 3

    @property
    def _text_width(self) -> int:
        return max(10, self.scrollable_content_region.width - self._gutter_width)

    def _top(self) -> int | None:
        """Return the offset of the first character in view, or None if the view is not scrolled."""
        index = self.scroll_offset.y
        return self._rows[index].start if 0 < index < len(self._rows) else None

    async def _wrap(self) -> None:
        width, text = self._text_width, self._text
        rows = wrap(text, width) if len(text) < _MAX_INLINE else await asyncio.to_thread(wrap, text, width)
        if text is self._text:
            self._rows, self._width = rows, width
            self.virtual_size = Size(self.scrollable_content_region.width, len(rows))
            self.refresh()

    def _gutter(self, row: Row, base: Style) -> Iterator[Segment]:
        kinds = {kind for _, _, kind in self._pieces(row) if kind}
        sign = ">" if CURRENT in kinds else "|" if CITED in kinds else " "
        number = str(row.line) if row.line else ""
        width = self._gutter_width - 3
        yield Segment(f"{number:>{width}} {sign} ", base + self.get_component_rich_style("article-text--number"))

    def _body(self, row: Row, base: Style) -> Iterator[Segment]:
        heading = self._text.startswith("#", row.start) and bool(row.line)
        plain = base + self.get_component_rich_style("article-text--heading") if heading else base
        for start, end, kind in self._pieces(row):
            style = base + self.get_component_rich_style(f"article-text--{kind}") if kind else plain
            yield Segment(shown(self._text[start:end]), style)

    def _pieces(self, row: Row) -> Iterator[tuple[int, int, str | None]]:
        """Split the row into pieces with one kind of mark, or none, each."""
        inside = [mark for mark in self._marks if mark.start < row.end and mark.end > row.start]
        edges = {row.start, row.end}
        for mark in inside:
            edges |= {max(mark.start, row.start), min(mark.end, row.end)}
        for start, end in pairwise(sorted(edges)):
            kinds = [mark.kind for mark in inside if mark.start <= start and end <= mark.end]
            yield start, end, kinds[-1] if kinds else None


def next_after(offsets: Sequence[int], start: int) -> int:
    """Return the index of the first of the sorted ``offsets`` at or after ``start``, or 0 if there is none."""
    index = bisect_left(offsets, start)
    return index if index < len(offsets) else 0
