"""Breaking a text into rows of a width, each row known by the characters it shows: offsets never shift."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from rich.cells import get_character_cell_size

TAB = 4
"""Cells that a tab takes."""


class Row(NamedTuple):
    """One row of the screen."""

    start: int
    """First character in the text."""
    end: int
    """One past the last character."""
    line: int
    """Number of its line, from 1, if it begins one; else 0."""


def wrap(text: str, width: int) -> list[Row]:
    """Break ``text`` into rows of at most ``width`` cells, between words where that is possible.

    Every character but line feeds is in exactly one row.
    """
    rows: list[Row] = []
    start = 0
    for number, line in enumerate(text.split("\n"), 1):
        breaks = _ascii_breaks(line, width) if line.isascii() and "\t" not in line else _breaks(line, width)
        first = 0
        for place in breaks:
            rows.append(Row(start + first, start + place, 0 if first else number))
            first = place
        rows.append(Row(start + first, start + len(line), 0 if first else number))
        start += len(line) + 1
    return rows


def row_of(rows: list[Row], offset: int) -> int:
    """Return the place of the row that shows the character at ``offset``."""
    return max(0, bisect_right(rows, offset, key=lambda row: row.start) - 1)


def shown(text: str) -> str:
    """Return a stretch of masked text as it goes to the terminal."""
    return text.replace("\u200b", "").replace("\t", " " * TAB)


def _ascii_breaks(line: str, width: int) -> Iterator[int]:
    """Yield where to break a line whose characters all take one cell."""
    start = 0
    while len(line) - start > width:
        space = line.rfind(" ", start, start + width)
        start = space + 1 if space > start else start + width
        yield start


def _breaks(line: str, width: int) -> Iterator[int]:
    """Yield where to break a line of any characters."""
    cells = after_space = cells_at_space = start = 0
    for place, character in enumerate(line):
        size = TAB if character == "\t" else 0 if character == "\u200b" else get_character_cell_size(character)
        if cells + size > width and place > start:
            if after_space > start:
                start, cells = after_space, cells - cells_at_space
            else:
                start, cells = place, 0
            yield start
        cells += size
        if character in " \t":
            after_space, cells_at_space = place + 1, cells
