"""The data types shared by all layers: frozen, typed, standard library only."""

from qa.datatypes.answers import (
    EXTRACTIVE,
    NOT_ANSWERED,
    NOT_TIMED,
    UNSURE,
    Answer,
    Citation,
    Passage,
    Scores,
    Span,
    Statement,
    Timings,
    Turn,
)
from qa.datatypes.clean_text import CleanText, Offsets, Run
from qa.datatypes.documents import Block, BlockKind, BlockRange, Chunk, Document, Field, Layout, Locator, locator_at
from qa.datatypes.filters import NO_FILTER, Filter
from qa.datatypes.reports import IndexReport, IndexStats, Skipped

__all__ = [
    "EXTRACTIVE",
    "NOT_ANSWERED",
    "NOT_TIMED",
    "NO_FILTER",
    "UNSURE",
    "Answer",
    "Block",
    "BlockKind",
    "BlockRange",
    "Chunk",
    "Citation",
    "CleanText",
    "Document",
    "Field",
    "Filter",
    "IndexReport",
    "IndexStats",
    "Layout",
    "Locator",
    "Offsets",
    "Passage",
    "Run",
    "Scores",
    "Skipped",
    "Span",
    "Statement",
    "Timings",
    "Turn",
    "locator_at",
]
