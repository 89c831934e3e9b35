"""Stretches of an article that are marked, such as citations and search matches."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

CITED, CURRENT, FOUND, MATCH = "cited", "current", "found", "match"
"""Kinds of marks: a citation, the one that is open, a match of a search, the match that is gone to."""
KINDS = (CITED, CURRENT, FOUND, MATCH)
"""All kinds; where marks overlap, the later kind is shown."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of an article to mark."""

    start: int
    """Offset in the file of its first character."""
    end: int
    """Offset one past its last character."""
    kind: str
    """``cited``, ``current``, ``found`` or ``match``."""
    label: str = ""
    """What stands in the margin where it begins, such as the number of a citation."""


class Marks:
    """Marks by place."""

    def __init__(self, marks: Iterable[Mark]) -> None:
        self._marks = sorted(marks, key=lambda mark: mark.start)
        self._starts = [mark.start for mark in self._marks]
        self._ends = [*accumulate((mark.end for mark in self._marks), max)]

    def within(self, start: int, end: int) -> Iterator[Mark]:
        """Yield the marks that have characters between ``start`` and ``end`` of the file."""
        first, last = bisect_right(self._ends, start), bisect_left(self._starts, end)
        return (mark for mark in self._marks[first:last] if mark.end > start)
