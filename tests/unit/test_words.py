"""Words: which phrases give the same answer."""

from __future__ import annotations

import pytest

from qa.text.words import same_answer


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Karin Osk", "the mayor, Karin Osk"),
        ("11,000", "approximately 11,000"),
        ("\u201cVictory Day\u201d", "victory day."),
        ("in 1987", "1987"),
    ],
)
def test_phrases_that_agree(first: str, second: str) -> None:
    """Case, quotation marks, surrounding words and the order of the two do not matter."""
    assert same_answer(first, second)
    assert same_answer(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [("11", "11,000"), ("Karin", "Karina"), ("the", "the mayor"), ("", "x"), ("Nils Berg", "Nils Holm")],
)
def test_phrases_that_differ(first: str, second: str) -> None:
    """Parts of words and numbers, and stop words alone, do not count as agreement."""
    assert not same_answer(first, second)
    assert not same_answer(second, first)
