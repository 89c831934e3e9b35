"""Between an answer and a refusal: the nearest sentences, and the words that no article contains."""

from __future__ import annotations

import pytest

import qa
from qa.answering.nearest import CAVEAT, MOST_STATEMENTS, is_keywords
from qa.evaluation import KnownQuestion, evaluate
from qa.questions.terms import parse_question
from tests.conftest import OpenArticles

ARTICLE = (
    "Title: The crane of Lindholm\nDate: 2024-05-14\n\n"
    "The old crane of Lindholm lifts forty tons and was built in 1911 by the Sandvik works.\n\n"
    "It was repaired twice, and the harbour master, Ida Falk, wants to sell it.\n\n"
    "Divers looked at its foundation in spring and found cracks below the water line.\n"
)

MIDWAY = "How much would a new foundation below the crane weigh?"


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over one article that answers only with certainty."""
    return open_articles({"crane.txt": ARTICLE}, min_confidence=0.99)


def test_the_nearest_sentences_come_with_a_caveat(assistant: qa.Assistant) -> None:
    """They are cited, no phrase is put forward, and the text begins with the caveat."""
    answer = assistant.ask("When were the cracks in the crane's foundation found?")

    assert answer.answered
    assert not answer.is_stated
    assert CAVEAT == answer.caveat
    assert answer.text.startswith(CAVEAT)
    assert answer.short_answer is None
    assert 1 <= len(answer.statements) <= MOST_STATEMENTS
    assert "cracks" in answer.text
    assert len(answer.citations) >= len(answer.statements)


def test_what_is_far_from_the_articles_is_refused(assistant: qa.Assistant) -> None:
    """The refusal names the words that no article contains, as they were asked."""
    answer = assistant.ask("Who won the Zanzibar Marathon?")

    assert not answer.answered
    assert not answer.statements
    assert "\u201cZanzibar\u201d" in answer.text
    assert "Marathon" in answer.text


def test_a_caveat_counts_as_a_refusal_in_an_evaluation(assistant: qa.Assistant) -> None:
    """What the articles do not say is right with a caveat; what they say is a false refusal, though it is shown."""
    question = "When were the cracks in the crane's foundation found?"
    unknown = evaluate(assistant, [KnownQuestion(question, answers=(), files=frozenset(), answerable=False)])
    known = evaluate(assistant, [KnownQuestion(question, answers=("spring",), files=frozenset(), answerable=True)])

    assert unknown.outcomes[0].right
    assert 1.0 == known.figures()["false_refusals"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("crane foundation cracks", True),
        ("crane foundation cracks?", False),
        ("when were cracks found", False),
        ("is the crane for sale", False),
        ("tell me about the crane", False),
    ],
)
def test_keywords_are_told_from_questions(text: str, expected: bool) -> None:
    """Keywords neither begin like a question nor end like one."""
    assert is_keywords(parse_question(text, lambda _: 1, 100)) is expected


def test_keywords_get_the_nearest_sentences_too(assistant: qa.Assistant) -> None:
    """What answers them comes first; what else is near follows, without a caveat."""
    with qa.open(assistant.corpus.root, assistant.settings.index, min_confidence=0.05) as sure:
        answer = sure.ask("crane harbour master")

    assert answer.is_stated
    assert "Ida Falk" in answer.statements[0].text
    assert len(answer.statements) > 1
