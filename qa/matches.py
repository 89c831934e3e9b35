"""Where a passage matches a query, and what a search shows of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.datatypes import Offsets, Passage, locator_at
from qa.text.english import counted
from qa.text.sanitizing import strip_controls
from qa.text.words import content_words, spellings, stem, words, words_as_written

_WINDOW = 180
"""Characters shown of a passage: about two lines of a wide terminal."""
NEAR_IN_MEANING = 0.3
"""Cosine similarity from which a passage without any word of the query is listed; on two corpora, unrelated ones stay
below .25."""

_Hit = tuple[int, int, str]
"""Start, end and stem of a word."""


@dataclass(frozen=True, slots=True)
class Match:
    """The place in a passage that matches a query best."""

    line: int
    """Its line in the file, counting from 1."""
    snippet: str
    """The clean text around it, on one line."""
    marks: tuple[tuple[int, int], ...]
    """Start and end of each matching word in the snippet; empty if only the meaning is near."""
    locator: str = ""
    """Where a person finds it in a file that is not plain text, such as "page 3"; else empty."""


def matched(passages: Sequence[Passage]) -> list[Passage]:
    """Return the passages that contain a word of the query, or are near it in meaning."""
    return [passage for passage in passages if passage.scores.fulltext or passage.scores.vector >= NEAR_IN_MEANING]


def remark(passages: Sequence[Passage], query: str, searched: str = "the corpus") -> str:
    """Return the line that says so if no word of the query was found in what was searched; else an empty one."""
    if any(passage.scores.fulltext for passage in passages):
        return ""
    missing = " or ".join(f'"{word}"' for word in content_words(query) or words(query))
    near = f" Near in meaning: {counted(len(passages), 'passage')}." if passages else ""
    return f"Nothing in {searched} contains {missing}.{near}"


def best_match(passage: Passage, query: str, length: int = _WINDOW) -> Match:
    """Return the place of a passage where most different words of the query stand within ``length`` characters."""
    text = passage.layout.text
    hits = _hits(text, query)
    start, end = _densest(hits, length) or (0, 0)
    low, high = _window(text, start, end, length)
    marks = tuple((begin - low, stop - low) for begin, stop, _ in hits if low <= begin and stop <= high)
    position = _in_file(passage, start)
    line = passage.line_start + passage.text.count("\n", 0, max(position - passage.start, 0))
    return Match(line, *_shortened(text, low, high, marks), locator_at(passage.layout.locators, position))


def best_place(passage: Passage, query: str) -> Offsets:
    """Return start and end in the article of what ``best_match`` shows; of the passage if no word of it matches."""
    densest = _densest(_hits(passage.layout.text, query), _WINDOW)
    return (densest and passage.layout.clean.in_file(*densest)) or (passage.start, passage.end)


def matches_in_file(passage: Passage, query: str) -> list[Offsets]:
    """Return start and end in the article of every word of a passage that the query contains, in order."""
    clean = passage.layout.clean
    stretches = (clean.in_file(start, end) for start, end, _ in _hits(clean.text, query))
    return sorted({stretch for stretch in stretches if stretch})


def _hits(text: str, query: str) -> list[_Hit]:
    """Return start, end and stem of every word of ``text`` that the query contains, in order."""
    wanted = {stem(variant) for word in content_words(query) for variant in spellings(word)}
    stems = ((start, start + len(form), stem(folded)) for form, folded, start in words_as_written(text))
    return [hit for hit in stems if hit[2] in wanted]


def _densest(hits: Sequence[_Hit], length: int) -> Offsets | None:
    """Return the stretch of at most ``length`` characters, or a word, with most different words; None without hits."""
    first = max(range(len(hits)), key=lambda index: len(_within(hits, index, length)), default=None)
    return None if first is None else (hits[first][0], _last_end(hits, first, length))


def _within(hits: Sequence[_Hit], first: int, length: int) -> set[str]:
    """Return the stems of the hits that fit into a window which begins at one of them."""
    return {root for start, _, root in hits[first:] if start - hits[first][0] < length}


def _last_end(hits: Sequence[_Hit], first: int, length: int) -> int:
    return max(end for start, end, _ in hits[first:] if start - hits[first][0] < length)


def _window(text: str, start: int, end: int, length: int) -> Offsets:
    """Return a stretch around ``start`` to ``end`` that begins and ends between words."""
    spare = max(length - (end - start), 0)
    low = max(start - spare // 2, 0)
    high = min(max(low + length, end), len(text))
    low = max(min(low, high - length), 0)
    if low and not text[low - 1].isspace():
        low = next((position + 1 for position in range(low, start) if text[position].isspace()), start)
    if high < len(text) and not text[high].isspace():
        high = next((position for position in range(high, end, -1) if text[position - 1].isspace()), end)
    return low, high


def _shortened(
    text: str, low: int, high: int, marks: tuple[tuple[int, int], ...]
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the stretch with an ellipsis where it was cut, without line breaks and controls; and its marks."""
    snippet = "\u2026" if low else ""
    moved: list[tuple[int, int]] = []
    position = low
    for start, end in marks:
        snippet += _one_line(text[position : low + start])
        moved.append((len(snippet), len(snippet) + end - start))
        snippet += text[low + start : low + end]
        position = low + end
    snippet += _one_line(text[position:high]).rstrip() + ("\u2026" if high < len(text) else "")
    return snippet, tuple(moved)


def _one_line(text: str) -> str:
    return "".join(" " if char.isspace() else char for char in strip_controls(text))


def _in_file(passage: Passage, position: int) -> int:
    """Return where in the file a character of the clean text stands; the start of the passage if nowhere."""
    offsets = passage.layout.clean.in_file(position, position + 1)
    return offsets[0] if offsets else passage.start
