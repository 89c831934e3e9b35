"""What composing an answer needs besides the question: corpus, index and models, and what they do together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.corpus import Corpus
from qa.corpus.copies import copy_of
from qa.datatypes import NO_FILTER, Filter, Passage
from qa.index import DocumentEntry, Index
from qa.models.embedding import Embedder
from qa.questions.terms import Question, parse_question
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.reader.reading import Reading
from qa.reader.span_reader import SpanReader
from qa.retrieval import Retriever, passage_of, passages_of


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
    allowed: Filter = NO_FILTER
    """Which articles may be searched at all, with names as the documents have them."""
    scope: Filter = NO_FILTER
    """Which of them to answer from."""
    preferred: tuple[Filter, ...] = ()
    """Articles whose passages rank higher."""
    originals_only: bool = False
    """Whether searches leave out conflict copies of articles."""

    def search(self, query: str, top_k: int | None = None) -> list[Passage]:
        """Return at most ``top_k`` passages that bear on ``query``, best first; by default as many as configured."""
        retriever = Retriever(self.index, self.embedder)
        passages = retriever.search(query, top_k or self.top_k, self.scope, self.preferred)
        if not self.originals_only:
            return passages
        originals = map(self._original, passages)
        return [passage for passage in originals if copy_of(passage.path, self.index) is None]

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

    def copies_of(self, path: str) -> tuple[str, ...]:
        """Return the paths of the articles that are near-identical to the one at ``path``, earliest published first."""
        return tuple(entry.path for entry in self.index.copies_of([path]).get(path, ()) if entry.path != path)

    def passages_of(self, path: str, limit: int) -> list[Passage]:
        """Return the first ``limit`` chunks of the article at ``path`` as passages, in order."""
        return passages_of(self.index, path, limit)

    def _original(self, passage: Passage) -> Passage:
        """Return the passage of the original article that has the text of a conflict copy's, or else the passage.

        A search returns passages of the same text once, and the copy may be the one that it returns.
        """
        path = copy_of(passage.path, self.index)
        same = self.index.same_text(path, passage.text) if path else None
        return passage_of(same, passage.rank, passage.scores) if same else passage
