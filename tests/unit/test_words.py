"""Words: which phrases say the same."""

from __future__ import annotations

import pytest

from qa.text.words import same_answer


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Karin Osk", "the mayor, Karin Osk"),
        ("11,000", "approximately 11,000"),
        ("\u201cVictory Day\u201d", "victory day."),
        ("in 1987", "1987"),
    ],
)
def test_phrases_that_agree(one: str, other: str) -> None:
    """Case, quotes and what stands around do not matter, nor which is longer."""
    assert same_answer(one, other)
    assert same_answer(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("11", "11,000"), ("Karin", "Karina"), ("the", "the mayor"), ("", "x"), ("Nils Berg", "Nils Holm")],
)
def test_phrases_that_do_not(one: str, other: str) -> None:
    """Parts of words and of numbers, and words without meaning, are no agreement."""
    assert not same_answer(one, other)
