"""The order of passages after they have been read."""

from __future__ import annotations

from qa.datatypes import Passage, Scores
from qa.questions.terms import parse_question
from qa.reader.ranking import reading_rank

SHORT = "Who opened the harbour?"
WEIGHT = 1.0
"""Log odds per term of the question that a retriever's score of 1 is worth."""
LONG = (
    "Which company, named both by The Herald for closing its warehouse near Lindholm and by The Courier "
    "for hiring engineers, opened the harbour that ferries from Osterby use in winter?"
)


def order(question: str, *scores: tuple[float, float | None]) -> tuple[int, ...]:
    """Order passages by pairs of scores: the retriever's and the reader's."""
    passages = [Passage("a.txt", "", None, 0, 1, 1, 1, "x", 1, Scores(fused, fused, fused)) for fused, _ in scores]
    relevance = [score for _, score in scores]
    return reading_rank(parse_question(question, lambda _: 1, 100), passages, relevance, WEIGHT)


def test_a_short_question_ranks_by_the_reader() -> None:
    """The passage with the phrase comes first, wherever the retriever ranked it."""
    assert order(SHORT, (1.0, 0.2), (0.4, 0.9)) == (1, 0)


def test_a_long_question_ranks_by_the_retriever_too() -> None:
    """A phrase is only part of its answer; the reader breaks ties."""
    assert order(LONG, (1.0, 0.2), (0.4, 0.9)) == (0, 1)
    assert order(LONG, (0.8, 0.2), (0.8, 0.9)) == (1, 0)


def test_unread_passages_follow_in_their_original_order() -> None:
    """No retriever score puts an unread passage ahead of one that was read."""
    for question in (SHORT, LONG):
        assert order(question, (1.0, None), (0.9, None), (0.1, 0.0), (0.1, 1.0)) == (3, 2, 0, 1)
