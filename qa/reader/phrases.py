"""From the network's scores to phrases with clean boundaries.

A phrase never crosses the end of a block or of a table cell, never splits a number, amount, date or time, and never
contains only one of a pair of brackets or quotation marks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import BlockKind, Layout, Offsets
from qa.text.english import word_set
from qa.text.english.patterns import ABBREVIATION_END, DAY_OF_MONTH, MONTH

LONGEST_PHRASE = 30
"""Maximum number of tokens in a phrase."""
LONGEST_CELL = 6
"""Maximum number of words in a table cell that is always given as a whole."""
_ATTEMPTS = 40
"""Number of pairs of first and last token tried in a window, best first; most overlap."""

_ADDRESS = r"https?://[^\s)>\]]+|www\.[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
_BORDER = re.compile(r"\s\|\s|\t+")
"""What separates columns."""
_BORDER_OR_ADDRESS = re.compile(rf"{_BORDER.pattern}|<?(?:{_ADDRESS})>?")
"""Text that is part of no phrase, unless an address is asked for."""

_SCALE = r"(?:hundred|thousand|million|billion|trillion)s?\b"
_INDIVISIBLE = re.compile(
    rf"{_ADDRESS}"
    r"|(?<!\w)(?:[A-Za-z]:)?(?:[\\/][\w.-]*[A-Za-z][\w.-]*){2,}"
    r"|(?<![\w-])--?[A-Za-z][\w-]*(?:=[^\s,;)]+)?"
    r"|(?<!\d)(?:\+\d{1,3}|0\d{1,4})(?:[ /-]\d{2,}){1,5}\b"
    r"|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b|\bv?\d+(?:\.\d+){2,}(?:[-+]?[\w.]*\w)?"
    rf"|\b{DAY_OF_MONTH}(?:[-\u2013]{DAY_OF_MONTH})?(?: of)? {MONTH}"
    rf"|\b{MONTH} {DAY_OF_MONTH}(?:[-\u2013]{DAY_OF_MONTH})?\b(?!:)"
    r"|\b\d{1,2}(?::\d\d){1,2}(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\b\.?"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b"
    r"|(?:(?<![\w)])[-\u2212])?(?:(?:US|AU?|CA?|NZ|HK)?[$\u20ac\u00a3\u00a5\u20b9]\s?)?\d+(?:,\d{3})*(?:\.\d+)?"
    rf"(?:[-\u2013]\d+(?:\.\d+)?(?=\s?%|\s?per ?cent\b|[ -]{_SCALE}))?"
    rf"(?:\s?%|\s?per ?cent\b|(?:st|nd|rd|th|s|bn|tn|[kmbKMB])\b|[ -]{_SCALE})*"
    rf"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|a|several|many|few) {_SCALE}",
)
"""Text that a phrase contains completely or not at all: addresses, options of commands, numbers of phones and accounts,
versions, dates without the year, times, numbers, amounts."""

_NOT_PHRASES = word_set("not_phrases")
"""Words that are not a phrase on their own."""
_EDGES = ".,;:!?\u2026*_`~|-\u2013\u2014="
_PAIRS = {")": "(", "]": "[", "}": "{", "\u201d": "\u201c", "\u00bb": "\u00ab"}
_ENCLOSING = {"(": ")", "[": "]", "{": "}", "\u201c": "\u201d", "\u00ab": "\u00bb", "\u2018": "\u2019"}
_SIGN = re.compile(r"--?\w")
_SYMMETRIC = "\"'`"
"""Quotation marks that are the same at both ends."""


@dataclass(frozen=True, slots=True)
class ScoredPhrase:
    """A phrase of a passage that may answer."""

    start: int
    """First character in the passage's clean text."""
    end: int
    """One past the last character."""
    score: float
    """The network's log odds of this phrase against "no answer here", not calibrated."""


class PhraseRange(NamedTuple):
    """A range of clean text that may contain phrases."""

    start: int
    """Its first character."""
    end: int
    """One past the last character."""
    is_cell: bool = False
    """Whether it is a short table cell, which is a phrase as a whole."""


def stretches(layout: Layout, addresses: bool, headings: bool = True, code: bool = True) -> list[PhraseRange]:
    """Return the ranges of the clean text that may contain phrases: within blocks and cells.

    Addresses of pages and mailboxes, headings and code are left out, unless the argument of that name is true.
    """
    border = _BORDER if addresses else _BORDER_OR_ADDRESS
    allowed = {BlockKind.HEADING: headings, BlockKind.CODE: code}
    ranges: list[PhraseRange] = []
    for block, (low, high) in layout.parts():
        if not allowed.get(block.kind, True):
            continue
        for match in border.finditer(layout.text, low, high):
            ranges.append(PhraseRange(low, match.start()))
            low = match.end()
        is_cell = block.kind is BlockKind.ROW and len(layout.text[low:high].split()) <= LONGEST_CELL
        ranges.append(PhraseRange(low, high, is_cell))
    return [stretch for stretch in ranges if stretch.start < stretch.end]


def best_phrases(
    scores: NDArray[np.float32], none: float, tokens: Sequence[Offsets], text: str, allowed: Sequence[PhraseRange]
) -> Iterator[ScoredPhrase]:
    """Yield the best phrases of one window, best first; several may overlap.

    Args:
        scores: the scores of starting and of ending at each token, shape (2, tokens).
        none: the score of "no answer here", the sum for start and end.
        tokens: start and end of each token in ``text``.
        text: the clean text of the passage.
        allowed: the result of ``stretches``.
    """
    length = len(tokens)
    stretch_indices = _stretch_indices(tokens, allowed)
    stretch_of = np.array(stretch_indices, dtype=np.int64)
    sums = np.full((length, min(LONGEST_PHRASE, length)), -np.inf, dtype=np.float32)
    for extra in range(sums.shape[1]):
        start_in, end_in = stretch_of[: length - extra], stretch_of[extra:]
        totals = scores[0, : length - extra] + scores[1, extra:length]
        sums[: length - extra, extra] = np.where((start_in == end_in) & (start_in >= 0), totals, -np.inf)
    flat = sums.ravel()
    count = min(_ATTEMPTS, flat.size)
    best: list[int] = np.argpartition(-flat, count - 1)[:count].tolist() if count else []
    for index in sorted(best, key=lambda index: -flat[index]):
        if not np.isfinite(flat[index]):
            return
        first, extra = divmod(index, sums.shape[1])
        within = allowed[stretch_indices[first]]
        start, end = within[:2] if within.is_cell else (tokens[first][0], tokens[first + extra][1])
        phrase = whole_phrase(text, start, end, within[:2])
        if phrase is not None:
            yield ScoredPhrase(*phrase, float(flat[index]) - none)


def whole_phrase(text: str, start: int, end: int, within: Offsets) -> Offsets | None:
    """Extend a range of characters to whole words, numbers and dates, and trim what is not part of a phrase.

    ``within`` is the stretch that contains it. Return None if nothing is left.
    """
    low, high = within
    while start > low and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < high and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    for match in _INDIVISIBLE.finditer(text, low, high):
        if match.start() >= end:
            break
        if match.end() > start:
            start, end = min(start, match.start()), max(end, match.end())
    trimmed = _trimmed(text, *_balanced(text, start, end, high))
    return trimmed if trimmed and text[slice(*trimmed)].casefold() not in _NOT_PHRASES else None


def _stretch_indices(tokens: Sequence[Offsets], allowed: Sequence[PhraseRange]) -> list[int]:
    """Return for each token the index of the stretch that contains it, or -1."""
    starts = [stretch.start for stretch in allowed]
    indices = [bisect_right(starts, start) - 1 for start, _ in tokens]
    return [
        index if index >= 0 and end <= allowed[index].end else -1
        for index, (_, end) in zip(indices, tokens, strict=True)
    ]


def _balanced(text: str, start: int, end: int, high: int) -> Offsets:
    """Include a closing bracket or quotation mark that follows immediately; cut the phrase at an unpaired one."""
    opened: list[int] = []
    for position in range(start, end):
        if text[position] in _PAIRS.values():
            opened.append(position)
        elif text[position] in _PAIRS:
            if not opened:
                # An unpaired closing bracket: take the longer side.
                longer_left = position - start >= end - position
                return (start, position) if longer_left else _balanced(text, position + 1, end, high)
            opened.pop()
    if opened:
        position = opened[-1]
        if end < high and _PAIRS.get(text[end]) == text[position]:
            return start, end + 1
        return (start, position) if position - start >= end - position else _balanced(text, position + 1, end, high)
    if text.count('"', start, end) % 2:
        position = text.rindex('"', start, end)
        if start < position < end - 1:
            if end < high and text[end] == '"':
                return start, end + 1
            return (start, position) if position - start >= end - position else (position + 1, end)
    return start, end


def _trimmed(text: str, start: int, end: int) -> Offsets | None:
    """Strip white space, punctuation, and enclosing or unpaired quotation marks and brackets."""
    while start < end:
        piece = text[start:end]
        if piece[0].isspace() or (piece[0] in _EDGES and not _begins_with_sign(text, start)):
            start += 1
        elif piece[-1].isspace() or (piece[-1] in _EDGES and not _ends_abbreviation(piece)):
            end -= 1
        elif _ENCLOSING.get(piece[0]) == piece[-1] and _ENCLOSING[piece[0]] not in piece[1:-1]:
            start, end = start + 1, end - 1
        elif piece[0] in _SYMMETRIC + "\u201c\u00ab\u2018([{" and (len(piece) == 1 or not _closes_inside(piece)):
            start += 1
        elif piece[-1] in _SYMMETRIC + "\u201d\u00bb\u2019" and not _opens_inside(piece):
            end -= 1
        else:
            return start, end
    return None


def _begins_with_sign(text: str, start: int) -> bool:
    """Whether a hyphen is a minus sign or begins the name of an option."""
    return _SIGN.match(text, start) is not None and not text[max(0, start - 1) : start].isalnum()


def _closes_inside(piece: str) -> bool:
    """Whether the pair that ``piece`` opens with is closed before its end, as in ``"Yes" vote``."""
    position = piece.find(_ENCLOSING.get(piece[0], piece[0]), 1)
    return 0 < position < len(piece) - 1


def _opens_inside(piece: str) -> bool:
    """Whether the pair that ``piece`` closes with is opened after its start, as in ``vote "Yes"``."""
    opening = {"\u201d": "\u201c", "\u00bb": "\u00ab", "\u2019": "\u2018"}.get(piece[-1], piece[-1])
    return piece.rfind(opening, 1, len(piece) - 1) > 0 or (
        piece[-1] == "\u2019" and "\u2018" not in piece and piece[-2:-1] == "s"
    )


def _ends_abbreviation(piece: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation: "p.m.", "U.S.", "Inc."."""
    return ABBREVIATION_END.search(piece) is not None
