"""Tables in a PDF: lines with cells that stand below each other, with a clear space between the columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from qa.corpus.formats.extract import Part
from qa.corpus.formats.pdf_layout import Line
from qa.corpus.formats.pdf_words import Segment
from qa.datatypes import BlockKind

_FEWEST_ROWS = 3
_FILLED = 0.7
"""Of all cells of a table, at least so many have text."""
_CLOSER = 0.9
"""Of the distance of rows: a line that follows more closely goes on with the cells above."""
_FARTHEST = 3.5
"""Of the font size: rows that are farther apart are no table."""


def table_at(lines: Sequence[Line], index: int) -> tuple[list[Part], int]:
    """Return the rows of the table that begins at a line, without group and place, and the index after it.

    There are no rows if no table begins there.
    """
    end = _run_end(lines, index)
    run = lines[index:end]
    full = [line for line in run if len(line.segments) > 1]
    has_bold_head = len(full) > 1 and full[0].bold and not full[1].bold
    if len(full) < (_FEWEST_ROWS - has_bold_head):
        return [], index
    columns = _columns(full)
    rows: list[list[str]] = []
    heads: list[bool] = []
    for line in run:
        cells = _cells(line, columns)
        if rows and len(line.segments) == 1:
            rows[-1] = [" ".join(filter(None, pair)) for pair in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
            heads.append(line.bold)
    filled = sum(bool(cell) for row in rows for cell in row)
    if len(columns) < 2 or filled < _FILLED * len(rows) * len(columns):
        return [], index
    names = tuple(rows[0]) if _is_head(rows, heads) else ()
    body = rows[1:] if names else rows
    return [Part(BlockKind.ROW, cells=tuple(row), columns=names) for row in body], end


def _run_end(lines: Sequence[Line], index: int) -> int:
    """Return where the lines with several cells end, and those that only go on with the cells above."""
    end = index
    while end < len(lines) and lines[end].page == lines[index].page:
        line = lines[end]
        if len(line.segments) > 1:
            if end > index and line.y - lines[end - 1].y > _FARTHEST * line.size:
                break
        elif not _goes_on(lines, index, end):
            break
        end += 1
    return end


def _goes_on(lines: Sequence[Line], index: int, at: int) -> bool:
    """Whether a line with a single stretch is the rest of a cell above."""
    if at == index:
        return False
    line = lines[at]
    row = next(each for each in reversed(lines[index:at]) if len(each.segments) > 1)
    column = next((number for number, each in enumerate(row.segments) if abs(each.x0 - line.x0) < line.size / 2), None)
    distance = line.y - lines[at - 1].y
    if column is None or distance > 1.6 * line.size or _widest(row, column) < line.x1:
        return False
    rows = [each for each in lines[index : at + 4] if len(each.segments) > 1]
    between = min((below.y - each.y for each, below in pairwise(rows)), default=0)
    if column > 0 or distance < _CLOSER * between:
        return True
    space = _widest(row, column) - row.segments[column].x1
    return distance < between + 1 and space < line.first_width + 0.6 * line.size


def _widest(line: Line, column: int) -> float:
    """Return where the next column begins."""
    return line.segments[column + 1].x0 if column + 1 < len(line.segments) else line.right


def _columns(lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Return where the columns begin and end: cells that overlap stand in one."""
    columns: list[tuple[float, float]] = []
    for x0, x1 in sorted((segment.x0, segment.x1) for line in lines for segment in line.segments):
        if columns and x0 < columns[-1][1]:
            columns[-1] = (columns[-1][0], max(x1, columns[-1][1]))
        else:
            columns.append((x0, x1))
    return columns


def _cells(line: Line, columns: Sequence[tuple[float, float]]) -> list[str]:
    cells = [""] * len(columns)
    for segment in line.segments:
        column = max(range(len(columns)), key=lambda index: _overlap(segment, columns[index]))
        cells[column] = " ".join(filter(None, (cells[column], segment.text)))
    return cells


def _overlap(segment: Segment, column: tuple[float, float]) -> float:
    return min(segment.x1, column[1]) - max(segment.x0, column[0])


def _is_head(rows: Sequence[Sequence[str]], bold: Sequence[bool]) -> bool:
    """Whether the first row names the columns: it alone is bold, or has no digits while a column has digits below."""
    if bold[0] and not all(bold):
        return True
    if any(char.isdigit() for cell in rows[0] for char in cell):
        return False
    return any(all(any(map(str.isdigit, row[column])) for row in rows[1:]) for column in range(len(rows[0])))
