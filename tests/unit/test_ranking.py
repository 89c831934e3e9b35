"""The order of passages after reading."""

from __future__ import annotations

from qa.datatypes import Passage, Scores
from qa.questions.terms import parse_question
from qa.reader.ranking import order_of

SHORT = "Who opened the harbour?"
WEIGHT = 1.0
"""Log odds that the retriever's score counts for each term."""
LONG = (
    "Which company, named both by The Herald for closing its warehouse near Lindholm and by The Courier "
    "for hiring engineers, opened the harbour that ferries from Osterby use in winter?"
)


def order(question: str, *scores: tuple[float, float | None]) -> tuple[int, ...]:
    """Order passages of these scores: the retriever's and the reader's."""
    passages = [Passage("a.txt", "", None, 0, 1, 1, 1, "x", 1, Scores(fused, fused, fused)) for fused, _ in scores]
    return order_of(parse_question(question, lambda _: 1, 100), passages, [found for _, found in scores], WEIGHT)


def test_a_short_question_goes_by_what_was_read() -> None:
    """The passage with the phrase comes first, wherever the retriever had it."""
    assert order(SHORT, (1.0, 0.2), (0.4, 0.9)) == (1, 0)


def test_a_long_question_goes_by_the_retriever_too() -> None:
    """One phrase is a part of its answer only; among equals what was read decides."""
    assert order(LONG, (1.0, 0.2), (0.4, 0.9)) == (0, 1)
    assert order(LONG, (0.8, 0.2), (0.8, 0.9)) == (1, 0)


def test_what_was_not_read_keeps_its_order_behind() -> None:
    """No score of the retriever brings a passage before one that was read."""
    for question in (SHORT, LONG):
        assert order(question, (1.0, None), (0.9, None), (0.1, 0.0), (0.1, 1.0)) == (3, 2, 0, 1)
