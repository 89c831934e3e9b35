"""Which questions ask for articles, or for an overview of all of them."""

from __future__ import annotations

import pytest

from qa.questions.requests import parse_request
from qa.questions.types import QuestionType


@pytest.mark.parametrize(
    ("question", "topic", "exact"),
    [
        ("Which articles mention Kevin McCarthy?", "Kevin McCarthy", True),
        ("How many of the articles mention the SEC?", "the SEC", True),
        ("Where does Sam Altman come up?", "Sam Altman", True),
        ("Is Putin mentioned anywhere?", "Putin", True),
        ("Where do the articles mention Tesla?", "Tesla", True),
        ("show me everything that mentions Binance", "Binance", True),
        ("What are the articles about the ferry?", "the ferry", False),
        ("any articles on cricket?", "cricket", False),
        ("I'm looking for articles about Meta", "Meta", False),
        ("Is there anything about Putin in the articles?", "Putin", False),
        ("Do you have anything on the northern lights?", "the northern lights", False),
        ("Which articles should I read about FTX?", "FTX", False),
        ("Which articles are relevant to climate change?", "climate change", False),
    ],
)
def test_questions_for_articles(question: str, topic: str, exact: bool) -> None:
    """Those that mention something, or are about something."""
    request = parse_request(question)

    assert (request.type, request.topic, request.exact) == (QuestionType.WHICH_ARTICLES, topic, exact)


@pytest.mark.parametrize(
    "question",
    [
        "What kind of news is in this collection?",
        "what's in here?",
        "Give me an overview.",
        "What are the articles about?",
        "can you tell me what this is all about",
        "What's the news?",
        "what can I ask about?",
        "How many articles are there?",
    ],
)
def test_questions_for_an_overview(question: str) -> None:
    """They have no topic but the corpus."""
    assert parse_request(question).type is QuestionType.OVERVIEW


@pytest.mark.parametrize(
    "question",
    [
        "What is the news about Tesla?",
        "What did the report mention about the price?",
        "Which files does the editor open?",
        "Is the price mentioned in the contract?",
        "What is the article about the ferry about?",
    ],
)
def test_other_questions(question: str) -> None:
    """They have a topic of their own, and want more than a list."""
    assert parse_request(question).type not in (QuestionType.OVERVIEW, QuestionType.WHICH_ARTICLES)
