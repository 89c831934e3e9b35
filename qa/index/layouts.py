"""Layouts of chunks as stored in the catalog: JSON that says which characters of the chunk its clean text consists of.

Most of a clean text stands in the chunk, so only the rest is stored, and the context only if the header does not begin
with it. Positions are relative to the one before, and each block is a line of the clean text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from qa.datatypes import BlockKind, BlockRange, CleanText, Layout, Locator, Offsets, Run
from qa.datatypes.clean_text import INSERTED

_KINDS = tuple(BlockKind)


def encode(text: str, start: int, header: str, layout: Layout) -> str:
    """Return a layout as JSON, for a chunk of this text and header that starts at ``start`` in the file."""
    clean = layout.clean
    ends = [*(run.start for run in clean.runs[1:]), len(clean.text)]
    parts: list[str | list[Any]] = []
    position = start
    for run, end in zip(clean.runs, ends, strict=True):
        part = clean.text[run.start : end]
        first = run.source - start
        if run.source == INSERTED:
            parts.append(part)
        elif not run.borrowed and first >= 0 and len(part) == run.length and text[first : first + run.length] == part:
            parts.append([run.source - position, run.length])
            position = run.source + run.length
        else:
            parts.append([run.source, run.length, part, int(run.borrowed)])
    kinds = "".join(str(_KINDS.index(block.kind)) for block in layout.blocks)
    context = len(layout.context) if header.startswith(layout.context) else layout.context
    encoded = [parts, _relative(layout.sentences), kinds, context]
    if layout.locators:
        encoded.append([[locator.start - start, locator.name] for locator in layout.locators])
    return json.dumps(encoded, separators=(",", ":"), ensure_ascii=False)


def decode(text: str, start: int, header: str, encoded: str) -> Layout:
    """Return the layout that ``encode`` made for a chunk of this text and header."""
    parts, sentences, kinds, context, *more = json.loads(encoded)
    pieces: list[str] = []
    runs: list[Run] = []
    length, position = 0, start
    for part in parts:
        if isinstance(part, str):
            run, piece = Run(length, INSERTED, 0), part
        elif len(part) == 2:
            run = Run(length, position + part[0], part[1])
            position = run.source + run.length
            piece = text[run.source - start : position - start]
        else:
            run, piece = Run(length, part[0], part[1], bool(part[3])), part[2]
        runs.append(run)
        pieces.append(piece)
        length += len(piece)
    clean = CleanText("".join(pieces), tuple(runs))
    context = header[:context] if isinstance(context, int) else context
    locators = tuple(Locator(start + first, name) for first, name in more[0]) if more else ()
    return Layout(clean, tuple(_absolute(sentences)), tuple(_blocks(clean.text, kinds)), context, locators)


def _blocks(text: str, kinds: str) -> Iterator[BlockRange]:
    start = 0
    for line, kind in zip(text.split("\n") if kinds else (), kinds, strict=True):
        yield BlockRange(start, start + len(line), _KINDS[int(kind)])
        start += len(line) + 1


def _relative(ranges: Iterable[Offsets]) -> list[int]:
    """Return, for each range, its distance from the end of the one before, and its length."""
    return [
        number
        for (_, before), (first, last) in pairwise([(0, 0), *ranges])
        for number in (first - before, last - first)
    ]


def _absolute(numbers: Sequence[int]) -> Iterator[Offsets]:
    """Yield the ranges that ``_relative`` encoded."""
    end = 0
    for distance, length in zip(numbers[::2], numbers[1::2], strict=True):
        end += distance + length
        yield end - length, end
