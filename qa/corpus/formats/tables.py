"""CSV files: each line an article if it has running text, else all lines together as one article with a table."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from qa.corpus.formats.extract import Extract, Part
from qa.corpus.formats.record_fields import SHORT_TEXTS, TEXTS, key_of, record_extract
from qa.corpus.formats.worker import LONGEST
from qa.corpus.loaders import UnreadableFile
from qa.datatypes import BlockKind

_DELIMITERS = ",;\t|"
_SAMPLE = 60
"""Lines from which the delimiter and the kinds of columns are recognized."""
_PROSE = 15
"""Words that the cells of a column have on average, if they are texts."""
_NAMED_PROSE = 8
"""The same for a column that is called text, body and so on."""
_MOST_ROWS = 1_000
"""Rows of a table that is read as one article."""
_LONGEST_NAME = 60
_NUMBER = re.compile(r"[-+(]?[^\w\s]?\s?[\d.,'\u00a0 ]*\d[\d.,]*\s?[%\w]{0,3}\)?")


def table_extracts(text: str, no_text: str) -> Iterator[Extract]:
    """Yield the articles of a CSV file.

    Args:
        text: of the file.
        no_text: why it is skipped if it has nothing but numbers, or too many lines without running text.

    Raises:
        UnreadableFile: it is no table, or is skipped.
    """
    rows = _rows(text)
    if not rows:
        raise UnreadableFile("empty")
    columns = _columns(rows)
    body = rows[1:] if columns else rows
    prose = _prose_column([row for _, row in body], columns)
    if prose is not None:
        yield from _articles(columns, [row for _, row in body], prose)
        return
    if len(body) > _MOST_ROWS:
        raise UnreadableFile(f"{no_text}, and more than {_MOST_ROWS:,} rows")
    if not body or not any(cell and not _NUMBER.fullmatch(cell) for _, row in body for cell in row):
        raise UnreadableFile(no_text)
    width = max(len(row) for _, row in body)
    names = tuple((columns + [""] * width)[: max(width, len(columns))]) if columns else ()
    parts = []
    for number, row in body:
        cells = tuple(row + [""] * (len(names) - len(row)))
        parts.append(Part(BlockKind.ROW, locator=f"row {number}", group=1, cells=cells, columns=names))
    yield Extract(parts=tuple(parts))


def _articles(columns: list[str], rows: Sequence[list[str]], prose: int) -> Iterator[Extract]:
    names = columns or [""] * (prose + 1)
    for number, row in enumerate(rows, 1):
        text = row[prose] if prose < len(row) else ""
        if text.strip():
            record = {name: value for name, value in zip(names, row, strict=False) if name}
            yield record_extract(record, text, number, (key_of(names[prose]),))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, with their numbers as a spreadsheet counts them."""
    csv.field_size_limit(LONGEST)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
        return [(number, cells) for number, row in enumerate(reader, 1) if any(cells := [cell.strip() for cell in row])]
    except csv.Error as problem:
        reason = f"a field is longer than {LONGEST:,} characters" if "limit" in str(problem) else str(problem)
        raise UnreadableFile(f"is no CSV: {reason}") from None


def _delimiter(text: str) -> str:
    """Return what separates the cells: what gives most of the first rows the same number of cells, at least two."""
    best, score = ",", (0.0, 0)
    for delimiter in _DELIMITERS:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        counts: Counter[int] = Counter()
        for row, _ in zip(rows, range(_SAMPLE), strict=False):
            counts[len(row)] += bool(row)
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if width > 1 and (rated := (times / counts.total(), width)) > score:
            best, score = delimiter, rated
    return best


def _columns(rows: Sequence[tuple[int, list[str]]]) -> list[str]:
    """Return the names of the columns; none if the first row is not different from the others."""
    first = rows[0][1]
    named = [name for name in first if name]
    if len(rows) < 2 or len(set(named)) < len(named) or len(named) < len(first) - 1:
        return []
    if any(
        len(name) > _LONGEST_NAME or (_NUMBER.fullmatch(name) and not re.fullmatch(r"\d{4}", name)) for name in named
    ):
        return []
    return first


def _prose_column(rows: Sequence[list[str]], columns: list[str]) -> int | None:
    """Return which column has the text of articles; None if there is no such column."""
    width = max(map(len, rows), default=0)
    averages = []
    for column in range(width):
        counts = [len(row[column].split()) for row in rows if column < len(row) and row[column]]
        averages.append(sum(counts) / len(counts) if len(counts) * 2 >= len(rows) else 0)
    keys = [key_of(name) for name in columns]
    for key in (*TEXTS, *SHORT_TEXTS):
        if key in keys and keys.index(key) < width and averages[keys.index(key)] >= _NAMED_PROSE:
            return keys.index(key)
    longest = max(range(width), key=averages.__getitem__, default=None)
    return longest if longest is not None and averages[longest] >= _PROSE else None
