"""Layouts of chunks as stored in the catalog: JSON of numbers beside the clean text."""

from __future__ import annotations

import json
from collections.abc import Sequence

from qa.datatypes import BlockKind, BlockRange, CleanText, Layout, Run

_KINDS = tuple(BlockKind)


def encode(layout: Layout) -> str:
    """Return everything but the clean text and the context as JSON."""
    runs = [[run.start, run.source, run.length, *([1] if run.borrowed else [])] for run in layout.clean.runs]
    blocks = [[block.start, block.end, _KINDS.index(block.kind)] for block in layout.blocks]
    return json.dumps([runs, layout.sentences, blocks], separators=(",", ":"))


def decode(text: str, context: str, encoded: str) -> Layout:
    """Return the layout of a chunk with this clean text and context."""
    runs, sentences, blocks = json.loads(encoded)
    clean = CleanText(text, tuple(_run(values) for values in runs))
    return Layout(
        clean,
        tuple((start, end) for start, end in sentences),
        tuple(BlockRange(start, end, _KINDS[kind]) for start, end, kind in blocks),
        context,
    )


def _run(values: Sequence[int]) -> Run:
    return Run(values[0], values[1], values[2], len(values) > 3)
