"""Question -> ranked passages: full text and vectors, fused by their normalised scores.

Scores, not ranks: on two benchmarks a convex combination found more than full text alone, vectors
alone or reciprocal rank fusion (Bruch et al. 2023, arXiv 2210.11934, find the same).
"""

from __future__ import annotations

from qa.datatypes import Passage, Scores
from qa.index import FoundChunk, Index
from qa.models.embedding import Embedder

FULLTEXT_WEIGHT = 0.6
"""Share of full text in the fused score; 0.5 to 0.6 differ by less than a point."""

_CANDIDATES = 200
"""Chunks taken from each side before fusing; more change nothing in the first ten."""


class Retriever:
    """Searches one index."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder

    def search(self, question: str, top_k: int) -> list[Passage]:
        """Return at most ``top_k`` passages, best first; passages with the same text count once."""
        scores = self._scores(question, max(_CANDIDATES, 2 * top_k))
        ranked = sorted(scores, key=lambda key: (-scores[key].fused, key))
        found = self._index.found(ranked)
        passages: list[Passage] = []
        seen: set[str] = set()
        for key in ranked:
            if len(passages) == top_k:
                break
            if found[key].chunk.text not in seen:
                seen.add(found[key].chunk.text)
                passages.append(_passage(found[key], len(passages) + 1, scores[key]))
        return passages

    def _scores(self, question: str, candidates: int) -> dict[str, Scores]:
        """Score every candidate of either side on both sides."""
        fulltext = self._index.search_fulltext(question, candidates)
        vector = self._embedder.embed([question])[0]
        cosine = self._index.search_vectors(vector, candidates)
        best = max(fulltext.values(), default=0.0) or 1.0
        only_near = [key for key in cosine if key not in fulltext]
        if only_near and fulltext:
            fulltext |= self._index.search_fulltext(question, candidates, among=only_near)
        only_worded = [key for key in fulltext if key not in cosine]
        cosine |= {key: float(stored @ vector) for key, stored in self._index.vectors(only_worded).items()}
        return {key: _fuse(fulltext.get(key, 0.0) / best, max(cosine[key], 0.0)) for key in cosine}


def _fuse(fulltext: float, vector: float) -> Scores:
    return Scores(fulltext, vector, FULLTEXT_WEIGHT * fulltext + (1 - FULLTEXT_WEIGHT) * vector)


def _passage(found: FoundChunk, rank: int, scores: Scores) -> Passage:
    chunk = found.chunk
    return Passage(
        path=chunk.path,
        title=found.title,
        published=found.published,
        start=chunk.start,
        end=chunk.end,
        line_start=chunk.line_start,
        line_end=chunk.line_start + chunk.text.count("\n"),
        text=chunk.text,
        rank=rank,
        scores=scores,
    )
