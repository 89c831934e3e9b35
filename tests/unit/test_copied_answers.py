"""Answers from articles that are near-identical to others: one citation, and no further witnesses."""

from __future__ import annotations

import json

import pytest

import qa
from tests.conftest import OpenArticles
from tests.helpers.commands import Commands

STORY = (
    "The new ferry between Lindholm and Sandvik began its service on Monday, two months later than planned. The ferry,"
    " the Aurora, was built at the shipyard in Norrby and cost 41 million crowns. It carries 320 passengers and 60"
    " cars. Mayor Karin Osk cut the ribbon in front of several hundred people who had come in spite of rain.\n\n"
    "The crossing takes 25 minutes, half as long as with the old ferry. Tickets cost 45 crowns for adults and 20 crowns"
    " for children. The shipping company expects half a million passengers a year. Its director, Nils Falk, said that a"
    " second ferry could follow in 2026 if enough people travel.\n"
)
WIRE = STORY.replace("two months later than planned", "with a delay of two months").replace("several hundred", "many")
OTHER_PRICE = STORY.replace("45 crowns for adults", "55 crowns for adults")
MILL = "The mill in Askim grinds rye and oats for the bakeries of the valley. It was built in 1780 by two brothers.\n"
ARTICLES = {
    "b-first.txt": f"Title: New ferry sails\nSource: Harbour Post\nDate: 2024-05-06\n\n{STORY}",
    "a-second.txt": f"Title: Aurora in service\nSource: Daily Ledger\nDate: 2024-05-07\n\nLINDHOLM (AP) - {WIRE}",
    "c-third.txt": f"Title: Half an hour to Sandvik\nSource: Valley Courier\nDate: 2024-05-08\n\n{OTHER_PRICE}",
    "mill.txt": f"Title: The mill\nSource: Valley Courier\nDate: 2024-05-01\n\n{MILL}",
}


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """A story in three near-identical articles, one of which has another price; and an article about something else."""
    return open_articles(ARTICLES)


def test_a_story_is_one_citation_also_in_its_copies(assistant: qa.Assistant) -> None:
    """The earliest published article is cited, whatever the names of the files."""
    answer = assistant.ask("How many passengers does the ferry Aurora carry?")

    assert answer.short_answer is not None and "320" in answer.short_answer
    assert ["b-first.txt"] == [citation.path for citation in answer.citations if "320" in citation.quote]
    assert ("a-second.txt", "c-third.txt") == answer.citations[0].also_in


def test_a_copy_that_says_it_differently_is_not_among_them(assistant: qa.Assistant) -> None:
    """Another price in the same sentence is a difference, and its passage is still found."""
    answer = assistant.ask("How much do tickets for adults cost?")
    cited = next(citation for citation in answer.citations if "45 crowns" in citation.quote)

    assert ("a-second.txt",) == cited.also_in
    assert "c-third.txt" in {passage.path for passage in answer.passages}


def test_what_copies_say_is_found_once(assistant: qa.Assistant) -> None:
    """So that the first passages are not one story repeated; the article that is left out has nothing to add."""
    paths = [passage.path for passage in assistant.search("Who cut the ribbon of the new ferry?", top_k=10)]

    assert "b-first.txt" == paths[0]
    assert "a-second.txt" not in paths


def test_a_copy_is_cited_if_the_question_leaves_out_the_first(assistant: qa.Assistant) -> None:
    """Only articles of the outlet that was asked for are searched; the others say "several hundred people"."""
    answer = assistant.ask("According to the Daily Ledger, who cut the ribbon?")

    assert ["a-second.txt"] == [citation.path for citation in answer.citations]
    assert () == answer.citations[0].also_in


def test_a_file_that_has_changed_since_is_not_among_them(open_articles: OpenArticles) -> None:
    """Each file is read again for the citation."""
    assistant = open_articles(ARTICLES)
    changed = assistant.corpus.root / "c-third.txt"
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("320 passengers", "350 passengers"), encoding="utf-8"
    )
    answer = assistant.ask("How many passengers does the ferry Aurora carry?")

    assert ("a-second.txt",) == answer.citations[0].also_in


def test_copies_do_not_make_an_answer_more_certain(open_articles: OpenArticles, assistant: qa.Assistant) -> None:
    """An article printed three times is as good a witness as once."""
    question = "How many passengers does the ferry Aurora carry?"
    alone = open_articles({path: ARTICLES[path] for path in ("b-first.txt", "mill.txt")})

    assert assistant.ask(question).confidence <= alone.ask(question).confidence + 0.02


def test_surveys_count_copies_apart(assistant: qa.Assistant) -> None:
    """Each story is listed once, and the number says how many articles are copies."""
    listed = assistant.ask("Which articles mention the Aurora?")
    overview = assistant.ask("What are these articles about?")

    assert "3 of 4 articles mention the Aurora (2 are copies)" in listed.statements[0].text
    assert 2 == len(listed.statements)
    assert overview.statements[0].text.startswith("4 articles (2 are copies)")


def test_a_source_says_in_how_many_files_it_also_stands(
    assistant: qa.Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the terminal the number, in JSON the files."""
    commands = Commands(capsys, assistant.corpus.root, assistant.settings.index_root)
    question = "How many passengers does the ferry Aurora carry?"

    assert "also in 2 files" in commands("ask", question).out
    assert ["a-second.txt", "c-third.txt"] == json.loads(commands("ask", question, "--json").out)["citations"][0][
        "also_in"
    ]
