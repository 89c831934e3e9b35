"""Shows an article as a document, with stretches of it marked; only the visible rows are drawn, whatever its length."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import ClassVar, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

import qa
from qa.datatypes import Offsets
from tui.long_work import in_thread
from tui.typesetting import Part, Rows, parts_of
from tui.typesetting.search import matches_of
from tui.widgets.marks import KINDS, Mark, Marks
from tui.widgets.row_painter import MARGIN, STYLES, RowPainter

T = TypeVar("T")

WIDEST = 90
"""Cells of the widest row of text."""
MAX_MATCHES = 5_000
"""Number of search matches that are marked."""
_EDGE = 3
"""Rows at both ends of the view in which nothing is revealed, because what stands around it could not be read."""
_MAX_INLINE = 50_000
"""Characters that are laid out on the event loop, in about 10 ms; longer texts are laid out in a thread."""


class ArticleText(ScrollView, can_focus=True, inherit_bindings=False):
    """Shows one article; at most 90 columns of text, centred."""

    # Without those of ``ScrollView`` for going left and right, which screens use.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "Scroll up", show=False),
        Binding("down", "scroll_down", "Scroll down", show=False),
        Binding("pageup", "page_up", "Page up", show=False),
        Binding("pagedown,space", "page_down", "Page down", show=False),
        Binding("home,ctrl+home", "scroll_home", "Beginning", show=False),
        Binding("end,ctrl+end", "scroll_end", "End", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"article-text--{name}" for name in (*STYLES, *KINDS)}

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self._document: qa.Document | None = None
        self._parts: list[Part] = []
        self._rows = Rows((), WIDEST)
        self._marks = Marks(())
        self._pinned: int | None = None
        self._painter = RowPainter(self, "")

    @property
    def document(self) -> qa.Document | None:
        """The article that is shown."""
        return self._document

    async def show(self, document: qa.Document | None) -> None:
        """Show an article from its beginning, without marks; None shows nothing."""
        self._document = document
        self._marks = Marks(())
        self._pinned = None
        self._painter = RowPainter(self, document.text if document else "")
        parts = await self._computed(lambda: parts_of(document)) if document else []
        if document is self._document:
            self._parts = parts
            await self._lay_out()
            self.scroll_to(0, 0, animate=False, force=True)

    def mark(self, marks: Sequence[Mark]) -> None:
        """Replace all marks."""
        self._marks = Marks(marks)
        self.refresh()

    def reveal(self, offset: int) -> None:
        """Scroll the character at ``offset`` into view; it stays in view when the size changes."""
        self._pinned = offset
        if len(self._rows):
            row, height = self._rows.index_of(offset), self.size.height
            if _EDGE <= row - self.scroll_offset.y < height - _EDGE:
                return
            self.scroll_to(y=max(0, row - height // 3), animate=False, force=True)

    @property
    def top(self) -> int:
        """The place in the file of the first row in view."""
        return self._rows.offset_of(self.scroll_offset.y) if self.scroll_offset.y < len(self._rows) else 0

    async def matches(self, query: str) -> list[Offsets]:
        """Return start and end in the file of the first matches of a search, sorted."""
        parts = self._parts
        return sorted(await self._computed(lambda: [*islice(matches_of(parts, query), MAX_MATCHES)]))

    async def on_resize(self, event: events.Resize) -> None:
        """Lay the text out again, keeping the same part in view."""
        if self._parts and self._row_width != self._rows.width:
            pinned, top = self._pinned, self.top
            is_scrolled = self.scroll_offset.y > 0
            await self._lay_out()
            if pinned is not None:
                self.reveal(pinned)
            elif is_scrolled:
                self.scroll_to(y=self._rows.index_of(top), animate=False, force=True)

    def on_mouse_scroll_down(self) -> None:
        """Unpin the revealed offset, since the user scrolls."""
        self._pinned = None

    def on_mouse_scroll_up(self) -> None:
        """Unpin the revealed offset, since the user scrolls."""
        self._pinned = None

    def on_key(self, event: events.Key) -> None:
        """Unpin the revealed offset if the key scrolls."""
        if event.key in self._bindings.key_to_bindings:
            self._pinned = None

    def render_line(self, y: int) -> Strip:
        """Draw one row of the screen."""
        index = self.scroll_offset.y + y
        if index >= len(self._rows):
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._painter.paint(self._rows[index], self._marks, self._left, self._row_width, self._selected(index))
        return strip.adjust_cell_length(self.size.width, self.rich_style).apply_offsets(0, index)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """Return the characters of the article that are selected, without bullets, and wrapped only where it is."""
        first = selection.start.y if selection.start else 0
        last = selection.end.y if selection.end else len(self._rows) - 1
        texts: list[str] = []
        for index in range(first, min(last + 1, len(self._rows))):
            row = self._rows[index]
            span = selection.get_span(index)
            if span is None or (row.is_blank and not texts):
                continue
            if texts and (row.is_first or row.is_blank):
                texts.append("\n")
            texts.append(self._painter.copied(row, self._in_row(index, span)))
        return "".join(texts), "\n"

    @property
    def _row_width(self) -> int:
        return max(10, min(WIDEST, self.scrollable_content_region.width - MARGIN - 1))

    @property
    def _left(self) -> int:
        return max(0, (self.scrollable_content_region.width - self._row_width - MARGIN) // 2)

    def _selected(self, index: int) -> Offsets | None:
        """Return start and end of the selection within the text of a row."""
        selection = self.text_selection
        span = selection.get_span(index) if selection else None
        return self._in_row(index, span) if span else None

    def _in_row(self, index: int, span: Offsets) -> Offsets:
        """Return columns of the screen as characters of a row's text; a column of -1 is the end."""
        row = self._rows[index]
        before = self._left + MARGIN + len(row.lead)
        start, end = (len(row.text) if column < 0 else column - before for column in span)
        return max(0, start), max(0, min(end, len(row.text)))

    async def _lay_out(self) -> None:
        parts, width = self._parts, self._row_width
        rows = await self._computed(lambda: Rows(parts, width))
        if parts is self._parts:
            self._rows = rows
            self.virtual_size = Size(self.scrollable_content_region.width, len(rows))
            self.refresh()

    async def _computed(self, function: Callable[[], T]) -> T:
        """Return what a function returns, called in a thread if the article is long."""
        is_long = self._document is not None and len(self._document.text) > _MAX_INLINE
        return await in_thread(function) if is_long else function()
