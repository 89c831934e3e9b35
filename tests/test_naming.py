"""Names for whom a sentence only describes."""

from __future__ import annotations

import pytest

from qa.datatypes import Passage, Scores
from qa.reader.naming import asks_for_somebody, find_name, finds_doer
from qa.reader.questions import parse_question

TEXT = "At lunch the mayor met Fishery Board member Nils Holm. The board member Anna Berg was away; so was member Ek."


def passage(text: str) -> Passage:
    return Passage("a.txt", "", None, 0, len(text), 1, 1, text, 1, Scores(1.0, 1.0, 1.0))


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("a Fishery Board member", "Nils Holm"),
        ("the board member", "Nils Holm"),
        ("a member", None),
        ("a Harbour Guild member", None),
        ("Fishery Board member", "Nils Holm"),
        ("the Fishery Board", None),
        ("Nils Holm", None),
        ("a", None),
        ("", None),
    ],
)
def test_a_name_right_behind_the_same_description(description: str, name: str | None) -> None:
    """Two words of the description must stand before the name; names and mere articles describe nobody."""
    text = f"It was led by {description}."
    place = text.index(" by ") + 4
    found = find_name(passage(text), (place, place + len(description)), [passage(text), passage(TEXT)])

    assert name == (TEXT[slice(*found[1])] if found else None)


def test_a_description_may_go_on_behind_the_span() -> None:
    """A span that ends a word early still leads to the name."""
    text = "It was led by a Fishery Board member."
    found = find_name(passage(text), (text.index("a F"), text.index(" member")), [passage(TEXT)])

    assert found is not None
    assert "Nils Holm" == TEXT[slice(*found[1])]


@pytest.mark.parametrize(("question", "wants"), [("Who led it?", True), ("by whom", True), ("What led to it?", False)])
def test_who_asks_for_somebody(question: str, wants: bool) -> None:
    """Only then a name is looked for."""
    assert wants == asks_for_somebody(question)


@pytest.mark.parametrize(
    ("question", "sentence", "phrase", "found"),
    [
        ("Who led the delegation?", "Berg met a delegation led by a member.", "a member", True),
        ("Who led the delegation?", "Berg met a delegation led by the old member.", "old member", True),
        ("Who led the delegation?", "Berg met a delegation led by a member.", "Berg", False),
        ("Who led the delegation?", "Berg led the delegation.", "Berg", None),
        ("Who led the delegation?", "The delegation was met by Berg.", "Berg", None),
        ("What led to the strike?", "The strike was led by Berg.", "Berg", None),
    ],
)
def test_the_doer_stands_after_by(question: str, sentence: str, phrase: str, found: bool | None) -> None:
    """In the passive of the question's verb, and only where somebody is asked for."""
    asked = parse_question(question, lambda _: 1, 100)

    assert finds_doer(asked, sentence, sentence.index(phrase)) is found
