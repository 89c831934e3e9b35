"""Articles that answer a question differently: every value is shown, with its articles and days."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import qa
from qa.answering.contradictions import CHANGED, DIFFERENT, with_contradictions
from qa.answering.extractive import compose_quotes
from qa.pipeline import retrieve
from tests.conftest import OpenArticles
from tests.helpers.commands import commands_over
from tests.helpers.scripted_llm import ScriptedLLM
from tui.sessions.export import answer_text, session_markdown
from tui.sessions.session import Exchange, Session
from tui.widgets.conversation import exchange_content

STORM = "How many people died in the storm in Lindholm?"


def article(title: str, day: str, text: str) -> str:
    """Return an article, without a date if ``day`` is empty."""
    return f"Title: {title}\n{f'Date: {day}' if day else 'Source: The Herald'}\n\n{text}\n"


ARTICLES = {
    "storm-1.txt": article("Storm hits Lindholm", "2024-03-02", "Seven people died in the storm at Lindholm."),
    "storm-2.txt": article("Toll rises", "2024-03-09", "The number of people who died in the Lindholm storm is nine."),
    "storm-3.txt": article("A year later", "2025-03-01", "Nine people died in last year's storm at Lindholm."),
    "mill-1.txt": article("The mill", "2021-05-01", "The paper mill of Sandvik was founded in 1887 by two brothers."),
    "mill-2.txt": article("Two brothers", "", "The paper mill of Sandvik was founded in 1891, as its owner says."),
    "tower-1.txt": article("The tower", "2020-02-03", "The water tower of Osterby was designed by Karin Osk."),
    "tower-2.txt": article("Towers", "2022-02-03", "Jonas Berg designed the water tower of Osterby, say the archives."),
    "bridge-1.txt": article("Bridge", "2019-01-05", "The bridge of Vik was opened on 12 July 1990 by the king."),
    "bridge-2.txt": article("Bridges", "2020-01-05", "In July 1990, the king opened the bridge of Vik to traffic."),
    "school-1.txt": article("School", "2019-04-05", "About 300 pupils attend the school of Norrby."),
    "school-2.txt": article("Schools", "2020-04-05", "The school of Norrby is attended by 312 pupils from the valley."),
    "quarry-1.txt": article("Quarry", "2019-06-05", "The quarry of Stenby employs twelve thousand workers."),
    "quarry-2.txt": article("Work", "2020-06-05", "The quarry of Stenby employs 12,000 workers, its owner says."),
    "choir-1.txt": article("Choir", "2019-07-05", "Anna Lind and Per Ek sang in the choir of Holm church."),
    "choir-2.txt": article("Singers", "2020-07-05", "Nils Dahl and Per Ek sang in the choir of Holm church."),
    "fire-1.txt": article("Fire", "2021-07-05", "The fire in the harbour of Kvarn injured four sailors."),
    "fire-2.txt": article("Fires", "2022-07-05", "The fire in the forest of Brunna injured six sailors."),
}  # fmt: skip


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """Articles that agree on some facts and differ on others."""
    return open_articles(ARTICLES)


def cited(answer: qa.Answer, number: int) -> set[str]:
    """Return the files that a statement cites."""
    marks = answer.statements[number].citations
    return {citation.path for citation in answer.citations if citation.number in marks}


def test_three_articles_with_two_numbers(assistant: qa.Assistant) -> None:
    """Each number is stated once with all articles that give it, the newest first; the answer counts as one."""
    answer = assistant.ask(STORM)

    assert (answer.short_answer, answer.disagreement) == ("Nine or seven", DIFFERENT)
    assert [cited(answer, 0), cited(answer, 1)] == [{"storm-2.txt", "storm-3.txt"}, {"storm-1.txt"}]
    assert [answer.label(statement) for statement in answer.statements] == ["1 March 2025:", "2 March 2024:"]
    assert answer.is_stated
    assert answer.text.startswith(DIFFERENT)


def test_an_article_without_a_date_comes_last(assistant: qa.Assistant) -> None:
    """It is labelled with its title."""
    answer = assistant.ask("When was the paper mill of Sandvik founded?")

    assert answer.short_answer == "1887 or 1891"
    assert [answer.label(statement) for statement in answer.statements] == ["1 May 2021:", "Undated, Two brothers:"]


def test_two_names(assistant: qa.Assistant) -> None:
    """Names differ as numbers do."""
    answer = assistant.ask("Who designed the water tower of Osterby?")

    assert (answer.short_answer, answer.disagreement) == ("Jonas Berg or Karin Osk", DIFFERENT)


@pytest.mark.parametrize(
    "question",
    [
        "When was the bridge of Vik opened?",
        "How many pupils attend the school of Norrby?",
        "How many workers does the quarry of Stenby employ?",
        "Who sang in the choir of Holm church?",
        "How many sailors did the fire in the harbour of Kvarn injure?",
    ],
)
def test_no_contradiction(assistant: qa.Assistant, question: str) -> None:
    """Less exact values, other spellings, several right answers, and what happened elsewhere contradict nothing."""
    answer = assistant.ask(question)

    assert answer.answered
    assert answer.disagreement == ""


def test_the_newest_answer_to_a_question_about_now(open_articles: OpenArticles) -> None:
    """It is the short answer, and the earlier ones are said to be such."""
    articles = {
        "a.txt": article("Fares", "2021-05-02", "A ticket for the Sandvik ferry costs 12 euros."),
        "b.txt": article("Fares", "2023-05-02", "A ticket for the Sandvik ferry costs 15 euros."),
    }
    answer = open_articles(articles).ask("How much does a ticket for the Sandvik ferry cost?")

    assert (answer.short_answer, answer.disagreement) == ("15 euros", CHANGED)
    assert [cited(answer, 0), cited(answer, 1)] == [{"b.txt"}, {"a.txt"}]


def test_one_article_does_not_contradict_itself(open_articles: OpenArticles) -> None:
    """Neither does a conflict copy of it, whose version stands beside it."""
    text = article("Hall", "2023-05-02", "The hall of Vik has 90 seats. In the end, the hall of Vik had 120 seats.")
    copy = "hall.sync-conflict-20250927-153929-6W2DHTU.txt"
    answer = open_articles({"hall.txt": text, copy: text.replace("90", "80")}).ask(
        "How many seats has the hall of Vik?"
    )

    assert answer.disagreement == ""


def test_a_copy_is_no_further_witness(assistant: qa.Assistant) -> None:
    """Of articles that are copies of each other and say the same, one is cited."""
    copies = {"storm-2.txt": ("storm-3.txt",), "storm-3.txt": ("storm-2.txt",)}
    with assistant._resources() as resources:
        passages = [replace(each, copies=copies.get(each.path, ())) for each in retrieve(STORM, resources)]
        reading = resources.read(STORM, passages)
        plain = compose_quotes(STORM, passages, reading, 0.3, lambda *_: None)
        composition = with_contradictions(plain, resources.parse(STORM), passages, reading, resources)

    assert composition.short_answer == "Nine or seven"
    assert [len(statement.stretches) for statement in composition.statements] == [1, 1]


def test_the_command_shows_every_value(assistant: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> None:
    """In text and in JSON, with the exit code of an answer and how sure it is."""
    run = commands_over(assistant, capsys)
    text, json = run("ask", STORM), run("ask", STORM, "--json")

    assert (text.code, json.code) == (0, 0)
    assert text.out.index("Nine or seven") < text.out.index(DIFFERENT) < text.out.index("2 March 2024: Seven people")
    assert "Sources (" in text.out
    assert (json.json["disagreement"], json.json["caveat"]) == (DIFFERENT, "")
    assert len(json.json["statements"]) == 2


def test_the_terminal_ui_shows_every_value(assistant: qa.Assistant) -> None:
    """So do what is copied and what is exported."""
    exchange = Exchange(0, STORM, answer=assistant.ask(STORM))
    session = Session([exchange])
    assert exchange.answer is not None
    shown = exchange_content(exchange).plain, answer_text(exchange.answer), session_markdown(session, Path("articles"))

    for text in shown:
        assert text.index("Nine or seven") < text.index(DIFFERENT) < text.index("2 March 2024: Seven people")


def test_a_language_model_does_not_choose(open_articles: OpenArticles) -> None:
    """It is not asked where articles differ."""
    model = ScriptedLLM.saying()
    answer = open_articles(ARTICLES, llm=model).ask(STORM)

    assert (answer.disagreement, answer.engine, model.requests) == (DIFFERENT, "extractive", [])
