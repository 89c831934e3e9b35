"""Answers from the date in a file's name: in a diary, and in an archive of events."""

from __future__ import annotations

import pytest

import qa
from tests.conftest import OpenArticles

ARTICLES = {
    "Diary/2023-04-02.md": "Cold wind. Twelve lapwings on the wet meadow, one curlew.\n",
    "Diary/17.04.2023.md": "Mild and still. An osprey hunted over the weir.\n",
    "inspections/20240605 quarry inspection.txt": "The fence is sound. Two lamps are missing.\n",
    "inspections/20231114 sand pit inspection.txt": "The ramp is too steep. The gate is new.\n",
    "_posts/2022-03-14-new-ferry.md": "---\ntitle: The new ferry\n---\n\nThe ferry was built in Gdansk.\n",
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """A corpus of daily notes, reports of events, and a post."""
    return open_articles(ARTICLES)


@pytest.mark.parametrize(
    ("question", "day", "path"),
    [
        ("When was the quarry inspected?", "5 June 2024", "inspections/20240605 quarry inspection.txt"),
        ("On which day did the osprey hunt?", "17 April 2023", "Diary/17.04.2023.md"),
        ("When did the lapwings and a curlew come?", None, ""),
        ("When was the ferry built?", None, ""),
        ("When was the windmill inspected?", None, ""),
    ],
)
def test_the_day_of_an_event(assistant: qa.Assistant, question: str, day: str | None, path: str) -> None:
    """The name must name the event, or the note tell of it; the day of a post is not that of what it reports."""
    answer = assistant.ask(question)

    assert answer.short_answer == day
    if day:
        assert [citation.path for citation in answer.citations] == [path]
        assert "by the name of the file" in answer.statements[0].text
