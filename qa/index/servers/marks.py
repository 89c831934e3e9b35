"""What the index of the full text is on: for each chunk, its stems, how frequent they are, and its pairs of words."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from qa.index.servers.bm25 import WEIGHTS
from qa.index.servers.stems import stems_of
from qa.text.words import STOP_WORDS

LEVELS = (0, 2, 3, 4, 8)
"""Frequencies from which on a stem has another mark."""
LIKELY = (1.0, 2.0, 3.0, 5.0, 9.0)
"""The frequency that a stem most likely has if it reaches a level but not the next."""
_MARKS = 8
"""Marks that a stem may have."""

_SKIPPED = STOP_WORDS - {"down", "get", "on", "other", "out", "over", "own", "up", "us", "will"}
"""Words whose pairs have no marks: stop words, which are in no pair of a question, unless a common word that is none
has the same stem, such as "one", "used" or "others"."""


def mark_of(number: int, level: int = 0) -> int:
    """Return the mark of the stem with this number that reaches a level."""
    return number * _MARKS + level


def pair_mark(first: str, second: str) -> int:
    """Return the mark of two stems next to each other; of two billion other pairs, one has the same."""
    return -1 - (zlib.crc32(f"{first} {second}".encode()) >> 1)


def pair_marks(words: Sequence[str]) -> set[int]:
    """Return the marks of the words that stand next to each other, without those that say nothing about the topic."""
    pairs = {pair for pair in pairwise(words) if _SKIPPED.isdisjoint(pair)}
    stems = stems_of(word for pair in pairs for word in pair)
    return {pair_mark(stems[first], stems[second]) for first, second in pairs}


def stem_marks(columns: Sequence[Sequence[int]]) -> set[int]:
    """Return the marks of the stems of a chunk, given by their numbers in each column."""
    frequencies: Counter[int] = Counter()
    for column, weight in zip(columns, WEIGHTS.tolist(), strict=True):
        for number in column:
            frequencies[number] += weight
    marks = {mark_of(number) for number in frequencies}
    for number, frequency in frequencies.items():
        if frequency >= LEVELS[1]:
            marks.update(mark_of(number, level) for level, least in enumerate(LEVELS) if frequency >= least)
    return marks
