"""Table rows as the reader sees them: each cell with the name of its column."""

from __future__ import annotations

from collections.abc import Sequence

from qa.datatypes import CleanText
from qa.text.clean_text import CleanTextBuilder


def row_text(source: str, cells: Sequence[CleanText], columns: Sequence[str]) -> CleanText:
    """Return the cells that are not empty, each after the name of its column, unless it begins with that name itself.

    Args:
        source: the text of the file.
        cells: the cells of the row.
        columns: the names of the columns, as many as cells; none if the table has no names.
    """
    builder = CleanTextBuilder(source)
    separator = ""
    for cell, column in zip(cells, columns or [""] * len(cells), strict=True):
        if not cell:
            continue
        named = not column or cell.text.casefold().startswith(f"{column.casefold()} ")
        builder.insert(separator if named else f"{separator}{column}: ")
        builder.append(cell)
        separator = "; " if columns else " | "
    return builder.build()
