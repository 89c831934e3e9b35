"""Lines that state nothing: tables of contents, page numbers and running heads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from qa.corpus.plain_text.lines import Line, begins_lower, ends_sentence, is_decoration

_LONGEST_TITLE = 150
_CONTENTS = re.compile(r"(?:table of )?contents[ \t:.]*", re.IGNORECASE)
_COLUMN_HEADS = re.compile(r"(?:chapter|section|title|page|no\.?|[\s.])+", re.IGNORECASE)
_PAGE = re.compile(r"(?:\d{1,4}|[ivxlc]{1,7}|[IVXLC]{1,7})\Z")
_CHAPTER = re.compile(r"(?:(?:chapter|part|book|section|appendix)\s+)?(?:[IVXLC]{1,7}|\d{1,3})[.:)]?\s", re.IGNORECASE)
_FEWEST_WITHOUT_HEADING = 5
"""Titles with dot leaders and rising page numbers that are a table of contents even without that heading."""
_CONTENTS_GAP = 3

_PAGE_NUMBER = re.compile(
    r"(?:\d{1,4}|(?:page|p\.)\s*\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?"
    r"|[-\u2013\u2014\[(]+\s*(?:page )?\d{1,4}\s*[-\u2013\u2014\])]+)",
    re.IGNORECASE,
)
_FEWEST_PAGES = 3
_LINES_ON_PAGE = 20
"""Lines between page numbers in a text without form feeds; fewer belong to a list with numbered headings."""
_EDGE_LINES = 2
"""Lines at the top and at the foot of a page that may be running heads."""
_DIGITS = re.compile(r"\d+")


def without_furniture(lines: Sequence[Line]) -> list[Line]:
    """Return the lines without tables of contents, page numbers and running heads.

    A paragraph that goes on after a page break has no gap there.
    """
    pages = _page_furniture(lines)
    omitted = pages | _contents(lines, pages)
    result: list[Line] = []
    gap = 0
    is_page = False
    for index, line in enumerate(lines):
        gap = max(gap, line.gap)
        is_page = is_page or line.page or index in pages
        if index in omitted:
            gap = max(gap, 1)
            continue
        goes_on = is_page and result and begins_lower(line) and not ends_sentence(result[-1])
        result.append(line._replace(gap=0 if goes_on else gap))
        gap, is_page = 0, False
    return result


def _contents(lines: Sequence[Line], pages: set[int]) -> set[int]:
    """Return the indices of the lines of all tables of contents, with their headings."""
    positions: dict[str, tuple[int, int]] = {}
    for index, line in enumerate(lines):
        if len(line.text) <= _LONGEST_TITLE:
            title = line.text.casefold()
            positions[title] = (positions.get(title, (index, 0))[0], index)
    omitted: set[int] = set()
    index = 0
    while index < len(lines):
        if _CONTENTS.fullmatch(lines[index].text.strip("#*_ ")):
            end, count = _contents_end(lines, index + 1, positions, pages)
            if count > 1:
                omitted.update(range(index, end))
                index = end
                continue
        end = _leaders_end(lines, index)
        omitted.update(range(index, end))
        index = max(index + 1, end)
    return omitted


def _contents_end(
    lines: Sequence[Line], index: int, positions: dict[str, tuple[int, int]], pages: set[int]
) -> tuple[int, int]:
    """Return the index after the titles from ``index`` on, and how many there are."""
    count = 0
    end = index
    while index < len(lines):
        line = lines[index]
        is_title = _page_of(line.text) is not None or _is_repeated(lines, index, positions)
        goes_on = index + 1 < len(lines) and lines[index + 1].gap == 0 and _page_of(lines[index + 1].text) is not None
        if is_title:
            count += 1
        elif len(line.text) > _LONGEST_TITLE or not (
            index in pages
            or is_decoration(line)
            or _COLUMN_HEADS.fullmatch(line.text)
            or (goes_on and not ends_sentence(line))
        ):
            break
        index += 1
        end = index if is_title else end
    return end, count


def _is_repeated(lines: Sequence[Line], index: int, positions: dict[str, tuple[int, int]]) -> bool:
    """Whether the same title stands below again, or it is numbered like the title before or after it."""
    text = lines[index].text
    first, last = positions.get(text.casefold(), (index, index))
    if first < last:
        return last > index
    if len(text) > _LONGEST_TITLE or lines[index].gap > 1 or not _CHAPTER.match(text):
        return False
    neighbours = [*lines[index - 1 : index], *lines[index + 1 : index + 2]]
    return any(_CHAPTER.match(other.text[:_LONGEST_TITLE]) for other in neighbours)


def _leaders_end(lines: Sequence[Line], index: int) -> int:
    """Return the index after a table of contents that has no heading, or ``index``."""
    end = index
    previous = 0
    while end < len(lines) and (end == index or lines[end].gap < _CONTENTS_GAP):
        text = lines[end].text
        page = _page_of(text)
        if page is None or page < previous or ("..." not in text and ". . ." not in text and "\u2026" not in text):
            break
        previous = page
        end += 1
    return end if end - index >= _FEWEST_WITHOUT_HEADING else index


def _page_of(text: str) -> int | None:
    """Return the page number after a title, 0 if it is a roman one; None if the line has no such form."""
    match = _PAGE.search(text[-8:]) if len(text) <= _LONGEST_TITLE else None
    if not match:
        return None
    before = text[: len(text) - len(match[0])]
    title = before.rstrip(" .\u2026\t\u00b7_")
    leader = before[len(title) :]
    if not title or not ("\t" in leader or "  " in leader or "\u2026" in leader or leader.count(".") > 2):
        return None
    return int(match[0]) if match[0].isdigit() else 0


def _page_furniture(lines: Sequence[Line]) -> set[int]:
    breaks = [index for index, line in enumerate(lines) if line.page]
    if not breaks:
        return _page_numbers(lines)
    edges = [
        index
        for first, end in pairwise([0, *breaks, len(lines)])
        for index in sorted({*range(first, min(end, first + _EDGE_LINES)), *range(max(first, end - _EDGE_LINES), end)})
    ]
    heads = Counter(_DIGITS.sub("0", lines[index].text) for index in edges if len(lines[index].text) <= _LONGEST_TITLE)
    return {
        index
        for index in edges
        if _PAGE_NUMBER.fullmatch(lines[index].text)
        or (index and heads[_DIGITS.sub("0", lines[index].text[: _LONGEST_TITLE + 1])] >= _FEWEST_PAGES)
    }


def _page_numbers(lines: Sequence[Line]) -> set[int]:
    """Return the lines that are rising page numbers, in a text without form feeds."""
    numbers: set[int] = set()
    run: list[int] = []
    for index, number in _lone_numbers(lines):
        rises = run and number == _number(lines[run[-1]]) + 1
        is_far = run and (index - run[-1] > _LINES_ON_PAGE or not lines[index].text.isdigit())
        if not (rises and is_far):
            run = []
        run.append(index)
        if len(run) >= _FEWEST_PAGES:
            numbers.update(run[-_FEWEST_PAGES:])
    return numbers


def _lone_numbers(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    for index, line in enumerate(lines):
        if line.gap and len(line.text) < 30 and _PAGE_NUMBER.fullmatch(line.text):
            yield index, _number(line)


def _number(line: Line) -> int:
    match = _DIGITS.search(line.text)
    return int(match[0]) if match else 0
