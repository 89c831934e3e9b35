"""Answers from a corpus with conflict copies: never from a copy alone without saying so."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa

COPY = "hall.sync-conflict-20250927-153929-6W2DHTU.md"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> qa.Assistant:
    """An article and a copy that says another price, and where the key is."""
    folder = tmp_path_factory.mktemp("copies")
    original = "# The hall\n\nThe hall has 90 seats.\n\nThe hall costs 240 crowns an evening.\n"
    (folder / "hall.md").write_text(original)
    (folder / COPY).write_text(original.replace("240", "180") + "\nThe key is at the bakery.\n")
    (folder / "mill.md").write_text("# The mill\n\nThe mill grinds rye.\n")
    return qa.open(folder, tmp_path_factory.mktemp("index"))


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


def test_an_article_without_an_original_is_no_copy(tmp_path: Path) -> None:
    """A name alone proves nothing."""
    corpus = tmp_path / "articles"
    corpus.mkdir()
    (corpus / "Copy of a letter.md").write_text("# A letter\n\nThe letter was sent by Karin Osk in May.\n")
    answer = qa.open(corpus, tmp_path / "index").ask("Who sent the letter?")

    assert (answer.answered, answer.notice) == (True, "")
