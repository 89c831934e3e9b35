"""Sentence boundaries with exact character offsets, shared by chunking and answering."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sentencex import get_sentence_boundaries

Offsets = tuple[int, int]
"""Start and end of a stretch of text, in characters, end exclusive."""

_BLOCK = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
"""Lines up to the next blank line, which may contain white space, such as the other half of CRLF."""
_LINE = re.compile(r"[^\n]+")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•|>#]|\d+[.)])\s")

_COLUMNS = re.compile(r"\S(?: {3,}|\t+|\s?\.{4,}\s?)\S")
"""A column separator, as before the page numbers in a table of contents; running text has none."""

_WRAPPED_LINE = range(45, 101)
"""Length of a hard-wrapped line; a line break inside such a paragraph is a space, not a boundary."""


def sentence_offsets(text: str) -> list[Offsets]:
    """Return the sentences of ``text`` in order, without surrounding white space.

    Every line break ends a sentence (headings and table rows have no full stop), except inside a hard-wrapped
    paragraph.
    """
    sentences: list[Offsets] = []
    for start, end in paragraph_offsets(text):
        marker = _LIST_ITEM.match(text, start, end)
        text_start = marker.end() if marker else start
        for boundary in get_sentence_boundaries("en", text[text_start:end]):
            # "1. Flour" is one sentence, not two.
            first = start if boundary["start_index"] == 0 else text_start + boundary["start_index"]
            trimmed = _trim(text, first, text_start + boundary["end_index"])
            if trimmed:
                sentences.append(trimmed)
    return sentences


def paragraph_offsets(text: str) -> Iterator[Offsets]:
    """Yield the units that no sentence crosses: lines, or whole hard-wrapped paragraphs."""
    for block in _BLOCK.finditer(text):
        lines = [line.rstrip() for line in block.group().split("\n")]
        if _is_wrapped(lines):
            yield block.span()
        else:
            for line in _LINE.finditer(text, *block.span()):
                yield line.span()


def _is_wrapped(lines: list[str]) -> bool:
    return (
        len(lines) > 1
        and all(len(line) in _WRAPPED_LINE for line in lines[:-1])
        and len(lines[-1]) < _WRAPPED_LINE.stop
        and not any(_LIST_ITEM.match(line) or _COLUMNS.search(line) for line in lines)
    )


def _trim(text: str, start: int, end: int) -> Offsets | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
