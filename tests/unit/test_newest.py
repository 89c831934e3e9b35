"""Questions about now, which articles of different days answer differently."""

from __future__ import annotations

import pytest

import qa
from qa.questions.about_now import asks_about_now
from tests.conftest import OpenArticles

ARTICLES = {
    "a.txt": "Title: Harbour board\nDate: 2022-03-01\n\nKarin Osk is the director of the Lindholm harbour.\n",
    "b.txt": "Title: Harbour board\nDate: 2024-06-01\n\nJonas Berg is the director of the Lindholm harbour.\n",
    "c.txt": "Title: Ferry fares\nDate: 2021-05-02\n\nA ticket for the Sandvik ferry costs 12 euros.\n",
    "d.txt": "Title: Ferry fares\nDate: 2023-05-02\n\nA ticket for the Sandvik ferry costs 15 euros.\n",
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """An office and a price, each in an older and a newer article."""
    return open_articles(ARTICLES)


@pytest.mark.parametrize(
    ("question", "short", "older"),
    [
        ("Who is the director of the Lindholm harbour?", "Jonas Berg", "Karin Osk"),
        ("How much does a ticket for the Sandvik ferry cost?", "15 euros", "12 euros"),
    ],
)
def test_the_newest_answer_comes_first(assistant: qa.Assistant, question: str, short: str, older: str) -> None:
    """The older one is the second statement."""
    answer = assistant.ask(question)

    assert short == answer.short_answer
    assert [short in answer.statements[0].text, older in answer.statements[1].text] == [True, True]


@pytest.mark.parametrize(
    ("question", "now"),
    [
        ("Who is the CEO of X?", True),
        ("How much does the ferry cost?", True),
        ("What is the fare now?", True),
        ("Who was the director?", False),
        ("Who is the former director?", False),
        ("How much did the ferry cost?", False),
        ("When did it open?", False),
    ],
)
def test_questions_about_now(question: str, now: bool) -> None:
    """In the present tense, without a word for the past."""
    assert asks_about_now(question) is now
