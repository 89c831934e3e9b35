"""Comparisons: what is compared, and what the articles say about each side."""

from __future__ import annotations

import pytest

import qa
from qa.questions.comparisons import parse_comparison
from tests.conftest import OpenArticles

ARTICLES = {
    "ferries.txt": "Two ferries serve the island of Vika.\n\n"
    "The Alma costs 40 crowns for a day return and takes cars. The Alma was built in 1990 and is loud.\n\n"
    "The Bora costs 55 crowns for a day return and has no space for cars. The Bora was built in 2015 and is quiet.\n",
    "season.txt": "In Vika the bathing season runs from May to August.\n\n"
    "In Hamra the bathing season runs from June to September.\n",
    "mayor.txt": "Ana Berg is the mayor of Lindholm. Ana Berg bought the Old Mill from the county in 2011.\n",
    "school.txt": "The new school has forty pupils. Its roof was paid for by the county.\n",
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """Articles with two sides of several things."""
    return open_articles(ARTICLES)


@pytest.mark.parametrize(
    ("text", "sides", "questions"),
    [
        ("compare the Alma and the Bora", ("Alma", "Bora"), ("the Alma", "the Bora")),
        ("the price of the Alma vs the Bora", ("Alma", "Bora"), ("the price of the Alma", "the price of the Bora")),
        (
            "how does the season in Vika differ from that in Hamra",
            ("Vika", "Hamra"),
            ("the season in Vika", "the season in Hamra"),
        ),
        (
            "whose boat was more expensive, Ana's or Tim's",
            ("Ana", "Tim"),
            ("how much was Ana's boat expensive", "how much was Tim's boat expensive"),
        ),
        (
            "compare how many boats sank in each of the two storms",
            ("the first storm", "the second storm"),
            ("how many boats sank in the first storm", "how many boats sank in the second storm"),
        ),
        ("what's the difference between the two ferries", (), ()),
        ("do the articles agree on what the Alma costs", (), ()),
    ],
)
def test_sides_of_a_comparison(text: str, sides: tuple[str, ...], questions: tuple[str, ...]) -> None:
    """Each side gets the part of the question that all have in common."""
    comparison = parse_comparison(text)

    assert comparison is not None
    assert (comparison.sides, comparison.questions) == (sides, questions)


@pytest.mark.parametrize(
    "text", ["who won, Vika or Hamra", "was it closed in 1987 or 1991", "who earns more than the mayor", "the Alma"]
)
def test_what_is_no_comparison(text: str) -> None:
    """A choice between two answers, and a fact about more than something, compare nothing."""
    assert parse_comparison(text) is None


def test_a_fact_is_read_for_each_side(assistant: qa.Assistant) -> None:
    """The short answer has a phrase for each side, and the statements say where it comes from."""
    answer = assistant.ask("How does the bathing season in Vika differ from that in Hamra?")

    assert answer.short_answer == "Vika: May to August; Hamra: June to September"
    assert {citation.path for citation in answer.citations} == {"season.txt"}


def test_both_sides_are_quoted(assistant: qa.Assistant) -> None:
    """A comparison quotes sentences about each side, none of them twice."""
    answer = assistant.ask("Compare the Alma and the Bora")
    texts = [statement.text for statement in answer.statements]

    assert answer.question_type == "comparison"
    assert any("Alma" in text for text in texts)
    assert any("Bora" in text for text in texts)
    assert len(texts) == len(set(texts))


def test_a_side_that_is_not_mentioned_is_named(assistant: qa.Assistant) -> None:
    """What the articles say about one side is quoted; that they say nothing about the other is told."""
    answer = assistant.ask("Compare the Alma and the Zeppelin")

    assert answer.answered
    assert answer.notice == "The articles say nothing about this for Zeppelin."


def test_a_connection_is_a_sentence_that_names_both(assistant: qa.Assistant) -> None:
    """What two things have to do with each other is said where both are named; what one of them is comes after."""
    answer = assistant.ask("What has Ana Berg to do with the Old Mill?")

    assert [statement.text for statement in answer.statements] == [
        "Ana Berg bought the Old Mill from the county in 2011.",
        "Ana Berg is the mayor of Lindholm.",
    ]
