"""List items: their markers, nesting and continuation lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.corpus.plain_text.lines import Line, Source, begins_lower, ends_sentence, is_decoration
from qa.datatypes import CleanText
from qa.text.clean_text import CleanTextBuilder

_MARKER = re.compile(
    r"(?:(?:(?P<bullet>[-*+\u2022\u2023\u25e6\u25aa\u25cf\u00b7\u2013\u2014]|o(?=\s\s))"
    r"|(?P<number>\(?\d{1,3}[.)])"
    r"|(?P<letter>\(?(?:[a-z]|[ivx]{2,4})\)|[A-Z]\)))\s+)?"
    r"(?:(?P<box>\[[ xX]\])\s+)?(?=\S)"
)
_LOOK_AHEAD = 4
"""Lines in which a list without introduction must have its second item."""
_FAR = 3
"""Blank lines that end a list."""


class Marker(NamedTuple):
    """What stands before the text of a list item."""

    length: int
    """Its characters, with the white space after it."""
    kind: str
    """``bullet``, ``number`` or ``letter``."""
    number: int
    """The number of a numbered item, else 0."""
    checked: bool | None
    """Whether a task is done; None if it is not a task."""


class Item(NamedTuple):
    """A list item among the lines of a document."""

    start: int
    """First character of the file that belongs to it."""
    lines: list[Line]
    """Its lines; the first without the marker."""
    depth: int
    """How deep it is nested, from 1."""
    checked: bool | None
    """Whether a task is done; None if it is not a task."""
    starts_list: bool
    """Whether it is the first of its list."""


def marker_of(line: Line) -> Marker | None:
    """Return the marker that a line begins with."""
    match = _MARKER.match(line.text)
    if not match or not match[0]:
        return None
    number = match["number"]
    kind = "number" if number else "letter" if match["letter"] else "bullet"
    box = match["box"]
    return Marker(match.end(), kind, int(number.strip("().")) if number else 0, "x" in box.lower() if box else None)


def starts_list(lines: Sequence[Line], index: int) -> bool:
    """Whether the line at ``index`` is the first item of a list, although no blank line may precede it."""
    line = lines[index]
    marker = marker_of(line)
    if not marker:
        return False
    if line.gap or index == 0 or lines[index - 1].text.endswith(":"):
        return True
    if marker.number > 1:
        return False
    if ends_sentence(lines[index - 1]):
        return True
    for other in lines[index + 1 : index + 1 + _LOOK_AHEAD]:
        if other.gap:
            return False
        following = marker_of(other)
        if following and following.kind == marker.kind and other.indent == line.indent:
            return True
    return False


def items_from(lines: Sequence[Line], index: int, is_other: Callable[[int], bool]) -> tuple[list[Item], int]:
    """Return the list items from ``index`` on, and the index of the first line after them.

    ``is_other`` says whether a line is no part of a list although it looks like it.
    """
    items: list[Item] = []
    levels: list[tuple[int, Marker]] = []
    position = index
    while position < len(lines):
        line = lines[position]
        if position > index and (line.gap >= _FAR or is_decoration(line) or is_other(position)):
            break
        marker = marker_of(line)
        if marker and (not items or _is_next(line, marker, lines[position - 1], levels)):
            begins = not items or _is_new_list(line, marker, levels)
            _nest(levels, line, marker, begins)
            items.append(Item(line.start, [line.after(marker.length)], len(levels), marker.checked, begins))
        elif items and _continues(items[-1], line, levels[-1][0]):
            items[-1].lines.append(line)
        else:
            break
        position += 1
    return items, position


def item_text(source: Source, lines: Sequence[Line]) -> CleanText:
    """Return the text of an item; lines that were not broken only to fit on the page are separated by semicolons."""
    builder = CleanTextBuilder(source.text)
    edge = max(line.width for line in lines)
    for line, following in pairwise(lines):
        unused = edge - line.width - 1 - len(following.text.split(maxsplit=1)[0])
        is_wrapped = not following.gap and (begins_lower(following) or (edge >= 45 and unused < 0.3 * edge))
        if is_wrapped or ends_sentence(line) or line.text[-1] in ",;":
            source.keep_before(builder, line, following)
        else:
            builder.keep(line.start, line.end)
            builder.insert("; ")
    builder.keep(lines[-1].start, lines[-1].end)
    return builder.build()


def _is_next(line: Line, marker: Marker, previous: Line, levels: Sequence[tuple[int, Marker]]) -> bool:
    """Whether the marker begins an item; a number in wrapped text may only look like it."""
    if line.gap or not marker.number or marker.number == 1:
        return True
    numbers = [level.number for _, level in levels]
    return marker.number in numbers or marker.number - 1 in numbers


def _is_new_list(line: Line, marker: Marker, levels: Sequence[tuple[int, Marker]]) -> bool:
    indent, first = levels[0]
    if not line.gap or line.indent > indent + 1:
        return False
    return marker.kind != first.kind or (marker.number == 1 and first.number > 1)


def _nest(levels: list[tuple[int, Marker]], line: Line, marker: Marker, begins: bool) -> None:
    """Put the item on its level, and end the levels below."""
    if begins:
        levels.clear()
    while levels and line.indent < levels[-1][0] - 1:
        levels.pop()
    if levels and line.indent <= levels[-1][0] + 1:
        levels.pop()
    levels.append((line.indent, marker))


def _continues(item: Item, line: Line, indent: int) -> bool:
    previous = item.lines[-1]
    if line.gap:
        return line.indent >= item.lines[0].indent - 1 and line.indent > indent
    if line.text[0] == ">":
        return False
    return line.indent > indent or (begins_lower(line) and not ends_sentence(previous))
