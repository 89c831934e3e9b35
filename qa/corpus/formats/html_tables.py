"""Tables of HTML: which are data and which are layout, and the names of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.corpus.formats.extract import Part
from qa.corpus.formats.html_tree import Element, Events, local_name
from qa.datatypes import BlockKind

_MOST_COLUMNS = 100
"""Columns of a table; what stands to the right of them is left out of rows, as it is of rows of Markdown."""
_MOST_ROWS_SPANNED = 1_000
_LONGEST_REPEATED = 200
"""Characters of a cell that spans several; a longer one is not repeated."""
_LONGEST_NAME = 60
"""Characters of the name of a column that is not marked as such."""
_LONGEST_CELL = 600
"""Characters of a cell of data; a longer one makes a table without headers a layout."""
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_DIGIT = re.compile(r"\d")


@dataclass(slots=True)
class Cell:
    """A cell."""

    text: str
    """Its text, on one line."""
    is_name: bool = False
    """Whether it is marked as the name of a column or of a row."""
    is_bold: bool = False
    """Whether all of it is bold."""
    columns: int = 1
    """How many columns it spans."""
    rows: int = 1
    """How many rows it spans."""


@dataclass(slots=True)
class Row:
    """A row, as it stands in the source."""

    element: Element
    """Its element."""
    is_head: bool
    """Whether it is in the head of the table."""
    cells: list[Cell] = field(default_factory=list)
    """Its cells, without those that come down from rows above."""


@dataclass(slots=True)
class _Shape:
    """What decides whether a table is layout."""

    rows: int = 0
    cells: int = 0
    """Cells of the row so far."""
    widest: int = 0
    """Most cells of a row."""
    length: int = 0
    """Characters of the cell so far."""
    longest: int = 0
    """Characters of the longest cell."""
    is_marked: bool = False
    """Whether it has a caption or names of columns or rows."""
    has_structure: bool = False
    """Whether it contains what tables of data do not."""

    @property
    def is_layout(self) -> bool:
        """Whether its cells are no data."""
        if self.has_structure or self.widest < 2:
            return True
        return not self.is_marked and (self.rows < 2 or self.longest > _LONGEST_CELL)

    def enter(self, name: str) -> None:
        """Take note of an element in it."""
        if name == "tr":
            self.rows += 1
            self.cells = 0
        elif name in ("td", "th"):
            self.cells += 1
            self.widest = max(self.widest, self.cells)
            self.is_marked |= name == "th"
            self.length = 0
        elif name in ("caption", "thead"):
            self.is_marked = True
        elif name in _HEADINGS:
            self.has_structure = True

    def read(self, text: str | None) -> None:
        """Take note of text in it."""
        self.length += len((text or "").strip())
        self.longest = max(self.longest, self.length)


def spanned(element: Element, name: str) -> int:
    """Return how many columns (``colspan``) or rows (``rowspan``) a cell spans."""
    value = (element.get(name) or "").strip()
    most = _MOST_COLUMNS if name == "colspan" else _MOST_ROWS_SPANNED
    return max(1, min(int(value[:6]), most)) if value.isascii() and value.isdigit() else 1


def layout_tables(root: Element) -> set[Element]:
    """Return the tables that only place things on a page: their cells are no data."""
    shapes: dict[Element, _Shape] = {}
    around: list[_Shape] = []
    for begins, element in Events(root):
        name = local_name(element)
        if name == "table" and begins:
            for outer in around[-1:]:
                outer.has_structure = True
            around.append(
                shapes.setdefault(element, _Shape(has_structure=element.get("role") in ("presentation", "none")))
            )
        elif name == "table":
            around.pop()
        if around and begins and name:
            around[-1].enter(name)
        if around:
            around[-1].read((element.text if name else "") if begins else element.tail)
    return {table for table, shape in shapes.items() if shape.is_layout}


def row_parts(rows: list[Row], group: int) -> Iterator[tuple[Part, Element]]:
    """Yield the rows of a table with the names of their columns, and the element of each.

    Names are the rows that are marked so at its top; else the first row if it differs from all others as names do.
    """
    grid = list(_grid(rows))
    heads = next((number for number, row in enumerate(rows) if not _is_head(row)), len(rows))
    if heads == len(rows):  # a table of names only is data
        heads = 0
    elif not heads and _names_stand_first(rows, grid):
        heads = 1
    width = max(map(len, grid), default=0)
    columns = _joined(grid[:heads], width)
    for row, cells in zip(rows[heads:], grid[heads:], strict=True):
        filled = [cell for cell in row.cells if cell.text]
        if not filled:
            continue
        if len(row.cells) == 1 and width > 1:  # a title of the rows below, across all columns
            yield Part(BlockKind.ROW, group=group, cells=(filled[0].text,)), row.element
            continue
        padded = (*cells, *[""] * (width - len(cells)))
        yield Part(BlockKind.ROW, group=group, cells=padded, columns=columns), row.element


def _is_head(row: Row) -> bool:
    return row.is_head or (len(row.cells) > 1 and all(cell.is_name or not cell.text for cell in row.cells))


def _grid(rows: list[Row]) -> Iterator[list[str]]:
    """Yield the texts of each row, with those of cells that span it."""
    above: dict[int, tuple[str, int]] = {}
    for row in rows:
        texts: list[str] = []
        for cell in row.cells:
            while len(texts) in above:
                texts.append(_from_above(above, len(texts)))
            repeated = cell.text if len(cell.text) <= _LONGEST_REPEATED else ""
            for number in range(cell.columns):
                if cell.rows > 1:
                    above[len(texts)] = (repeated, cell.rows - 1)
                texts.append(repeated if number else cell.text)
        while len(texts) in above:
            texts.append(_from_above(above, len(texts)))
        yield texts[:_MOST_COLUMNS]


def _from_above(above: dict[int, tuple[str, int]], column: int) -> str:
    text, rows = above.pop(column)
    if rows > 1:
        above[column] = (text, rows - 1)
    return text


def _names_stand_first(rows: list[Row], grid: list[list[str]]) -> bool:
    """Whether the first row, which is not marked so, holds the names of the columns."""
    first, others = rows[0].cells, [row for row in rows[1:] if len(row.cells) > 1]
    names = [cell.text for cell in first]
    plain = all(0 < len(name) <= _LONGEST_NAME for name in names[1:]) and len(names[0]) <= _LONGEST_NAME
    if len(first) < 2 or not others or not plain or any(map(_is_value, names)):
        return False
    if all(cell.is_bold for cell in first if cell.text):
        return not any(all(cell.is_bold for cell in row.cells) for row in others)
    values = [row[1:] for row in grid[1:] if len(row) == len(grid[0])]
    return bool(values) and any(all(map(_is_value, column)) for column in zip(*values, strict=True))


def _is_value(text: str) -> bool:
    return bool(_DIGIT.search(text))


def _joined(heads: list[list[str]], width: int) -> tuple[str, ...]:
    """Return one name for each column from one or several rows of names; none if all are empty."""
    names = []
    for column in range(width):
        texts = dict.fromkeys(row[column] for row in heads if column < len(row) and row[column])
        names.append(" ".join(texts))
    return tuple(names) if any(names) else ()
