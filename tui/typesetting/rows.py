"""The rows of the screen that an article fills in a given width."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.datatypes import CleanText, Offsets
from tui.typesetting.breaks import breaks
from tui.typesetting.part import Part, Style
from tui.typesetting.tables import fitted, side_by_side

_BLANK = CleanText("", ())
_SHARE_OF_LEAD = 3
"""A lead takes at most a third of the width."""


class Row(NamedTuple):
    """One row of the screen."""

    part: Part
    """The part that it belongs to."""
    clean: CleanText
    """The text that it draws a stretch of."""
    start: int
    """First character of ``clean`` that it draws."""
    end: int
    """One past the last."""
    lead: str
    """What is drawn before."""
    is_first: bool
    """Whether it is the first row of its part."""
    is_blank: bool = False
    """Whether it is the blank row before the part."""

    @property
    def text(self) -> str:
        """The characters that it draws, without its lead."""
        return self.clean.text[self.start : self.end]

    def in_file(self) -> Offsets:
        """Return the stretch of the file that its characters come from; an empty one if all are inserted."""
        return self.clean.in_file(self.start, self.end) or (self.part.start, self.part.start)


class Rows:
    """All rows of an article, top to bottom."""

    def __init__(self, parts: Sequence[Part], width: int) -> None:
        self.width = width
        """The cells of the widest row."""
        self._rows = [row for part in parts for row in _rows_of(part, width)]
        if self._rows and self._rows[0].is_blank:
            del self._rows[0]
        # A title may stand below the metadata, and the cells of a table stand side by side, so offsets are not sorted.
        starts = ((self._start(row), number) for number, row in enumerate(self._rows) if self._is_place(row))
        self._places = sorted(starts)

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Row:
        return self._rows[index]

    def index_of(self, offset: int) -> int:
        """Return the index of the row that draws the character of the file at ``offset``, or of the row before it."""
        index = bisect_right(self._places, (offset, len(self._rows))) - 1
        return self._places[index][1] if index >= 0 else 0

    def offset_of(self, index: int) -> int:
        """Return the place in the file where a row begins."""
        while index + 1 < len(self._rows) and not self._is_place(self._rows[index]):
            index += 1
        return self._start(self._rows[index])

    @staticmethod
    def _is_place(row: Row) -> bool:
        return not row.is_blank and (row.is_first or not row.part.cells)

    @staticmethod
    def _start(row: Row) -> int:
        if row.is_first:
            return row.part.start
        start = row.clean.starts_after(row.start)
        return row.part.start if start is None else start


def _rows_of(part: Part, width: int) -> Iterator[Row]:
    if part.space:
        yield Row(part, _BLANK, 0, 0, "", is_first=False, is_blank=True)
    if part.style is Style.RULE:
        yield Row(part, CleanText.inserted("─" * width), 0, width, "", is_first=True)
        return
    widths = fitted(part.widths, width) if part.cells else None
    if widths is not None:
        for number, clean in enumerate(side_by_side(part.cells, widths)):
            yield Row(part, clean, 0, len(clean.text), "", is_first=number == 0)
        return
    lead = part.lead[-(width // _SHARE_OF_LEAD) :]
    further = lead if lead.startswith("▌") else " " * len(lead)
    edges = [0, *breaks(part.clean.text, width - len(lead)), len(part.clean.text)]
    for number, (start, end) in enumerate(pairwise(edges)):
        yield Row(part, part.clean, start, end, further if number else lead, is_first=number == 0)
