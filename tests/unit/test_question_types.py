"""Question types, and the weights of the words of a question."""

from __future__ import annotations

import pytest

from qa.questions.terms import Question, parse_question
from qa.questions.types import QuestionType
from qa.text.words import stem


def parsed(text: str) -> Question:
    return parse_question(text, lambda _: 1, 100)


@pytest.mark.parametrize(
    ("question", "question_type"),
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
        ("Who is on the board of the mill?", QuestionType.LIST),
        ("Who scored Lindholm's goals?", QuestionType.LIST),
        ("Whom does the mayor see as rivals?", QuestionType.LIST),
        ("Where in Lindholm can you swim?", QuestionType.LIST),
        ("Which company makes the boats?", QuestionType.FACT),
        ("What were the boats in the picture tied to?", QuestionType.FACT),
        ("Who was on the phone?", QuestionType.FACT),
        ("Who won, Lindholm or Vika?", QuestionType.FACT),
        ("Which town is bigger, Lindholm or Vika?", QuestionType.COMPARISON),
        ("What has the mayor to do with the mill?", QuestionType.COMPARISON),
        ("Do the articles agree on when the mill burnt down?", QuestionType.COMPARISON),
        ("Why was the harbour closed?", QuestionType.REASON),
        ("How did the mill burn down?", QuestionType.REASON),
        ("Tell me about the ferry", QuestionType.TOPIC),
        ("what about the paper mill", QuestionType.TOPIC),
        ("Did the mayor open the harbour?", QuestionType.YES_NO),
        ("Isn't the mill closed?", QuestionType.YES_NO),
    ],
)
def test_question_type(question: str, question_type: QuestionType) -> None:
    """The first words determine the type of the question."""
    assert question_type is parsed(question).type


@pytest.mark.parametrize("question", ["who", "what?", "How", "which", "why"])
def test_a_lone_question_word_has_terms(question: str) -> None:
    """A question that ends where a noun should follow is not an error."""
    assert parsed(question).terms


def test_terms_are_weighted_by_rarity() -> None:
    """A rare word weighs more than a common one, and a word that only frames the question weighs least."""
    frequencies = {"boat": 80, "lindholm": 2}
    question = parse_question("What kind of boat reached Lindholm?", lambda word: frequencies.get(word, 0), 100)
    weights = {term.word: term.weight for term in question.terms}

    assert weights["lindholm"] > weights["boat"]
    assert weights["kind"] < weights["reached"]


def test_irregular_forms_have_their_own_stems() -> None:
    """A term is one stem: matching other wordings is left to the network, which reads meaning."""
    assert [(term.word, term.stem) for term in parsed("Who led the harbours?").terms] == [
        ("led", "led"),
        ("harbours", stem("harbour")),
    ]


@pytest.mark.parametrize(
    ("question", "counted"),
    [
        ("How many fishing boats were there?", ["fishing"]),
        ("how many more boats came", ["boats"]),
        ("How many of the boats sank?", ["boats"]),
        ("How many people does it serve?", []),
        ("How much fish was landed?", ["fish"]),
        ("How many?", []),
        ("Who counted the boats?", []),
    ],
)
def test_counted_words(question: str, counted: list[str]) -> None:
    """The noun after "how many" is recognised, since a passage that never mentions it does not count it."""
    assert [term.word for term in parsed(question).counted] == counted
