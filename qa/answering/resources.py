"""What composing an answer needs besides the question: corpus, index and models, and what they do together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.corpus import Corpus
from qa.datatypes import NO_FILTER, Filter, Passage
from qa.index import DocumentEntry, Index
from qa.models.embedding import Embedder
from qa.questions.terms import Question, parse_question
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.reading import Reading
from qa.reader.span_reader import SpanReader
from qa.retrieval import Retriever, passages_of


@dataclass(frozen=True, slots=True)
class Resources:
    """The corpus with its index, and the models that read it."""

    corpus: Corpus
    """The folder of articles."""
    index: Index
    """Its index."""
    embedder: Embedder
    """The embedding model."""
    network: SpanNetwork
    """The reader's network."""
    top_k: int
    """Passages to retrieve."""
    min_confidence: float
    """Below this probability, 0 to 1, there is no answer."""
    scope: Filter = NO_FILTER
    """Which articles to answer from."""
    preferred: tuple[Filter, ...] = ()
    """Articles whose passages rank higher."""

    def search(self, query: str, top_k: int | None = None) -> list[Passage]:
        """Return at most ``top_k`` passages that bear on ``query``, best first; by default as many as configured."""
        retriever = Retriever(self.index, self.embedder)
        return retriever.search(query, top_k or self.top_k, self.scope, self.preferred)

    def parse(self, question: str) -> Question:
        """Return a question with its type and terms, which weigh more the rarer they are in the index."""
        return parse_question(question, self.index.document_frequency, self.index.stats().chunks)

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Return the spans of ``passages`` that answer a question, and how likely they do."""
        calibration = load_calibration(SHIPPED)
        frequency, chunks = self.index.document_frequency, self.index.stats().chunks
        return SpanReader(self.network, calibration, self.embedder, frequency, chunks).read(question, passages)

    def documents(self) -> list[DocumentEntry]:
        """Return the articles to answer from, by path."""
        return self.index.documents(self.scope)

    def passages_of(self, path: str, limit: int) -> list[Passage]:
        """Return the first ``limit`` chunks of the article at ``path`` as passages, in order."""
        return passages_of(self.index, path, limit)
