"""From the network's scores to whole phrases: where a phrase may lie, and where it begins and ends.

A phrase never crosses a line break, a table cell or the target of a link, never cuts a number, amount, date or
time, and never keeps one half of a pair of brackets or quotation marks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.text.english import word_set
from qa.text.english.patterns import ABBREVIATION_END, DAY_OF_MONTH, MONTH
from qa.text.sentences import Offsets, paragraph_offsets

LONGEST_PHRASE = 30
"""Tokens of a phrase."""
_ATTEMPTS = 40
"""Pairs of first and last token looked at in a window; most overlap."""

_NO_PHRASE = re.compile(
    r"\]\([^)\n]*\)|\]\[[^\]\n]*\]|<!--.*?-->|</?[A-Za-z][^>\n]*>"  # targets of Markdown links, comments, tags
    r"|\s\|\s|^\s*\||\|\s*$|\t+"  # borders of table cells
    r"|^\s*(?:[-*+\u2022>#]+|\d{1,3}[.)])\s+",  # what marks an item of a list, a quote or a heading
    re.MULTILINE,
)
"""What no phrase holds."""

_CONTENTS = re.compile(
    r"^[ \t#*]*(?:table of )?contents[ \t:*]*\r?\n"
    r"(?:[ \t]*\r?\n|.*\S(?:[ \t]{2,}|[ .\u2026]{3,})\d+[ \t]*(?:\r?\n|\Z))+",
    re.IGNORECASE | re.MULTILINE,
)
"""A table of contents: titles with page numbers, which state nothing."""

_SCALE = r"(?:hundred|thousand|million|billion|trillion)s?\b"
_WHOLE = re.compile(
    r"https?://[^\s)>\]]+|www\.[^\s)>\]]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<!\w)(?:[A-Za-z]:)?(?:[\\/][\w.-]*[A-Za-z][\w.-]*){2,}"
    rf"|\b{DAY_OF_MONTH}(?:[-\u2013]{DAY_OF_MONTH})?(?: of)? {MONTH}"
    rf"|\b{MONTH} {DAY_OF_MONTH}(?:[-\u2013]{DAY_OF_MONTH})?\b(?!:)"
    r"|\b\d{1,2}(?::\d\d){1,2}(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\b\.?"
    r"|\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b"
    r"|(?:(?<![\w)])[-\u2212])?(?:(?:US|AU?|CA?|NZ|HK)?[$\u20ac\u00a3\u00a5\u20b9]\s?)?\d+(?:,\d{3})*(?:\.\d+)?"
    rf"(?:[-\u2013]\d+(?:\.\d+)?(?=\s?%|\s?per ?cent\b|[ -]{_SCALE}))?"
    rf"(?:\s?%|\s?per ?cent\b|(?:st|nd|rd|th|s|bn|tn|[kmbKMB])\b|[ -]{_SCALE})*"
    rf"|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|a|several|many|few) {_SCALE}",
)
"""What a phrase holds whole or not at all: addresses, dates without their year, times, numbers and amounts."""

_NOT_PHRASES = word_set("not_phrases")
"""Words that are no phrase alone."""
_EDGES = ".,;:!?\u2026*_`~|-\u2013\u2014="
_PAIRS = {")": "(", "]": "[", "}": "{", "\u201d": "\u201c", "\u00bb": "\u00ab"}
_ENCLOSING = {"(": ")", "[": "]", "{": "}", "\u201c": "\u201d", "\u00ab": "\u00bb", "\u2018": "\u2019"}
_ALIKE = "\"'`"
"""Quotation marks that open and close alike."""


@dataclass(frozen=True, slots=True)
class ScoredPhrase:
    """Characters of a passage that may answer."""

    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    score: float
    """Log odds of this phrase against "no answer here", as the network sees it; not calibrated."""


def stretches(text: str) -> list[Offsets]:
    """Return where phrases may lie, in order: lines or hard-wrapped paragraphs, without markup, by table cell."""
    found: list[Offsets] = []
    contents = [one.span() for one in _CONTENTS.finditer(text)]
    for start, end in paragraph_offsets(text):
        if any(first <= start and end <= last for first, last in contents):
            continue
        place = start
        for border in _NO_PHRASE.finditer(text, start, end):
            found.append((place, border.start()))
            place = border.end()
        found.append((place, end))
    return [(start, end) for start, end in found if start < end]


def best_phrases(
    scores: NDArray[np.float32], none: float, tokens: Sequence[Offsets], text: str, lying_in: Sequence[Offsets]
) -> Iterator[ScoredPhrase]:
    """Yield the best phrases of one window, best first; several may overlap.

    Args:
        scores: of starting and of ending at each token, shape (2, tokens).
        none: the score of "no answer here", start and end together.
        tokens: characters of each token in ``text``.
        text: the passage.
        lying_in: what ``stretches`` says of it.
    """
    length = len(tokens)
    held_by = _stretch_of(tokens, lying_in)
    where = np.array(held_by, dtype=np.int64)
    sums = np.full((length, min(LONGEST_PHRASE, length)), -np.inf, dtype=np.float32)
    for more in range(sums.shape[1]):
        begun, ended = where[: length - more], where[more:]
        together = scores[0, : length - more] + scores[1, more:length]
        sums[: length - more, more] = np.where((begun == ended) & (begun >= 0), together, -np.inf)
    flat = sums.ravel()
    count = min(_ATTEMPTS, flat.size)
    best: list[int] = np.argpartition(-flat, count - 1)[:count].tolist() if count else []
    for place in sorted(best, key=lambda one: -flat[one]):
        if not np.isfinite(flat[place]):
            return
        first, more = divmod(place, sums.shape[1])
        within = lying_in[held_by[first]]
        whole = whole_phrase(text, tokens[first][0], tokens[first + more][1], within)
        if whole is not None:
            yield ScoredPhrase(*whole, float(flat[place]) - none)


def whole_phrase(text: str, start: int, end: int, within: Offsets) -> Offsets | None:
    """Widen characters to whole words, numbers and dates, and trim what is no part of a phrase.

    Returns None if nothing is left.
    """
    low, high = within
    while start > low and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < high and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    for whole in _WHOLE.finditer(text, low, high):
        if whole.start() >= end:
            break
        if whole.end() > start:
            start, end = min(start, whole.start()), max(end, whole.end())
    trimmed = _trimmed(text, *_balanced(text, start, end, high))
    return trimmed if trimmed and text[slice(*trimmed)].casefold() not in _NOT_PHRASES else None


def _stretch_of(tokens: Sequence[Offsets], lying_in: Sequence[Offsets]) -> list[int]:
    """Return for each token the place of the stretch that holds it, -1 if none does."""
    starts = [start for start, _ in lying_in]
    places = [bisect_right(starts, start) - 1 for start, _ in tokens]
    return [
        place if place >= 0 and end <= lying_in[place][1] else -1
        for place, (_, end) in zip(places, tokens, strict=True)
    ]


def _balanced(text: str, start: int, end: int, high: int) -> Offsets:
    """Take in the closing half of a pair that follows at once, and cut a phrase at a half that stays alone."""
    opened: list[int] = []
    for place in range(start, end):
        if text[place] in _PAIRS.values():
            opened.append(place)
        elif text[place] in _PAIRS:
            if not opened:
                # A closing half alone: keep the longer side.
                return (start, place) if place - start >= end - place else _balanced(text, place + 1, end, high)
            opened.pop()
    if opened:
        place = opened[-1]
        if end < high and _PAIRS.get(text[end]) == text[place]:
            return start, end + 1
        return (start, place) if place - start >= end - place else _balanced(text, place + 1, end, high)
    if text.count('"', start, end) % 2:
        place = text.rindex('"', start, end)
        if start < place < end - 1:
            if end < high and text[end] == '"':
                return start, end + 1
            return (start, place) if place - start >= end - place else (place + 1, end)
    return start, end


def _trimmed(text: str, start: int, end: int) -> Offsets | None:
    """Take off white space, punctuation, and quotation marks or brackets around or at one side of a phrase."""
    while start < end:
        piece = text[start:end]
        if piece[0].isspace() or (piece[0] in _EDGES and not (piece[0] == "-" and piece[1:2].isdigit())):
            start += 1
        elif piece[-1].isspace() or (piece[-1] in _EDGES and not _ends_abbreviation(piece)):
            end -= 1
        elif _ENCLOSING.get(piece[0]) == piece[-1] and _ENCLOSING[piece[0]] not in piece[1:-1]:
            start, end = start + 1, end - 1
        elif piece[0] in _ALIKE + "\u201c\u00ab\u2018([{" and (len(piece) == 1 or not _closes_inside(piece)):
            start += 1
        elif piece[-1] in _ALIKE + "\u201d\u00bb\u2019" and not _opens_inside(piece):
            end -= 1
        else:
            return start, end
    return None


def _closes_inside(piece: str) -> bool:
    """Whether the pair that ``piece`` opens with is closed before its end, as in ``"Yes" vote``."""
    place = piece.find(_ENCLOSING.get(piece[0], piece[0]), 1)
    return 0 < place < len(piece) - 1


def _opens_inside(piece: str) -> bool:
    """Whether the pair that ``piece`` closes with is opened after its beginning, as in ``vote "Yes"``."""
    opening = {"\u201d": "\u201c", "\u00bb": "\u00ab", "\u2019": "\u2018"}.get(piece[-1], piece[-1])
    return piece.rfind(opening, 1, len(piece) - 1) > 0 or (
        piece[-1] == "\u2019" and "\u2018" not in piece and piece[-2:-1] == "s"
    )


def _ends_abbreviation(piece: str) -> bool:
    """Whether the full stop at the end belongs to an abbreviation: "p.m.", "U.S.", "Inc."."""
    return ABBREVIATION_END.search(piece) is not None
