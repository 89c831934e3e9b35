"""Sentence boundaries with exact character offsets, shared by chunking and answering."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sentencex import get_sentence_boundaries

from qa.datatypes import Offsets
from qa.text.clean_text import trimmed

_BLOCK = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
"""Lines up to the next blank line, which may contain white space, such as the other half of CRLF."""
_LINE = re.compile(r"[^\n]+")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•|>#]|\d+[.)])\s")

COLUMNS = re.compile(r"\S(?: {3,}|\t+|\s?\.{4,}\s?)\S")
"""A column separator, as before the page numbers in a table of contents; running text has none."""

_WRAPPED_LINE = range(45, 101)
"""Length of a hard-wrapped line; a line break inside such a paragraph is a space, not a boundary."""

LONGEST_SENTENCE = 4_000
"""Characters of the longest sentence; what is longer, such as base64 or an open quotation, is cut into several.

It bounds what follows: sentencex takes time in proportion to the square of its text, 0.04 s for so much Chinese.
"""
_CUT_AFTER = ("\u3002\uff01\uff1f.!?\u2026", "\u3001\uff0c\uff1b\uff1a;,:", " \t\n\r\f\v\u2028\u2029\u3000")
"""Where a longer sentence is cut, in order of preference: after a stop, after a comma, at a space."""
_SHORTEST_WRAPPED = 20
"""Length from which a line may go on in the next one."""
_STOPS = (".", "!", "?", ":", ";", "\u2026")


def sentence_offsets(text: str) -> list[Offsets]:
    """Return the sentences of ``text`` in order, without surrounding white space.

    Every line break ends a sentence (headings and table rows have no full stop), except inside a hard-wrapped
    paragraph.
    """
    sentences: list[Offsets] = []
    for start, end in _paragraph_offsets(text):
        marker = _LIST_ITEM.match(text, start, end)
        # "1. Flour" is one sentence, not two, and "1887. " is one of its own.
        text_start = marker.end() if marker and text[marker.end() : end].strip() else start
        for low, high in _boundaries(text, text_start, end):
            first, last = trimmed(text, start if low == text_start else low, high)
            if first < last and sentences and _is_detached_stop(text, sentences[-1], last):
                sentences[-1] = sentences[-1][0], last
            elif first < last:
                sentences.append((first, last))
    return sentences


def parts_of(text: str, start: int, end: int) -> Iterator[Offsets]:
    """Yield a stretch of ``text`` whole, or cut into parts of ``LONGEST_SENTENCE`` if it is longer."""
    while end - start > LONGEST_SENTENCE:
        cut = _cut(text, start)
        yield start, cut
        start = cut
    yield start, end


def _boundaries(text: str, start: int, end: int) -> Iterator[Offsets]:
    """Yield the sentences between ``start`` and ``end``; of a longer text, those that end in its first characters."""
    while end - start > LONGEST_SENTENCE:
        boundaries = get_sentence_boundaries("en", text[start : start + LONGEST_SENTENCE])
        if len(boundaries) > 1:
            yield from ((start + each["start_index"], start + each["end_index"]) for each in boundaries[:-1])
            start += boundaries[-1]["start_index"]
        else:
            cut = _cut(text, start)
            yield start, cut
            start = cut
    for boundary in get_sentence_boundaries("en", text[start:end]):
        yield start + boundary["start_index"], start + boundary["end_index"]


def _cut(text: str, start: int) -> int:
    """Return where a sentence that begins at ``start`` and is too long is cut: as late as it can be."""
    end = start + LONGEST_SENTENCE
    for marks in _CUT_AFTER:
        cut = max(text.rfind(mark, start + LONGEST_SENTENCE // 2, end) for mark in marks) + 1
        if cut:
            return cut
    return end


def _is_detached_stop(text: str, sentence: Offsets, end: int) -> bool:
    """Whether a sentence ends with a stop that begins a word, as in "read .Z files", so that it goes on to ``end``."""
    last = sentence[1] - 1
    is_detached = last > sentence[0] and text[last] == "." and text[last - 1].isspace()
    return is_detached and not text[last + 1].isspace() and end - sentence[0] <= LONGEST_SENTENCE


def _paragraph_offsets(text: str) -> Iterator[Offsets]:
    """Yield the units that no sentence crosses: lines, or whole hard-wrapped paragraphs."""
    for block in _BLOCK.finditer(text):
        lines = [line.rstrip() for line in block.group().split("\n")]
        if _is_wrapped(lines):
            yield block.span()
        else:
            for line in _LINE.finditer(text, *block.span()):
                yield line.span()


def wrapped_groups(lines: Sequence[str]) -> list[range]:
    """Return which adjacent lines belong together: all if hard-wrapped, else those that go on in mid-sentence."""
    stripped = [line.strip() for line in lines]
    if _is_wrapped(stripped):
        return [range(len(stripped))]
    groups: list[range] = []
    for number, line in enumerate(stripped):
        before = stripped[number - 1] if number else ""
        if before and line[:1].islower() and not before.endswith(_STOPS) and len(before) >= _SHORTEST_WRAPPED:
            groups[-1] = range(groups[-1].start, number + 1)
        else:
            groups.append(range(number, number + 1))
    return groups


def _is_wrapped(lines: list[str]) -> bool:
    if len(lines) < 2 or any(_LIST_ITEM.match(line) or COLUMNS.search(line) for line in lines):
        return False
    if all(len(line) in _WRAPPED_LINE for line in lines[:-1]) and len(lines[-1]) < _WRAPPED_LINE.stop:
        return True
    # A line is full if the next word would have made it longer than the longest one.
    width = max(len(line) for line in lines)
    return width >= _WRAPPED_LINE.start and all(
        len(line) + 1 + len(after.split(maxsplit=1)[0]) > width for line, after in pairwise(lines) if after
    )
