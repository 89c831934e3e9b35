"""Splitting a document into chunks of whole sentences, measured with the embedding model's tokenizer.

LlamaIndex's splitters recover offsets with ``text.find``, which is wrong for repeated sentences, and
take 1.9 s to import; here every sentence carries its offsets.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from qa.datatypes import Block, BlockKind, BlockRange, Chunk, CleanText, Document, Layout, Offsets
from qa.index.headers import context_of, header_of, keywords_of
from qa.index.tokens import encoded, length_of, split
from qa.text.clean_text import CleanTextBuilder
from qa.text.sentences import parts_of, sentence_offsets

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL_TOKENS = 2
"""``[CLS]`` and ``[SEP]`` around every input of the model."""

LEAST_FULL = 0.4
"""Share of the allowed length from which a chunk ends before a section that would not fit."""


@dataclass(frozen=True, slots=True)
class ChunkingOptions:
    """Lengths in tokens of the embedding model."""

    max_tokens: int
    """Header, chunk and special tokens together."""
    overlap_tokens: int = 40
    """Whole sentences up to this many tokens are repeated at the start of the next chunk."""
    header_tokens: int = 64
    """A longer header is truncated to this length."""
    heading_tokens: int = 24
    """Allowed for the headings that a chunk stands under."""


def options_for(model_tokens: int) -> ChunkingOptions:
    """Return the options for a model with a window of ``model_tokens`` tokens.

    Chunks are a quarter longer than the window: full-text search gains from longer chunks, and the tail
    that the vector misses is repeated at the start of the next chunk (MultiHop-RAG dev Hits@10: .918 with
    chunks of 256 tokens, .925 with 320; embedding all 320 tokens would take a quarter more time).
    """
    return ChunkingOptions(max_tokens=model_tokens * 5 // 4)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A sentence of a block, or a part of a sentence that is too long for a chunk."""

    block: int
    """Index of the block."""
    start: int
    """First character in the block's clean text."""
    end: int
    """One past the last character."""
    tokens: int
    """Its length."""


class Chunker:
    """Splits documents into chunks whose length is measured with the model's own tokenizer."""

    def __init__(self, tokenizer: Tokenizer, options: ChunkingOptions) -> None:
        self._tokenizer = tokenizer
        self._options = options

    def split(self, document: Document) -> list[Chunk]:
        """Return the document's chunks in reading order; none if the text contains no words."""
        texts = [with_speaker(block, document.text) for block in document.blocks]
        header = self._count([self._cut(header_of(document), self._options.header_tokens)])[0]
        paths = {" | ".join(block.headings) for block in document.blocks}
        headings = min(max(self._count([f" | {path}" for path in paths if path] or [""])), self._options.heading_tokens)
        # Headings are part of the header, and the nearest one precedes the text of a chunk that begins below it.
        budget = max(self._options.max_tokens - SPECIAL_TOKENS - header - 2 * headings, self._options.max_tokens // 4)
        line_starts = _line_starts(document.text)
        pieces = list(self._pieces(texts, document.blocks, budget))
        above = list(_headings_above(document.blocks))
        return [
            self._chunk(document, texts, packed, above[packed[0].block], line_starts)
            for packed in _pack(pieces, document.blocks, budget, self._options)
        ]

    def _cut(self, text: str, tokens: int) -> str:
        """Return ``text``, truncated to ``tokens`` tokens."""
        offsets = self._tokenizer.encode(text, add_special_tokens=False).offsets
        return text if len(offsets) <= tokens else text[: offsets[tokens - 1][1]]

    def _pieces(self, texts: Sequence[CleanText], blocks: Sequence[Block], budget: int) -> Iterator[_Piece]:
        """Yield the sentences of all blocks; those longer than ``budget`` are split at token boundaries.

        A part that is only the name of who speaks belongs to what follows: nothing of it could be cited here.
        """
        before: list[_Piece] = []
        for piece in self._parts(texts, blocks, budget):
            if before and before[0].block != piece.block:
                yield from before
                before = []
            joined = [*before, piece]
            before = [_Piece(piece.block, joined[0].start, piece.end, sum(part.tokens for part in joined))]
            if texts[piece.block].stands_here(piece.start, piece.end):
                yield from before
                before = []
        yield from before

    def _parts(self, texts: Sequence[CleanText], blocks: Sequence[Block], budget: int) -> Iterator[_Piece]:
        """Yield the sentences of all blocks, split where they are longer than ``budget``."""
        sentences = [
            (index, start, end)
            for index, (clean, block) in enumerate(zip(texts, blocks, strict=True))
            for start, end in block_sentences(clean.text, block.kind)
        ]
        encodings = encoded(self._tokenizer, (texts[index].text[start:end] for index, start, end in sentences))
        for (index, start, end), encoding in zip(sentences, encodings, strict=True):
            length = length_of(len(encoding), end - start)
            if length <= budget:
                yield _Piece(index, start, end, length)
            else:
                for part in split(texts[index].text, start, end, encoding.offsets, budget):
                    yield _Piece(index, *part)

    def _count(self, texts: Iterable[str]) -> list[int]:
        return [len(encoding) for encoding in encoded(self._tokenizer, texts)]

    def _chunk(
        self,
        document: Document,
        texts: Sequence[CleanText],
        pieces: Sequence[_Piece],
        heading: int | None,
        line_starts: list[int],
    ) -> Chunk:
        first, last = document.blocks[pieces[0].block], document.blocks[pieces[-1].block]
        starts = texts[pieces[0].block].in_file(pieces[0].start, pieces[0].end) or (first.start, first.end)
        ends = texts[pieces[-1].block].in_file(pieces[-1].start, pieces[-1].end) or (last.start, last.end)
        start = first.start if pieces[0].start == 0 else starts[0]
        end = last.end if pieces[-1].end == len(texts[pieces[-1].block].text) else ends[1]
        headings = first.headings
        header = self._cut(header_of(document, headings), self._options.header_tokens + self._options.heading_tokens)
        above = None if heading is None else texts[heading].as_borrowed()
        above = above and above.cut(0, len(self._cut(above.text, self._options.heading_tokens)))
        layout = _layout(texts, document.blocks, pieces, above, context_of(document, headings))
        layout = replace(layout, locators=document.locators_in(start, end))
        digest = hashlib.sha256(f"{header}\0{layout.text}".encode("utf-8", "surrogatepass")).hexdigest()
        text = document.text[start:end]
        line = bisect_right(line_starts, start)
        return Chunk(document.path, start, end, text, line, digest, header, keywords_of(document), layout)


def with_speaker(block: Block, text: str) -> CleanText:
    """Return the clean text of a block of the file ``text``, with the name of who says it in front."""
    if block.speaker is None:
        return block.clean
    builder = CleanTextBuilder(text)
    builder.append(block.speaker.as_borrowed())
    builder.insert(": ")
    builder.append(block.clean)
    return builder.build()


def block_sentences(text: str, kind: BlockKind) -> list[Offsets]:
    """Return the sentences of a block; only prose has more than one."""
    whole = kind in (BlockKind.HEADING, BlockKind.ROW, BlockKind.CODE, BlockKind.CAPTION)
    return list(parts_of(text, 0, len(text))) if whole else sentence_offsets(text)


def _layout(
    texts: Sequence[CleanText],
    blocks: Sequence[Block],
    pieces: Sequence[_Piece],
    heading: CleanText | None,
    context: str,
) -> Layout:
    """Return the layout of a chunk: ``heading``, then its pieces, each block on a line of its own."""
    parts = [heading] if heading else []
    position = len(heading.text) + 1 if heading else 0
    ranges = [BlockRange(0, position - 1, BlockKind.HEADING)] if heading else []
    sentences: list[Offsets] = [(0, position - 1)] if heading else []
    for index, group in groupby(pieces, key=lambda piece: piece.block):
        of_block = list(group)
        low, high = of_block[0].start, of_block[-1].end
        parts.append(texts[index].cut(low, high))
        ranges.append(BlockRange(position, position + high - low, blocks[index].kind))
        sentences += [(position + piece.start - low, position + piece.end - low) for piece in of_block]
        position += high - low + 1
    return Layout(CleanText.join(parts, "\n"), tuple(sentences), tuple(ranges), context)


def _headings_above(blocks: Sequence[Block]) -> Iterator[int | None]:
    """Yield, for each block that is not a heading, the index of the heading of its section, if it has one."""
    heading = None
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.HEADING:
            heading = index
            yield None
        else:
            yield heading if block.headings else None


def _pack(
    pieces: Sequence[_Piece], blocks: Sequence[Block], budget: int, options: ChunkingOptions
) -> Iterator[Sequence[_Piece]]:
    """Join adjacent pieces up to ``budget`` tokens, repeating a few at the start of the next chunk.

    A section that would not fit begins a chunk of its own, unless the chunk before would be short.
    """
    current: list[_Piece] = []
    used = 0
    for index, piece in enumerate(pieces):
        begins = blocks[piece.block].kind is BlockKind.HEADING and piece.start == 0
        if begins and used >= budget * LEAST_FULL and _exceeds(budget - used, pieces, blocks, index):
            yield current
            current, used = [], 0
        elif current and used + piece.tokens > budget:
            headings = _trailing_headings(current, blocks)
            if headings and len(headings) < len(current):
                yield current[: -len(headings)]
                current = headings
            else:
                yield current
                current = _tail(current, min(options.overlap_tokens, budget - piece.tokens))
            used = sum(other.tokens for other in current)
        current.append(piece)
        used += piece.tokens
    if current:
        yield current


def _exceeds(tokens: int, pieces: Sequence[_Piece], blocks: Sequence[Block], index: int) -> bool:
    """Whether the section that begins with the heading at ``index`` is longer than so many tokens."""
    level = blocks[pieces[index].block].depth
    for number in range(index, len(pieces)):
        block = blocks[pieces[number].block]
        if tokens < 0 or (number > index and block.kind is BlockKind.HEADING and block.depth <= level):
            break
        tokens -= pieces[number].tokens
    return tokens < 0


def _trailing_headings(pieces: list[_Piece], blocks: Sequence[Block]) -> list[_Piece]:
    """Return the headings at the end of ``pieces``, which belong to what follows."""
    first = len(pieces)
    while first > 0 and blocks[pieces[first - 1].block].kind is BlockKind.HEADING:
        first -= 1
    return pieces[first:]


def _tail(pieces: list[_Piece], tokens: int) -> list[_Piece]:
    """Return the last pieces, at most ``tokens`` long in total; never all pieces."""
    first = len(pieces)
    while first > 1 and pieces[first - 1].tokens <= tokens:
        first -= 1
        tokens -= pieces[first].tokens
    return pieces[first:]


def _line_starts(text: str) -> list[int]:
    starts = [0]
    position = text.find("\n")
    while position >= 0:
        starts.append(position + 1)
        position = text.find("\n", position + 1)
    return starts
