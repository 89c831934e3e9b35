"""Where a line of text is broken to fit into a width."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import get_character_cell_size


def breaks(text: str, width: int) -> Iterator[int]:
    """Yield where the second row and all further ones begin, between words where possible.

    Args:
        text: one line, without control characters.
        width: the most cells of a row.
    """
    return _ascii_breaks(text, width) if text.isascii() else _any_breaks(text, width)


def _ascii_breaks(text: str, width: int) -> Iterator[int]:
    """Yield the break positions of a text whose characters are all one cell wide."""
    start = 0
    while len(text) - start > width:
        space = text.rfind(" ", start, start + width)
        start = space + 1 if space > start else start + width
        yield start


def _any_breaks(text: str, width: int) -> Iterator[int]:
    """Yield the break positions of a text of any characters."""
    cells = after_space = cells_at_space = start = 0
    for position, character in enumerate(text):
        size = get_character_cell_size(character)
        if cells + size > width and position > start:
            if after_space > start:
                start, cells = after_space, cells - cells_at_space
            else:
                start, cells = position, 0
            yield start
        cells += size
        if character == " ":
            after_space, cells_at_space = position + 1, cells
