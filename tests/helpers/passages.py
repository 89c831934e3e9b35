"""Sample passages, and a reader with the shipped calibration over them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qa.corpus.blocks import blocks_of
from qa.datatypes import BlockRange, CleanText, Layout, Offsets, Passage, Scores
from qa.index.chunking import block_sentences
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED
from qa.reader.reading import Reading
from qa.reader.span_reader import Network, SpanReader
from qa.text.words import content_words, stem, words

HARBOUR = (
    "The old harbour of Lindholm was closed in March 1987. It had served 240 fishing boats for a century. "
    "The mayor of Lindholm, Karin Osk, opened the new harbour in 1991. A ferry now leaves for Sandvik every hour."
)
MILL = "The paper mill employed 1,200 workers in its best year. Its chimney still stands beside the river."


class WordEmbedder:
    """A fake embedding model: texts are similar if they share word stems."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        self.texts.extend(texts)
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for word in content_words(text):
                row[zlib.crc32(stem(word).encode()) % 512] = 1.0
            row /= max(float(np.linalg.norm(row)), 1.0)
        return vectors


def passage(
    text: str,
    rank: int = 1,
    title: str = "",
    published: date | None = None,
    file: str = "a.txt",
    scores: Scores | None = None,
    start: int = 0,
) -> Passage:
    """Return a passage with this rank; by default, its scores decrease slowly with the rank, like real ones."""
    scores = scores or Scores(1 - 0.05 * (rank - 1), 0.7 - 0.03 * (rank - 1), 0.9 - 0.04 * (rank - 1))
    layout = layout_of(text, title, file, start)
    return Passage(file, title, published, start, start + len(text), 1, 1, text, rank, scores, layout)


def layout_of(text: str, context: str = "", file: str = "a.txt", start: int = 0) -> Layout:
    """Return the layout of a text that begins at ``start`` in its file, divided as indexing divides it."""
    whole = " " * start + text
    blocks = blocks_of(file, whole, start)
    clean = CleanText.join((block.clean for block in blocks), "\n")
    sentences: list[Offsets] = []
    ranges: list[BlockRange] = []
    position = 0
    for block in blocks:
        length = len(block.clean.text)
        ranges.append(BlockRange(position, position + length, block.kind))
        sentences += [
            (position + first, position + last) for first, last in block_sentences(block.clean.text, block.kind)
        ]
        position += length + 1
    return Layout(clean, tuple(sentences), tuple(ranges), context)


def reader_of(network: Network, passages: Sequence[Passage], embedder: WordEmbedder | None = None) -> SpanReader:
    """Return a reader over an index that contains only these passages."""
    stems = [{stem(word) for word in words(passage.text)} for passage in passages]

    def document_frequency(word: str) -> int:
        return sum(word in passage_stems for passage_stems in stems)

    return SpanReader(network, load_calibration(SHIPPED), embedder or WordEmbedder(), document_frequency, len(stems))


def read(network: Network, question: str, *texts: str) -> tuple[Reading, list[Passage]]:
    """Read texts as passages of one file, ranked in this order."""
    passages = [passage(text, rank) for rank, text in enumerate(texts, 1)]
    return reader_of(network, passages).read(question, passages), passages


def best(reading: Reading, passages: Sequence[Passage]) -> tuple[str, str | None]:
    """Return the most probable sentence and its short answer."""
    pairs = [(span, index) for index, spans in enumerate(reading.spans) for span in spans]
    span, index = max(pairs, key=lambda pair: pair[0].probability)
    text = passages[index].layout.text
    return text[span.start : span.end], text[slice(*span.phrase)] if span.phrase else None
