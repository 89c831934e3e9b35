"""Passages to read, and a reader of the shipped network over them."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage, Scores
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
    """Stands in for the model: texts are alike as far as they share word stems."""

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
) -> Passage:
    """A passage that the retriever ranked so; its scores fall slowly with the rank, as real ones do."""
    found = scores or Scores(1 - 0.05 * (rank - 1), 0.7 - 0.03 * (rank - 1), 0.9 - 0.04 * (rank - 1))
    return Passage(file, title, published, 0, len(text), 1, 1, text, rank, found)


def reader_of(network: Network, passages: Sequence[Passage], embedder: WordEmbedder | None = None) -> SpanReader:
    """The reader over an index that holds just these passages."""
    stems = [{stem(word) for word in words(one.text)} for one in passages]

    def document_frequency(word: str) -> int:
        return sum(word in one for one in stems)

    return SpanReader(network, load_calibration(SHIPPED), embedder or WordEmbedder(), document_frequency, len(stems))


def read(network: Network, question: str, *texts: str) -> tuple[Reading, list[Passage]]:
    """Read texts of one file, the first ranked best."""
    passages = [passage(text, rank) for rank, text in enumerate(texts, 1)]
    return reader_of(network, passages).read(question, passages), passages


def best(reading: Reading, passages: Sequence[Passage]) -> tuple[str, str | None]:
    """Return the likeliest sentence and the short answer in it."""
    pairs = [(span, place) for place, spans in enumerate(reading.spans) for span in spans]
    span, place = max(pairs, key=lambda pair: pair[0].probability)
    text = passages[place].text
    return text[span.start : span.end], text[slice(*span.phrase)] if span.phrase else None
