"""Wraps text into rows of a given width; a row is a range of offsets, so offsets never shift."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import get_character_cell_size

TAB = 4
"""Width of a tab in cells."""


class Row(NamedTuple):
    """One row of the screen."""

    start: int
    """Offset of its first character in the text."""
    end: int
    """Offset one past its last character."""
    line: int
    """Number of the line that begins with it, from 1; 0 for a continuation row."""


def wrap(text: str, width: int) -> list[Row]:
    """Wrap ``text`` into rows of at most ``width`` cells, between words where possible.

    Every character except line feeds is in exactly one row.
    """
    rows: list[Row] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        breaks = _ascii_breaks(line, width) if line.isascii() and "\t" not in line else _breaks(line, width)
        first = 0
        for position in breaks:
            rows.append(Row(start + first, start + position, 0 if first else number))
            first = position
        rows.append(Row(start + first, start + len(line), 0 if first else number))
        start += len(line) + 1
    return rows


def row_of(rows: list[Row], offset: int) -> int:
    """Return the index of the row that shows the character at ``offset``."""
    return max(0, bisect_right(rows, offset, key=lambda row: row.start) - 1)


def shown(text: str) -> str:
    """Return masked text as it is written to the terminal."""
    return text.replace("\u200b", "").replace("\t", " " * TAB)


def _ascii_breaks(line: str, width: int) -> Iterator[int]:
    """Yield the break positions of a line whose characters are all one cell wide."""
    start = 0
    while len(line) - start > width:
        space = line.rfind(" ", start, start + width)
        start = space + 1 if space > start else start + width
        yield start


def _breaks(line: str, width: int) -> Iterator[int]:
    """Yield the break positions of a line of any characters."""
    cells = after_space = cells_at_space = start = 0
    for position, character in enumerate(line):
        size = TAB if character == "\t" else 0 if character == "\u200b" else get_character_cell_size(character)
        if cells + size > width and position > start:
            if after_space > start:
                start, cells = after_space, cells - cells_at_space
            else:
                start, cells = position, 0
            yield start
        cells += size
        if character in " \t":
            after_space, cells_at_space = position + 1, cells
