"""Which articles a question means: by time, outlet or title, and how answers are limited to them."""

from __future__ import annotations

from datetime import date

import pytest

import qa
from qa.cli.output import print_answer
from qa.datatypes import Filter
from qa.questions.scope import OVERVIEW_QUESTION, scope_of
from qa.retrieval import Retriever
from tests.conftest import OpenArticles
from tui.sessions.session import Session
from tui.widgets.conversation import exchange_content

VERGE = ("The Verge",)


class Articles:
    """Articles of four outlets, from September to December 2023."""

    def sources(self) -> list[str]:
        return ["FOX News - Health", "FOX News - Lifestyle", "Fortune", "TechCrunch", "The Verge", "Wired"]

    def published(self) -> tuple[date, date]:
        return date(2023, 9, 1), date(2023, 12, 20)

    def titles(self, words: str) -> dict[str, str]:
        return {"a.txt": "Steam Deck OLED review: it is better", "b.txt": "Everything about the Cybertruck"}


@pytest.mark.parametrize(
    ("question", "rest", "meant"),
    [
        (
            "What did the articles say in November 2023 about Ada?",
            "What did the articles say about Ada?",
            Filter(date(2023, 11, 1), date(2023, 11, 30)),
        ),
        ("What was reported on 3 October?", OVERVIEW_QUESTION, Filter(date(2023, 10, 3), date(2023, 10, 3))),
        ("Any news on Meta since October 15?", "Any news on Meta?", Filter(since=date(2023, 10, 15))),
        (
            "Which articles mention Binance in November?",
            "Which articles mention Binance?",
            Filter(date(2023, 11, 1), date(2023, 11, 30)),
        ),
        ("According to The Verge, how much is it?", "how much is it?", Filter(sources=VERGE)),
        ("What does the verge say about Ada?", "What do the articles say about Ada?", Filter(sources=VERGE)),
        (
            "What does Fox News write about sleep?",
            "What do the articles write about sleep?",
            Filter(sources=("FOX News - Health", "FOX News - Lifestyle")),
        ),
        ("Which Wired articles are about Ada?", "Which articles are about Ada?", Filter(sources=("Wired",))),
        (
            "What does the article about the Cybertruck say about its price?",
            "What do the articles say about its price?",
            Filter(paths=("b.txt",)),
        ),
    ],
)
def test_articles_that_a_question_means(question: str, rest: str, meant: Filter) -> None:
    """The words that say which articles are cut from the question."""
    scope = scope_of(question, Articles())

    assert (rest, meant) == (scope.question, scope.filter)
    assert scope.understood


@pytest.mark.parametrize(
    "question",
    [
        "Who won in 1975?",
        "What happened at OpenAI on November 20?",
        "What do the articles say about the earthquake in 1906?",
        "Which articles mention the October 7 attack?",
        "Who runs the Fortune 500?",
        "Was TechCrunch sold?",
        "Do the TechCrunch article on Meta and the Verge article on X agree?",
        "What does the story of the boy say?",
    ],
)
def test_a_question_that_means_all_articles(question: str) -> None:
    """The date of an event, an outlet that is the subject, and several outlets are no limit."""
    scope = scope_of(question, Articles())

    assert (question, False, "") == (scope.question, bool(scope.filter), scope.understood)


def test_articles_that_come_first() -> None:
    """Those of the day of an event, and of each outlet that is named."""
    (event,) = scope_of("What happened at OpenAI on November 20?", Articles()).preferred
    outlets = scope_of("Does the TechCrunch article contradict the Verge article?", Articles()).preferred

    assert date(2023, 11, 20) == event.since
    assert {each.sources for each in outlets} == {("TechCrunch",), VERGE}


FERRIES = {
    "gazette/ferry.txt": "Title: Ferry\nSource: The Gazette\nDate: 2023-10-02\n\nThe Sandvik ferry costs 12 euros.\n",
    "herald/ferry.txt": "Title: Ferry\nSource: The Herald\nDate: 2023-11-05\n\nThe Sandvik ferry costs 15 euros.\n",
    "herald/mill.txt": "Title: Mill\nSource: The Herald\nDate: 2023-11-09\n\nThe Lindholm mill employs 40 people.\n",
}


@pytest.fixture(scope="module")
def ferries(open_articles: OpenArticles) -> qa.Assistant:
    """Three articles of two outlets."""
    return open_articles(FERRIES)


@pytest.mark.parametrize(
    ("meant", "paths"),
    [
        (Filter(), {"gazette/ferry.txt", "herald/ferry.txt", "herald/mill.txt"}),
        (Filter(since=date(2023, 11, 5)), {"herald/ferry.txt", "herald/mill.txt"}),
        (Filter(until=date(2023, 11, 5)), {"gazette/ferry.txt", "herald/ferry.txt"}),
        (Filter(sources=("The Gazette",)), {"gazette/ferry.txt"}),
        (Filter(paths=("herald/*",)), {"herald/ferry.txt", "herald/mill.txt"}),
        (Filter(paths=("herald/ferry.txt", "gazette/ferry.txt")), {"herald/ferry.txt", "gazette/ferry.txt"}),
        (Filter(since=date(2023, 11, 6), sources=("The Gazette",)), set()),
    ],
)
def test_only_articles_that_meet_the_filter_are_found(ferries: qa.Assistant, meant: Filter, paths: set[str]) -> None:
    """By full text and by vectors; the catalog lists the same."""
    index = ferries.index
    passages = Retriever(index, ferries._embedder).search("How much does the ferry cost?", 8, meant)

    assert paths == {passage.path for passage in passages}
    assert paths == {entry.path for entry in index.documents(meant)}


def test_each_outlet_that_is_named_comes_first(ferries: qa.Assistant) -> None:
    """Its best passage stands above a second one of another outlet."""
    retriever = Retriever(ferries.index, ferries._embedder)
    question = "Lindholm mill, 40 people, The Herald, 15 euros"
    preferred = (Filter(sources=("The Gazette",)), Filter(sources=("The Herald",)))

    def outlets(*preferred: Filter) -> list[str | None]:
        return [passage.source for passage in retriever.search(question, 2, preferred=preferred)]

    assert ["The Herald", "The Herald"] == outlets()
    assert {"The Gazette", "The Herald"} == set(outlets(*preferred))


@pytest.mark.parametrize(
    ("question", "short", "understood"),
    [
        ("According to The Gazette, how much does the Sandvik ferry cost?", "12 euros", "Articles from The Gazette"),
        ("According to The Herald, how much does the Sandvik ferry cost?", "15 euros", "Articles from The Herald"),
        (
            "According to The Gazette, how many people does the Lindholm mill employ?",
            "40",
            "Nothing found in articles from The Gazette; answered from all articles",
        ),
    ],
)
def test_an_answer_from_one_outlet(ferries: qa.Assistant, question: str, short: str, understood: str) -> None:
    """If the outlet does not say it, the others do, and the answer says so."""
    answer = ferries.ask(question)

    assert answer.short_answer is not None
    assert answer.short_answer.startswith(short)
    assert understood == answer.understood


def test_a_plain_question_has_no_scope(ferries: qa.Assistant) -> None:
    """Nothing is shown."""
    assert ferries.ask("How many people does the Lindholm mill employ?").understood == ""


def test_what_was_understood_is_shown(ferries: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    """On the command line and in the terminal UI, above the answer."""
    answer = ferries.ask("According to The Herald, how much does the Sandvik ferry cost?")

    print_answer(answer, ferries.corpus.root, explain=False)
    exchange = Session().begin(answer.question)
    exchange.answer = answer

    assert capsys.readouterr().out.startswith("Articles from The Herald\n\n15 euros")
    assert "Articles from The Herald ✕\n15 euros" in exchange_content(exchange).plain
