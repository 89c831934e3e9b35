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


_DETACHED_STOP = re.compile(r"\s\.\Z")
"""A full stop that begins a word, as in "read .Z files", does not end a sentence."""
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
        text_start = marker.end() if marker else start
        for boundary in get_sentence_boundaries("en", text[text_start:end]):
            # "1. Flour" is one sentence, not two.
            first = start if boundary["start_index"] == 0 else text_start + boundary["start_index"]
            first, last = trimmed(text, first, text_start + boundary["end_index"])
            if first < last and sentences and _DETACHED_STOP.search(text, sentences[-1][0], first):
                sentences[-1] = sentences[-1][0], last
            elif first < last:
                sentences.append((first, last))
    return sentences


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
