"""Tables laid out with pipes, tabs or spaces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from qa.corpus.plain_text.items import marker_of
from qa.corpus.plain_text.lines import Line
from qa.datatypes import Offsets
from qa.text.clean_text import cleaned, trimmed

_LONGEST = 2000
"""Characters of a line that may be a row; longer ones would make the search for columns slow."""
_LONGEST_HEADER = 60
_MARKS = ("   ", "\t", "|", "....", ". . .")
"""One of these stands between any two cells."""
_SPACES = re.compile(r" {3,}| *(?:\.{4,}|(?:\. ){3,}\.?) *| *\t+ *")
_TAB = re.compile(r"\t")
_TABS = re.compile(r"\t+")
_PIPE = re.compile(r"\|")
_RULE_MARKS = frozenset("-=+|: \t\u2500\u2501\u2550\u253c\u2502")
_AFTER_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?][\"\u201d)]? {3,}\S")


class Table(NamedTuple):
    """A table among the lines of a document."""

    rows: list[tuple[Line, list[Offsets]]]
    """Each line with its cells in the file, as many in every row; without the names of the columns."""
    columns: list[Offsets]
    """The names of the columns in the file; empty if it has none."""
    end: int
    """Index of the first line after the table."""


def table_at(source: str, lines: Sequence[Line], index: int) -> Table | None:
    """Return the table that begins with the line at ``index``."""
    if index + 1 == len(lines) or lines[index + 1].gap or not any(mark in lines[index].text for mark in _MARKS):
        return None
    for cells in (_pipe_cells, _single_tab_cells, _tab_cells, _space_cells):
        rows, is_ruled, end = _rows(lines, index, cells)
        if len(rows) > 1:
            header = rows[0][1]
            body = rows[1:]
            if not _is_header(source, header, [row for _, row in body], is_ruled):
                header, body = [], rows
            return Table(body, header, end)
    return None


def _rows(
    lines: Sequence[Line], index: int, cells_of: Callable[[Line], list[Offsets]]
) -> tuple[list[tuple[Line, list[Offsets]]], bool, int]:
    """Return the rows from ``index`` on, whether a rule follows the first, and the index of the line after them."""
    rows: list[tuple[Line, list[Offsets]]] = []
    is_ruled = False
    position = index
    while position < len(lines) and (position == index or lines[position].gap == 0):
        line = lines[position]
        if rows and _is_rule(line):
            is_ruled = is_ruled or len(rows) == 1
        else:
            cells = cells_of(line) if len(line.text) <= _LONGEST else []
            if rows and 1 < len(cells) < len(rows[0][1]) and cells_of is _space_cells:
                cells = _below(rows[0], line, cells)
            if len(rows) == 1 and len(cells) == len(rows[0][1]) + 1 and rows[0][0].indent > line.indent + 2:
                # The first row has no name above the first column.
                corner = (rows[0][0].start, rows[0][0].start)
                rows[0] = (rows[0][0], [corner, *rows[0][1]])
            if len(cells) < 2 or (rows and len(cells) != len(rows[0][1])):
                break
            rows.append((line, cells))
        position += 1
    return rows, is_ruled, position


def _below(first: tuple[Line, list[Offsets]], line: Line, cells: Sequence[Offsets]) -> list[Offsets]:
    """Return the cells of a row that has fewer than the first row, with empty cells where it has none.

    No cells are returned if they do not stand below those of the first row, or if it is not clear below which.
    """
    top, columns = first
    row = [(line.end, line.end)] * len(columns)
    shift = top.start - top.indent - line.start + line.indent
    for start, end in cells:
        below = [
            number
            for number, (left, right) in enumerate(columns)
            if start + shift < right and left < end + shift and row[number] == (line.end, line.end)
        ]
        if len(below) != 1:
            return []
        row[below[0]] = (start, end)
    return row


def _is_rule(line: Line) -> bool:
    return (
        len(line.text) > 2
        and _RULE_MARKS.issuperset(line.text)
        and any(mark in line.text for mark in "-=\u2500\u2501\u2550")
    )


def _pipe_cells(line: Line) -> list[Offsets]:
    if "|" not in line.text:
        return []
    start = 1 if line.text[0] == "|" else 0
    end = len(line.text) - 1 if line.text[-1] == "|" and len(line.text) > 1 else len(line.text)
    return list(_split(line, _PIPE, start, end))


def _single_tab_cells(line: Line) -> list[Offsets]:
    return _unless_item(line, _TAB) if "\t" in line.text else []


def _tab_cells(line: Line) -> list[Offsets]:
    return _unless_item(line, _TABS) if "\t" in line.text else []


def _space_cells(line: Line) -> list[Offsets]:
    return [] if _AFTER_SENTENCE.search(line.text) else _unless_item(line, _SPACES)


def _unless_item(line: Line, separator: re.Pattern[str]) -> list[Offsets]:
    """Return the cells of a line; white space after the marker of a list item separates none."""
    marker = marker_of(line)
    if marker and not separator.search(line.text, marker.length):
        return []
    return list(_split(line, separator, 0, len(line.text)))


def _split(line: Line, separator: re.Pattern[str], start: int, end: int) -> Iterator[Offsets]:
    for match in separator.finditer(line.text, start, end):
        yield _cell(line, start, match.start())
        start = match.end()
    yield _cell(line, start, end)


def _cell(line: Line, start: int, end: int) -> Offsets:
    first, last = trimmed(line.text, start, max(start, end))
    return line.start + first, line.start + last


def _is_header(source: str, header: Sequence[Offsets], rows: Sequence[Sequence[Offsets]], is_ruled: bool) -> bool:
    """Whether the first row names the columns: it is underlined, or only below it there are numbers."""
    names = [cleaned(source, *cell).text for cell in header]
    if any(len(name) > _LONGEST_HEADER for name in names) or not all(names[1:]):
        return False
    if is_ruled:
        return True
    if len(rows) < 2 or any(any(character.isdigit() for character in name) for name in names):
        return False
    return any(all(_is_number(source[slice(*row[number])]) for row in rows) for number in range(len(names)))


def _is_number(cell: str) -> bool:
    digits = sum(character.isdigit() for character in cell)
    return digits > 0 and digits >= sum(character.isalpha() for character in cell)
