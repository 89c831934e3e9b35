"""What a question asks for: the form of its answer, and which of its words decide."""

from __future__ import annotations

import pytest

from qa.questions.terms import Question, parse_question
from qa.questions.types import QuestionType
from qa.text.words import stem


def question(text: str) -> Question:
    return parse_question(text, lambda _: 1, 100)


@pytest.mark.parametrize(
    ("asked", "question_type"),
    [
        ("Who opened the harbour?", QuestionType.FACT),
        ("which minister resigned", QuestionType.FACT),
        ("When was it closed?", QuestionType.FACT),
        ("How many boats were there?", QuestionType.FACT),
        ("How old is the mill?", QuestionType.FACT),
        ("Where does the ferry go?", QuestionType.FACT),
        ("What is the boss's address?", QuestionType.FACT),
        ("harbour closure", QuestionType.FACT),
        ("Was the harbour closed in 1987 or 1991?", QuestionType.FACT),
        ("Which countries sent boats?", QuestionType.LIST),
        ("What two towns does the ferry connect?", QuestionType.LIST),
        ("What are the names of the boats?", QuestionType.LIST),
        ("Who were the founders?", QuestionType.LIST),
        ("list the mayors of Lindholm", QuestionType.LIST),
        ("Why was the harbour closed?", QuestionType.REASON),
        ("How did the mill burn down?", QuestionType.REASON),
        ("Tell me about the ferry", QuestionType.TOPIC),
        ("what about the paper mill", QuestionType.TOPIC),
        ("Did the mayor open the harbour?", QuestionType.YES_NO),
        ("Isn't the mill closed?", QuestionType.YES_NO),
    ],
)
def test_form_of_the_answer(asked: str, question_type: QuestionType) -> None:
    """The first words tell what the answer has to look like."""
    assert question_type is question(asked).type


@pytest.mark.parametrize("asked", ["who", "what?", "How", "which", "why"])
def test_a_lone_question_word_is_taken_apart_too(asked: str) -> None:
    """Words that end where a noun should follow are no error."""
    assert question(asked).terms


def test_terms_weigh_by_rarity() -> None:
    """A rare word decides more than a common one, and one that only frames the question least."""
    asked = parse_question(
        "What kind of boat reached Lindholm?", lambda one: {"boat": 80, "lindholm": 2}.get(one, 0), 100
    )
    weights = {term.word: term.weight for term in asked.terms}

    assert weights["lindholm"] > weights["boat"]
    assert weights["kind"] < weights["reached"]


def test_irregular_forms_have_stems_of_their_own() -> None:
    """A term is one stem: what a text calls otherwise is found by the network, which reads meaning."""
    assert [(term.word, term.stem) for term in question("Who led the harbours?").terms] == [
        ("led", "led"),
        ("harbours", stem("harbour")),
    ]


@pytest.mark.parametrize(
    ("asked", "counted"),
    [
        ("How many fishing boats were there?", ["fishing"]),
        ("how many more boats came", ["boats"]),
        ("How many of the boats sank?", ["boats"]),
        ("How many people does it serve?", []),
        ("How much fish was landed?", []),
        ("How many?", []),
        ("Who counted the boats?", []),
    ],
)
def test_what_is_to_be_counted(asked: str, counted: list[str]) -> None:
    """The word after "how many" is known, since an article that never names it does not count it."""
    assert [term.word for term in question(asked).counted] == counted
