"""What a phrase must look like to answer a question for a figure, an amount of money or a time."""

from __future__ import annotations

import pytest

from qa.questions.answer_types import may_answer


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("How many boats were there?", "240"),
        ("How many boats were there?", "some forty"),
        ("And how many were lost?", "none"),
        ("How much did it cost?", "$4.3 billion"),
        ("How much did it cost?", "nine thousand crowns"),
        ("How much does it cost?", "12 per month"),
        ("How old is the mill?", "two centuries"),
        ("When was it closed?", "in the spring"),
        ("When did it open?", "1991"),
        ("In which year did it open?", "the year of the flood"),
        ("What year was it?", "1991"),
        ("When rocks melt, what is formed?", "magma"),
        ("When do gulls scream?", "at the sight of bread"),
        ("Who opened it?", "Karin Osk"),
        ("Which Python version does it need?", "Python 3.11 or later"),
        ("How did it end?", "badly"),
    ],
)
def test_phrases_of_the_right_kind(question: str, phrase: str) -> None:
    """Figures may be words; only questions that ask for nothing but a time need one."""
    assert may_answer(question)(phrase)


@pytest.mark.parametrize(
    ("question", "phrase"),
    [
        ("How many boats were there?", "the harbour"),
        ("How much faster is it?", "A-Za-z0-9"),
        ("How much does the ticket cost?", "1 month"),
        ("How much does the ticket cost per month?", "200 m"),
        ("How tall was he?", "a giant"),
        ("When was it closed?", "the mayor"),
        ("When was it closed?", "hinted at in a letter"),
        ("What year was it?", "Lindholm"),
        ("Which Python version does it need?", "pure Python"),
    ],
)
def test_phrases_of_another_kind(question: str, phrase: str) -> None:
    """A duration is no price, a word with a digit no figure, a person no time."""
    assert not may_answer(question)(phrase)
