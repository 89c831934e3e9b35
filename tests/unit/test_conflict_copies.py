"""Answers from a corpus with conflict copies: never from a copy alone without saying so."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.conftest import OpenArticles

COPY = "hall.sync-conflict-20250927-153929-6W2DHTU.md"


HALL = "# The hall\n\nThe hall has 90 seats.\n\nThe hall costs 240 crowns an evening.\n"


@pytest.fixture(scope="module")
def assistant(open_articles: OpenArticles) -> qa.Assistant:
    """An article and a copy that says another price, and where the key is."""
    copy = HALL.replace("240", "180") + "\nThe key is at the bakery.\n"
    return open_articles({"hall.md": HALL, COPY: copy, "mill.md": "# The mill\n\nThe mill grinds rye.\n"})


def test_a_copy_stands_beside_the_original(assistant: qa.Assistant) -> None:
    """The short answer is the original's; the copy's value follows, with its file and date."""
    answer = assistant.ask("How much does the hall cost?")

    assert answer.short_answer is not None and "240" in answer.short_answer
    assert [citation.path for citation in answer.citations] == ["hall.md", COPY]
    assert "conflict copy of 27 September 2025" in answer.statements[1].text
    assert "180 crowns" in answer.citations[1].quote
    assert answer.notice == ""


def test_a_copy_that_says_the_same_is_left_out(assistant: qa.Assistant) -> None:
    """Only the original is cited."""
    answer = assistant.ask("How many seats does the hall have?")

    assert {citation.path for citation in answer.citations} == {"hall.md"}


def test_an_answer_from_a_copy_alone_says_so(assistant: qa.Assistant) -> None:
    """What the original does not say is marked in the notice."""
    answer = assistant.ask("Where is the key to the hall?")

    assert {citation.path for citation in answer.citations} == {COPY}
    assert answer.notice.startswith("Only the conflict copy of 27 September 2025")
    assert COPY in answer.notice and "hall.md does not" in answer.notice


@pytest.mark.parametrize(
    "question",
    [
        "Tell me about the hall of Lindholm.",
        "What is the latest on the hall of Lindholm?",
        "Compare the hall of Lindholm and the mill of Sandvik.",
    ],
)
def test_a_survey_does_not_quote_a_copy_alone(open_articles: OpenArticles, question: str) -> None:
    """What gathers sentences from several articles takes them from the originals."""
    original = (
        "Title: The hall of Lindholm\nDate: 2025-03-01\n\nThe hall of Lindholm has ninety seats and two stages.\n\n"
        "An evening in the hall of Lindholm costs 240 crowns for members of the club.\n"
    )
    mill = "Title: Mill\nDate: 2025-02-01\n\nThe mill of Sandvik grinds rye for the bakers of the island.\n"
    articles = {"hall.txt": original, COPY.replace(".md", ".txt"): original.replace("240", "180"), "mill.txt": mill}
    answer = open_articles(articles).ask(question)
    quotes = [citation.quote for citation in answer.citations if "conflict" not in citation.path]

    assert any("240 crowns" in quote for quote in quotes)
    assert "Only the conflict copy" not in answer.notice


def test_an_article_without_an_original_is_no_copy(tmp_path: Path) -> None:
    """A name alone proves nothing."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "Copy of a letter.md").write_text("# A letter\n\nThe letter was sent by Karin Osk in May.\n")
    answer = qa.open(corpus, tmp_path / "index").ask("Who sent the letter?")

    assert (answer.answered, answer.notice) == (True, "")
