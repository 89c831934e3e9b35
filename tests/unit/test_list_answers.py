"""Lists that are gathered from the sentences of several articles."""

from __future__ import annotations

import re

import pytest

import qa
from tests.conftest import OpenArticles

ARTICLES = {
    "harbour.txt": "The harbour board of Lindholm was elected on Monday.\n\n"
    "The harbour board consists of shipowner Ana Berg, the teacher Tim Holm, and Vera Lund of the ferry company. "
    "They will meet every month in the old customs building.\n",
    "festival.txt": "The herring festival drew large crowds to Lindholm.\n\n"
    "Countries that sent boats to the festival included Norway, Denmark and Iceland. The Norwegian crews sang.\n",
    "prizes.txt": "The town gave out prizes for the best gardens.\n\n"
    "1. “Rose Hill, South and North,” 21 points\n2. “Old Mill,” 14 points\n3. “Sea View,” 11 points\n",
    "school.txt": "The new school has forty pupils. Its roof was paid for by the county.\n",
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """Articles that name several things in a sentence or a list."""
    return open_articles(ARTICLES)


@pytest.mark.parametrize(
    ("question", "items"),
    [
        ("Who is on the harbour board of Lindholm?", "Ana Berg, Tim Holm, Vera Lund"),
        ("Which countries sent boats to the herring festival?", "Norway, Denmark and Iceland"),
        ("Which two countries sent boats to the herring festival?", "Norway, Denmark"),
    ],
)
def test_all_items_of_an_enumeration_are_listed_once(assistant: qa.Assistant, question: str, items: str) -> None:
    """Each item is named once, as many as asked for, as the sentence joins them unless it says more about them."""
    answer = assistant.ask(question)

    assert answer.question_type == "list"
    assert answer.short_answer == items
    assert all(any(item in citation.quote for citation in answer.citations) for item in re.split(", | and ", items))


def test_what_the_articles_do_not_list_is_refused(assistant: qa.Assistant) -> None:
    """A list of things that no article names is refused."""
    assert not assistant.ask("Which satellites orbit Jupiter?").answered


def test_quotes_stand_in_the_files(assistant: qa.Assistant) -> None:
    """Each citation is exact."""
    for citation in assistant.ask("Who is on the harbour board of Lindholm?").citations:
        assert ARTICLES[citation.path][citation.start : citation.end] == citation.quote
