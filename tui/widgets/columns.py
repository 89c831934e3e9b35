"""Rows as a table: the most useful columns that fit into the width, and cells that end between words."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from rich.cells import cell_len, chop_cells
from textual.content import Content

T = TypeVar("T")

_GAP = 2
"""Cells between two columns."""
_ROWS_MEASURED = 500
"""Rows, from all parts of a list, whose cells decide how wide the columns are."""
_BREAK = re.compile(r"[\s/_.-]+")
"""What separates words and the parts of a file name."""


@dataclass(frozen=True, slots=True)
class Column(Generic[T]):
    """A column of a table."""

    name: str
    """Its heading."""
    text: Callable[[T], str]
    """Returns the text of a row's cell, on one line."""
    rank: int
    """Columns of a higher rank are left out first if not all fit."""
    least: int
    """Cells that it needs, unless its texts are shorter."""
    most: int = 100
    """Cells that it takes if there is space."""
    is_number: bool = False
    """Whether the texts are aligned to the right."""
    style: Callable[[T], str] = lambda _: ""
    """Returns the style of a row's cell."""
    shorten: Callable[[str, int], str] = lambda text, width: shortened(text, width)
    """Returns a text in at most so many cells."""


class Table(Generic[T]):
    """Draws rows in columns."""

    height = 1
    """Lines of a row."""
    has_header = True
    """There is a line of headings."""

    def __init__(self, columns: Sequence[Column[T]]) -> None:
        self._columns = columns
        self._natural = {column.name: len(column.name) for column in columns}
        self._filled = {column.name for column in columns}
        self._fitted: tuple[int, list[tuple[Column[T], int]]] = (0, [])
        self.sorted_by: str | None = None
        """Name of the column that the rows are sorted by, which is marked; None if it is none of them."""
        self.is_descending = False
        """Whether they are sorted in descending order."""

    def measure(self, rows: Sequence[T]) -> None:
        """Fit the columns to the texts of these rows; a column without any is left out."""
        sample = rows[:: len(rows) // _ROWS_MEASURED + 1]
        for column in self._columns:
            widest = max((cell_len(column.text(row)) for row in sample), default=0)
            # One cell more than the heading, for the mark of the sorted column.
            self._natural[column.name] = min(max(widest, len(column.name) + 2), column.most)
            self._filled.discard(column.name)
            if widest or not sample:
                self._filled.add(column.name)
        self._fitted = (0, [])

    def fit(self, width: int) -> list[tuple[Column[T], int]]:
        """Return the columns that fit into ``width`` cells, from left to right, each with its width."""
        if self._fitted[0] == width:
            return self._fitted[1]
        widths: dict[str, int] = {}
        space = width + _GAP
        by_rank = sorted(self._columns, key=lambda column: column.rank)
        for column in by_rank:
            least = min(column.least, self._natural[column.name])
            if column.name in self._filled and (least + _GAP <= space or not widths):
                widths[column.name] = least
                space -= least + _GAP
        needs = {name: self._natural[name] - given for name, given in widths.items()}
        for number, name in enumerate(sorted(needs, key=lambda name: needs[name]), 1):
            # The widest column takes what is left, and at least half of the space.
            share = space if number == len(needs) else space // 2
            more = max(min(share, needs[name]), 0)
            widths[name] += more
            space -= more
        fitted = [(column, widths[column.name]) for column in self._columns if column.name in widths]
        self._fitted = (width, fitted)
        return fitted

    def names(self, width: int) -> list[str]:
        """Return the names of the columns that fit, from left to right."""
        return [column.name for column, _ in self.fit(width)]

    def header(self, width: int) -> Content:
        """Return the headings; an arrow marks the sorted column."""
        arrow = " ▼" if self.is_descending else " ▲"
        cells = [
            Content(_aligned(column.name + arrow * (column.name == self.sorted_by), space, column.is_number))
            for column, space in self.fit(width)
        ]
        return Content(" " * _GAP).join(cells)

    def lines(self, row: T, width: int) -> list[Content]:
        """Return the line of a row."""
        cells = [
            Content.styled(
                _aligned(column.shorten(column.text(row), space), space, column.is_number), column.style(row)
            )
            for column, space in self.fit(width)
        ]
        return [Content(" " * _GAP).join(cells)]

    def column_at(self, x: int, width: int) -> str | None:
        """Return the name of the column in cell ``x`` of a line, if there is one."""
        start = 0
        for column, space in self.fit(width):
            if start <= x < start + space + _GAP:
                return column.name
            start += space + _GAP
        return None


def shortened(text: str, width: int, least: int = 1) -> str:
    """Return ``text`` in at most ``width`` cells, with "…" where it is cut.

    It is cut between words, unless less than ``least`` cells would be left.
    """
    if cell_len(text) <= width:
        return text
    if width < 2:
        return "…"[:width]
    head = chop_cells(text, width - 1)[0]
    if not _BREAK.match(text, len(head)):
        breaks = [match.start() for match in _BREAK.finditer(head)]
        if breaks and cell_len(head[: breaks[-1]]) >= least:
            head = head[: breaks[-1]]
    return head.rstrip(" /_.-,;:") + "…"


def shortened_path(path: str, width: int) -> str:
    """Return ``path`` in at most ``width`` cells: its end, which tells files apart, cut between folders if possible."""
    tail = path
    while cell_len(tail) > width and "/" in tail.removeprefix("…/"):
        tail = "…/" + tail.removeprefix("…/").partition("/")[2]
    return tail if cell_len(tail) <= width else shortened(tail.removeprefix("…/"), width, width // 2)


def _aligned(text: str, width: int, is_number: bool) -> str:
    padding = " " * (width - cell_len(text))
    return padding + text if is_number else text + padding
