"""What the articles say about a topic, and summaries of one article."""

from __future__ import annotations

import pytest

import qa
from tests.conftest import OpenArticles

STRIKE_BEGINS = (
    "Title: Dockers of Lindholm stop work\nDate: 2024-03-01\n\n"
    "The dockers of Lindholm stopped work on Friday, and 240 of them marched to the town hall.\n\n"
    "They ask for eight per cent more pay and for shorter nights at the container terminal.\n\n"
    "Harbour director Nils Holm said that the strike costs the port 90,000 euros a day.\n\n"
    "Sign up for our harbour newsletter to get the news of the strike every morning.\n\n"
    "The strike of the dockers began at six in the morning (Photo: Harbour Pictures/AP)\n\n"
    "Is the strike of the dockers of Lindholm going to last?\n"
)
STRIKE_ENDS = (
    "Title: Dockers return after nine days\nDate: 2024-03-10\n\n"
    "After nine days the strike of the dockers in Lindholm ended with five per cent more pay.\n\n"
    "Holm called the result of the strike fair, and the union's Eva Lind called it a beginning.\n\n"
    "But it may not last.\n"
)

BREAD = (
    "Title: Bread of the islands\nDate: 2024-02-10\n\n"
    "Rye bread of the islands is baked twice, so that it keeps for a month at sea.\n\n"
    "Bakers add caraway and a spoon of syrup, and the oldest recipe is from 1820.\n\n"
    "During the strike of the dockers the bakery of Sandvik ran out of flour.\n\n"
    "The bakery sells 300 loaves a day, most of them to the crews of trawlers.\n"
)


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """An assistant over three articles, two of them about the same strike."""
    return open_articles({"begins.txt": STRIKE_BEGINS, "ends.txt": STRIKE_ENDS, "bread.txt": BREAD})


def test_a_topic_is_told_article_by_article_oldest_first(assistant: qa.Assistant) -> None:
    """Both articles on the strike are quoted, in order of date, each sentence from its own place."""
    answer = assistant.ask("What do the articles say about the strike of the dockers?")
    paths = [citation.path for citation in answer.citations]

    assert answer.answered
    assert "topic" == answer.question_type
    assert answer.short_answer is None
    assert {"begins.txt", "ends.txt"} <= set(paths)
    assert paths == sorted(paths, key=["bread.txt", "begins.txt", "ends.txt"].index)
    assert all(assistant.corpus.text(c.path)[c.start : c.end] == c.quote for c in answer.citations)


def test_a_topic_that_one_article_only_mentions_is_quoted_from_there(assistant: qa.Assistant) -> None:
    """Of an article about something else, only the sentence with the topic's name is quoted."""
    answer = assistant.ask("Tell me about the bakery of Sandvik.")

    assert {"bread.txt"} == {citation.path for citation in answer.citations}
    assert "ran out of flour" in answer.text


@pytest.mark.parametrize("unwanted", ["Sign up", "Photo:", "going to last?", "Title:"])
def test_what_belongs_to_the_page_is_not_quoted(assistant: qa.Assistant, unwanted: str) -> None:
    """No appeals, captions, questions or metadata."""
    assert unwanted not in assistant.ask("Summarise the strike of the dockers of Lindholm").text


def test_a_summary_stays_within_the_article_that_is_meant(assistant: qa.Assistant) -> None:
    """Its sentences come in the order of the article."""
    answer = assistant.ask("Summarise the article about the bread of the islands.")
    starts = [citation.start for citation in answer.citations]

    assert "article summary" == answer.question_type
    assert {"bread.txt"} == {citation.path for citation in answer.citations}
    assert starts == sorted(starts)
    assert len(starts) >= 3


@pytest.mark.parametrize("topic", ["penguins", "Antarctica", "the elections in Norland"])
def test_a_topic_that_is_not_there_is_refused(assistant: qa.Assistant, topic: str) -> None:
    """Nothing is quoted about something that no article names."""
    answer = assistant.ask(f"What do the articles say about {topic}?")

    assert not answer.answered
    assert not answer.citations
