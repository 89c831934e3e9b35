"""What composing an answer needs besides the question: corpus, index and models."""

from __future__ import annotations

from dataclasses import dataclass

from qa.corpus import Corpus
from qa.datatypes import NO_FILTER, Filter, Passage
from qa.index import DocumentEntry, Index
from qa.models.embedding import Embedder
from qa.reader.network import SpanNetwork
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

    def documents(self) -> list[DocumentEntry]:
        """Return the articles to answer from, by path."""
        return self.index.documents(self.scope)

    def passages_of(self, path: str, limit: int) -> list[Passage]:
        """Return the first ``limit`` chunks of the article at ``path`` as passages, in order."""
        return passages_of(self.index, path, limit)
