"""Splitting a document into chunks of whole sentences, measured with the embedding model's tokenizer.

LlamaIndex's splitters recover offsets with ``text.find``, which is wrong for repeated sentences, and
take 1.9 s to import; here every sentence carries its offsets.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qa.datatypes import Chunk, Document
from qa.text.sentences import Offsets, sentence_offsets

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL_TOKENS = 2
"""``[CLS]`` and ``[SEP]`` around every input of the model."""


@dataclass(frozen=True, slots=True)
class ChunkingOptions:
    """Lengths in tokens of the embedding model."""

    max_tokens: int
    """Header, chunk and special tokens together."""
    overlap_tokens: int = 40
    """Whole sentences up to this many tokens are repeated at the start of the next chunk."""
    header_tokens: int = 64
    """A longer header is truncated to this length."""


def options_for(model_tokens: int) -> ChunkingOptions:
    """Return the options for a model with a window of ``model_tokens`` tokens.

    Chunks are a quarter longer than the window: full-text search gains from longer chunks, and the tail
    that the vector misses is repeated at the start of the next chunk (MultiHop-RAG dev Hits@10: .918 with
    chunks of 256 tokens, .925 with 320; embedding all 320 tokens would take a quarter more time).
    """
    return ChunkingOptions(max_tokens=model_tokens * 5 // 4)


class Chunker:
    """Splits documents into chunks whose length is measured with the model's own tokenizer."""

    def __init__(self, tokenizer: Tokenizer, options: ChunkingOptions) -> None:
        self._tokenizer = tokenizer
        self._options = options

    def split(self, document: Document) -> list[Chunk]:
        """Return the document's chunks in reading order; none if the text contains no words."""
        header = self.header(document)
        budget = self._options.max_tokens - SPECIAL_TOKENS - self._count([header])[0]
        pieces = self._pieces(document.text, document.body_start, budget)
        line_starts = _line_starts(document.text)
        return [
            _chunk(document, header, start, end, line_starts)
            for start, end in _pack(pieces, budget, self._options.overlap_tokens)
        ]

    def header(self, document: Document) -> str:
        """Return the header to put in front of each of the document's chunks, truncated to ``header_tokens``."""
        encoding = self._tokenizer.encode(document.header, add_special_tokens=False)
        if len(encoding.ids) <= self._options.header_tokens:
            return document.header
        return document.header[: encoding.offsets[self._options.header_tokens - 1][1]]

    def _pieces(self, text: str, body_start: int, budget: int) -> list[tuple[int, int, int]]:
        """Return sentences as (start, end, tokens); those longer than ``budget`` are split at token boundaries."""
        body = text[body_start:]
        sentences = [(start + body_start, end + body_start) for start, end in sentence_offsets(body)]
        counts = self._count([text[start:end] for start, end in sentences])
        pieces: list[tuple[int, int, int]] = []
        for (start, end), count in zip(sentences, counts, strict=True):
            if count <= budget:
                pieces.append((start, end, count))
            else:
                pieces.extend(self._split_sentence(text, start, end, budget))
        return pieces

    def _split_sentence(self, text: str, start: int, end: int, budget: int) -> Iterator[tuple[int, int, int]]:
        offsets = self._tokenizer.encode(text[start:end], add_special_tokens=False).offsets
        for first in range(0, len(offsets), budget):
            group = offsets[first : first + budget]
            yield start + group[0][0], start + group[-1][1], len(group)

    def _count(self, texts: list[str]) -> list[int]:
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(texts, add_special_tokens=False)]


def _pack(pieces: list[tuple[int, int, int]], budget: int, overlap: int) -> Iterator[Offsets]:
    """Join adjacent pieces up to ``budget`` tokens, repeating up to ``overlap`` tokens."""
    current: list[tuple[int, int, int]] = []
    used = 0
    for piece in pieces:
        if current and used + piece[2] > budget:
            yield current[0][0], current[-1][1]
            current = _tail(current, min(overlap, budget - piece[2]))
            used = sum(tokens for _, _, tokens in current)
        current.append(piece)
        used += piece[2]
    if current:
        yield current[0][0], current[-1][1]


def _tail(pieces: list[tuple[int, int, int]], tokens: int) -> list[tuple[int, int, int]]:
    """Return the last pieces, at most ``tokens`` long in total; never all pieces."""
    first = len(pieces)
    while first > 1 and pieces[first - 1][2] <= tokens:
        first -= 1
        tokens -= pieces[first][2]
    return pieces[first:]


def _chunk(document: Document, header: str, start: int, end: int, line_starts: list[int]) -> Chunk:
    text = document.text[start:end]
    digest = hashlib.sha256(f"{header}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
    return Chunk(document.path, start, end, text, bisect_right(line_starts, start), digest)


def _line_starts(text: str) -> list[int]:
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts
