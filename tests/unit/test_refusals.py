"""What a refusal says: which words of the question no article mentions, or what comes nearest lacks."""

from __future__ import annotations

import pytest

import qa
from qa.datatypes import NOT_ANSWERED
from tests.conftest import OpenArticles

CRANE = "Title: The crane\nDate: 2024-05-14\n\nThe old crane of Lindholm lifts forty tons. Sandvik built it.\n"
FERRY = "Title: The ferry\nDate: 2024-05-15\n\nThe wedding on the ferry was in June, and the fog came late.\n"


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over two articles that looks at one passage of each question."""
    return open_articles({"crane.txt": CRANE, "ferry.txt": FERRY}, top_k=1)


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Who won the Zanzibar Cup?", "\u201cZanzibar\u201d or \u201cCup\u201d"),
        ("Who is the wife of Sandvik?", "\u201cwife\u201d"),
        ("What happened in 1850?", "\u201c1850\u201d"),
        ("What is the latest on Tesla?", "\u201cTesla\u201d"),
        ("What do the articles say about bitcoin?", "\u201cbitcoin\u201d"),
    ],
)
def test_a_refusal_names_what_no_article_mentions(assistant: qa.Assistant, question: str, unknown: str) -> None:
    """Whatever the type of question: a fact, a summary, a timeline or a topic."""
    answer = assistant.ask(question)

    assert not answer.answered
    assert f"{NOT_ANSWERED} No article mentions {unknown}." == answer.text


@pytest.mark.parametrize(
    ("question", "absent"),
    [
        ("How late was the wedding of the old crane of Lindholm?", "\u201clate\u201d or \u201cwedding\u201d"),
        ("Which fog did the Lindholm crane see?", "\u201cfog\u201d"),
    ],
)
def test_a_word_that_is_only_elsewhere_in_the_corpus_is_named(
    assistant: qa.Assistant, question: str, absent: str
) -> None:
    """Some article has the word, but not where the rest of the question leads; a short one if there is no other."""
    answer = assistant.ask(question)

    assert not answer.answered
    assert f"{NOT_ANSWERED} The nearest passages do not mention {absent}." == answer.text


def test_a_refusal_has_no_scores(assistant: qa.Assistant) -> None:
    """Numbers that decided are in the reason."""
    answer = assistant.ask("Who was the first astronaut on the crane?")

    assert not answer.is_stated
    assert "scores" not in answer.text
    assert answer.reason
