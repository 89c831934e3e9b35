"""What happened when, and the latest, by date."""

from __future__ import annotations

from datetime import date

import pytest

import qa
from qa.answering.surveys.dated_sentences import relative_day, stated_period
from qa.questions.requests import parse_request
from qa.questions.types import QuestionType
from tests.conftest import OpenArticles

ARTICLES = {
    "2023-05-02.txt": (
        "Title: Lindholm bridge closes\nDate: 2023-05-02\n\nThe Lindholm bridge was closed on Monday because of cracks."
        " Engineers said repairs to the Lindholm bridge would take months. The bridge was built in 1962.\n"
    ),
    "2023-08-14.txt": (
        "Title: Repairs of Lindholm bridge begin\nDate: 2023-08-14\n\nWorkers began to repair the Lindholm bridge on"
        " 11 August. The council pays four million euros for the Lindholm bridge. Subscribe to our newsletter today.\n"
    ),
    "2023-11-20.txt": (
        "Title: Lindholm bridge opens again\nDate: 2023-11-20\n\nThe Lindholm bridge opened again on 18 November after"
        " repairs. Thousands of people crossed the Lindholm bridge on its first day.\n"
    ),
    "2023-12-01.txt": (
        "Title: Choir sings at school\nDate: 2023-12-01\n\nThe choir of Sandvik sang at the school for an hour."
        " Parents baked forty cakes for the evening. One singer had come late because of the Lindholm bridge."
        " The next concert is planned for spring. Tickets cost eight euros for adults. Children pay nothing at all.\n"
    ),
    "Diary/2023-04-17.md": "- Osprey hunted over the weir at noon\n- Two herons stood at the pond\n",
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """Three articles about a bridge, one that mentions it, and a diary."""
    return open_articles(ARTICLES)


def test_the_latest_is_of_the_newest_article_about_the_topic(assistant: qa.Assistant) -> None:
    """Newest first; an article that only mentions the topic is not about it, a notice to readers is no news."""
    answer = assistant.ask("What is the latest on the Lindholm bridge?")

    assert answer.statements[0].text.startswith("20 November 2023: The Lindholm bridge opened again")
    days = [citation.published for citation in answer.citations]
    assert days == sorted(days, reverse=True, key=lambda day: day or date.min)
    assert "2023-12-01.txt" not in {citation.path for citation in answer.citations}
    assert "newsletter" not in answer.text


def test_a_timeline_is_oldest_first(assistant: qa.Assistant) -> None:
    """By the time that sentences state, else by the day of their article."""
    answer = assistant.ask("Give me a timeline of the Lindholm bridge")

    labels = [statement.text.split(":")[0] for statement in answer.statements]
    assert labels == ["1962", "2 May 2023", "11 August 2023", "18 November 2023"]


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("What happened at the Lindholm bridge in August?", "11 August 2023: Workers began"),
        ("What happened at the Lindholm bridge on May 1?", "2 May 2023: The Lindholm bridge was closed on Monday"),
        ("What happened on 17 April 2023?", "17 April 2023: Osprey hunted over the weir"),
    ],
)
def test_what_happened_then(assistant: qa.Assistant, question: str, text: str) -> None:
    """Of a day or a month: what sentences date to it, or articles of it begin with."""
    answer = assistant.ask(question)

    assert answer.statements[0].text.startswith(text)
    pairs = zip(answer.citations, answer.statements, strict=True)
    assert all(citation.text in statement.text for citation, statement in pairs)


@pytest.mark.parametrize(
    "question", ["What is the latest on Antarctica?", "What happened at the Lindholm bridge in 2019?"]
)
def test_no_news_is_a_refusal(assistant: qa.Assistant, question: str) -> None:
    """The topic is in no article, or nothing is dated then."""
    assert not assistant.ask(question).answered


@pytest.mark.parametrize(
    ("question", "newest", "topic"),
    [
        ("What's new on X since March?", True, "X since March"),
        ("any updates on the trial", True, "the trial"),
        ("most recent news about Binance", True, "Binance"),
        ("How did the row at OpenAI play out?", False, "the row at OpenAI"),
        ("What happened between X and the EU in October?", False, "between X and the EU in October"),
        ("When did what happen at OpenAI?", False, "OpenAI"),
        ("What is the history of the world cup?", False, "the world cup"),
    ],
)
def test_questions_for_a_timeline(question: str, newest: bool, topic: str) -> None:
    """With their topic, and which end comes first."""
    request = parse_request(question)

    assert (QuestionType.TIMELINE, newest, topic) == (request.type, request.newest, request.topic)


@pytest.mark.parametrize("question", ["When was X found guilty?", "What happened to Theresa May?", "When did it open?"])
def test_other_questions(question: str) -> None:
    """A question for one date is a fact."""
    assert parse_request(question).type is not QuestionType.TIMELINE


@pytest.mark.parametrize(
    ("sentence", "period"),
    [
        ("He resigned on November 29.", "29 November 2023"),
        ("He resigned on December 1.", "1 December 2023"),
        ("He will be sentenced on March 28.", "28 March 2024"),
        ("The club was founded in 1975.", "1975"),
        ("August Alsina met them.", None),
        ("It rose this week.", None),
    ],
)
def test_the_time_that_a_sentence_states(sentence: str, period: str | None) -> None:
    """Of an article of 18 November 2023, which may be updated, and may tell of the future."""
    stated = stated_period(sentence, date(2023, 11, 18))

    assert period == (stated.in_words() if stated else None)


@pytest.mark.parametrize(
    ("sentence", "day"),
    [
        ("He resigned on Friday.", date(2023, 11, 17)),
        ("He resigned on Monday.", date(2023, 11, 13)),
        ("He resigned yesterday.", date(2023, 11, 17)),
        ("The board will meet on Monday.", None),
        ("The market today is not overbuilt.", None),
    ],
)
def test_a_day_relative_to_the_article(sentence: str, day: date | None) -> None:
    """A weekday is the last one before the article of Saturday, 18 November 2023."""
    relative = relative_day(sentence, date(2023, 11, 18))

    assert day == (relative.day if relative else None)
