"""What a question asks for beyond a fact, and what it is about."""

from __future__ import annotations

import pytest

from qa.questions.requests import parse_request, without_courtesy
from qa.questions.types import QuestionType


@pytest.mark.parametrize(
    ("question", "question_type", "topic"),
    [
        ("What do the articles say about the harbour?", QuestionType.TOPIC, "the harbour"),
        ("Tell me about Karin Osk.", QuestionType.TOPIC, "Karin Osk"),
        ("Could you please tell me more about the ferry?", QuestionType.TOPIC, "the ferry"),
        ("Give me a short summary of the strike in three sentences", QuestionType.TOPIC, "the strike"),
        ("Summarise what the articles say about the mill.", QuestionType.TOPIC, "the mill"),
        ("Sum up how the mill burned down for me, please.", QuestionType.TOPIC, "how the mill burned down"),
        ("What's going on with the bridge?", QuestionType.TOPIC, "the bridge"),
        ("what should I know about rope making", QuestionType.TOPIC, "rope making"),
        ("Summarise the article about the old ferry.", QuestionType.SUMMARY, "the old ferry"),
        ("Summarize the harbour report", QuestionType.SUMMARY, "harbour"),
        ("What is the article on the mill about?", QuestionType.SUMMARY, "the mill"),
        ("Which articles mention Karin Osk?", QuestionType.WHICH_ARTICLES, "Karin Osk"),
        ("Show me all notes about the ferry", QuestionType.WHICH_ARTICLES, "the ferry"),
        ("What topics do these articles cover?", QuestionType.OVERVIEW, ""),
        ("What's in this collection?", QuestionType.OVERVIEW, ""),
        ("What is the latest on the strike?", QuestionType.TIMELINE, "the strike"),
    ],
)
def test_requests(question: str, question_type: QuestionType, topic: str) -> None:
    """The words that ask are told from the topic."""
    request = parse_request(question)

    assert (question_type, topic) == (request.type, request.topic)


@pytest.mark.parametrize(
    "question",
    [
        "Who told the mayor about the leak?",
        "Which article of the constitution protects fishermen?",
        "What did the report say the mill cost?",
        "How many documents were stolen from the archive?",
        "Who wrote the last report on the mill?",
        "When did the new ferry begin to sail?",
    ],
)
def test_facts_stay_facts(question: str) -> None:
    """A question for a fact is read as asked, whatever words of requests are in it."""
    request = parse_request(question)

    assert (QuestionType.FACT, question) == (request.type, request.topic)


@pytest.mark.parametrize(
    ("question", "plain"),
    [
        ("Can you tell me who runs the ferry?", "who runs the ferry"),
        ("I'd like to know when the mill closed, please", "when the mill closed"),
        ("Can you swim in the harbour?", "Can you swim in the harbour"),
    ],
)
def test_courtesy_is_not_part_of_a_question(question: str, plain: str) -> None:
    """Polite words do not make a yes/no question of a request."""
    assert plain == without_courtesy(question)


@pytest.mark.parametrize("space", [" ", "\x85", "\n\t"])
def test_white_space_does_not_matter(space: str) -> None:
    """However much of it there is, and whatever it consists of."""
    spaced = f"What do the articles{space * 200_000}say about the harbour?"

    assert parse_request("What do the articles say about the harbour?") == parse_request(spaced)
