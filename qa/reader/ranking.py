"""The order of passages after reading, from the scores of both retriever and reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.datatypes import Passage
from qa.questions.terms import Question
from qa.reader.odds import log_odds
from qa.reader.reading import Reading


def reading_rank(
    question: Question, passages: Sequence[Passage], relevance: Sequence[float | None], weight: float
) -> tuple[int, ...]:
    """Return the indices of ``passages``, best first; unread ones (None) follow in their original order.

    A phrase in one passage answers a short question completely but a long one only partly; and the more terms, the
    more reliable the retriever's score. ``weight`` is the weight of that score for each term, in log odds.
    """

    def key(index: int) -> tuple[bool, float]:
        probability = relevance[index]
        if probability is None:
            return True, 0.0
        return False, -(log_odds(probability) + weight * len(question.terms) * passages[index].scores.fused)

    return tuple(sorted(range(len(passages)), key=key))


def ranked(passages: Sequence[Passage], reading: Reading, as_retrieved: bool = False) -> tuple[Passage, ...]:
    """Return the passages in the reader's order, or ``as_retrieved``, with its scores and their new ranks."""
    order = range(len(passages)) if as_retrieved else reading.order
    return tuple(
        replace(passages[index], rank=rank, scores=passages[index].scores._replace(reader=reading.relevance[index]))
        for rank, index in enumerate(order, 1)
    )
