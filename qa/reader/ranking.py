"""The order of passages after reading: the retriever's score and what the reader found, weighed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.datatypes import Passage
from qa.questions.terms import Question
from qa.reader.odds import log_odds
from qa.reader.reading import Reading


def order_of(
    asked: Question, passages: Sequence[Passage], relevance: Sequence[float | None], weight: float
) -> tuple[int, ...]:
    """Return the places of ``passages``, best first; those not read (None) keep their order behind the others.

    A phrase read in one passage is the whole answer to a short question but a part of the answer to a long one, and
    the more terms, the more the retriever's score rests on. ``weight`` is what that score counts for each term, in log
    odds.
    """

    def key(place: int) -> tuple[bool, float]:
        found = relevance[place]
        if found is None:
            return True, 0.0
        return False, -(log_odds(found) + weight * len(asked.terms) * passages[place].scores.fused)

    return tuple(sorted(range(len(passages)), key=key))


def ranked(passages: Sequence[Passage], reading: Reading) -> tuple[Passage, ...]:
    """Return the passages in the reader's order, with its scores and their new ranks."""
    return tuple(
        replace(passages[index], rank=rank, scores=passages[index].scores._replace(reader=reading.relevance[index]))
        for rank, index in enumerate(reading.order, 1)
    )
