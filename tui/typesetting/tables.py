"""Tables: their rows as parts, and the cells of a row side by side in a given width."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, zip_longest

from rich.cells import cell_len

from qa.datatypes import Block, CleanText
from tui.typesetting.breaks import breaks
from tui.typesetting.part import Part, Style, printable

SEPARATOR = " │ "
"""What stands between two cells."""
_NARROWEST = 6
"""Cells of the screen that a column needs; if there are fewer, a row is drawn as running text."""
_WIDEST = 200
"""Characters of a cell that are measured; no column is wider."""


def table_parts(text: str, above: int, rows: Sequence[Block]) -> list[Part]:
    """Return the head of a table, which stands in ``text`` from character ``above`` on, and its rows."""
    head = tuple(_named(text, column, above, rows[0].start) for column in rows[0].columns)
    table = [tuple(map(printable, row.cells)) for row in rows]
    if head:
        table.insert(0, head)
    columns = zip_longest(*table, fillvalue=CleanText("", ()))
    widths = tuple(max(cell_len(cell.text[:_WIDEST]) for cell in column) for column in columns)
    parts = [
        Part(printable(row.clean), row.start, cells=cells, widths=widths)
        for row, cells in zip(rows, table[len(table) - len(rows) :], strict=True)
    ]
    if head:
        in_line = CleanText.join(head, SEPARATOR)
        parts.insert(0, Part(in_line, max(above, rows[0].start - 1), Style.SUBHEADING, cells=head, widths=widths))
    return parts


def fitted(widths: Sequence[int], width: int) -> list[int] | None:
    """Return the widths of columns that fit into ``width`` with separators; None if they would be too narrow."""
    space = width - len(SEPARATOR) * (len(widths) - 1)
    if space < _NARROWEST * len(widths):
        return [*widths] if sum(widths) <= space else None
    shares = [*widths]
    while sum(shares) > space:
        widest = max(shares)
        next_widest = max((share for share in shares if share < widest), default=0)
        count = shares.count(widest)
        excess = -(-(sum(shares) - space) // count)
        shrunk = max(next_widest, widest - excess, _NARROWEST)
        shares = [shrunk if share == widest else share for share in shares]
    return shares


def side_by_side(cells: Sequence[CleanText], widths: Sequence[int]) -> Iterator[CleanText]:
    """Yield the lines of a table row, its cells wrapped to the widths of their columns."""
    wrapped = [_lines(cell, width) for cell, width in zip(cells, widths, strict=False)]
    for line in range(max(map(len, wrapped), default=0)):
        pieces = []
        for lines, width in zip(wrapped, widths, strict=False):
            piece = lines[line] if line < len(lines) else CleanText("", ())
            padding = " " * (width - cell_len(piece.text))
            pieces.append(CleanText.join((piece, CleanText.inserted(padding)), "") if padding else piece)
        yield CleanText.join(pieces, SEPARATOR)


def _lines(cell: CleanText, width: int) -> list[CleanText]:
    edges = [0, *breaks(cell.text, width), len(cell.text)]
    lines = (cell.cut(start, end) for start, end in pairwise(edges))
    return [line.cut(0, len(line.text.rstrip())) for line in lines]


def _named(text: str, column: str, start: int, end: int) -> CleanText:
    """Return the name of a column as it stands above its table."""
    match = re.search(rf"(?<!\w){re.escape(column)}(?!\w)", text[start:end]) if column else None
    return printable(CleanText.verbatim(column, start + match.start()) if match else CleanText.inserted(column))
