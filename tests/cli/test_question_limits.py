"""Questions that are too long or not text: a usage error at once, wherever they come from."""

from __future__ import annotations

import io
import random
from pathlib import Path

import pytest

import qa
from qa.errors import UsageError
from qa.llamaindex import QARetriever
from qa.questions.limits import LONGEST_QUESTION
from tests.helpers.commands import Commands
from tests.torture.attacks import require_unbroken
from tests.torture.sizes import sizes

TOO_LONG = "is longer than 4,000 characters"
NOT_TEXT = "is not text in UTF-8"


@pytest.fixture
def nowhere(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Commands:
    """Commands over folders that do not exist, so that whatever opens them fails."""
    return Commands(capsys, tmp_path / "articles", tmp_path / "index")


def from_stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> io.BytesIO:
    """Let standard input have this content, and return it."""
    data = io.BytesIO(content)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(data))
    return data


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_long_argument_is_refused_before_anything_is_opened(nowhere: Commands, command: str) -> None:
    """The line names the limit."""
    outcome = nowhere(command, "harbour " * 1_000)

    assert (2, 1) == (outcome.code, outcome.err.count("\n"))
    assert TOO_LONG in outcome.err


@pytest.mark.parametrize("command", ["ask", "search"])
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"which harbour " * 10_000, TOO_LONG),
        (b" " * 100_000, TOO_LONG),
        ("港口".encode() * 2_001, TOO_LONG),
        (b"which \xff harbour", NOT_TEXT),
        ("which harbour".encode("utf-16"), NOT_TEXT),
        (b" \n", "is empty"),
    ],
)
def test_standard_input_is_read_up_to_the_limit(
    nowhere: Commands, monkeypatch: pytest.MonkeyPatch, command: str, content: bytes, problem: str
) -> None:
    """What is not text, or too long, is said in one line."""
    data = from_stdin(monkeypatch, content)
    outcome = nowhere(command, "-")

    assert (2, 1) == (outcome.code, outcome.err.count("\n"))
    assert problem in outcome.err
    assert data.tell() <= 4 * LONGEST_QUESTION + 2 * io.DEFAULT_BUFFER_SIZE


def test_bytes_of_an_argument_that_are_no_text_are_refused(nowhere: Commands) -> None:
    """Python makes lone surrogates of them."""
    assert NOT_TEXT in nowhere("ask", "which \udcff harbour").err


def test_closed_standard_input_is_a_usage_error(nowhere: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Daemons start programs so."""
    monkeypatch.setattr("sys.stdin", None)
    outcome = nowhere("ask", "-")

    assert (2, "qa: Standard input is closed. Give the question as an argument.\n") == (outcome.code, outcome.err)


def test_a_byte_order_mark_is_not_part_of_a_question(small: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """PowerShell writes one."""
    from qa.cli.question_text import question_text

    from_stdin(monkeypatch, "\ufeffWho met?\r\n".encode())

    assert "Who met?" == question_text(["-"], "question", "")


def test_endless_input_takes_neither_time_nor_memory(tmp_path: Path) -> None:
    """One gigabyte, of which the first kilobytes are read."""
    require_unbroken(sizes(2, random.Random(1), tmp_path))


@pytest.mark.parametrize("question", ["harbour " * 501, "which \ud800 harbour"])
def test_python_and_llamaindex_have_the_same_limit(small: qa.Assistant, question: str) -> None:
    """Whatever takes a question or a query raises a ``UsageError``."""
    retriever = QARetriever(small)
    for take in (small.ask, small.search, small.check_spelling, retriever.retrieve):
        with pytest.raises(UsageError, match=rf"{TOO_LONG}|{NOT_TEXT}"):
            take(question)


def test_a_question_of_the_greatest_length_is_answered(small: qa.Assistant) -> None:
    """It may have as many different words as it likes; the rarest count."""
    words = " ".join(f"word{number}" for number in range(1_000))
    question = f"How long is the reading room of the library? {words}"[:LONGEST_QUESTION]

    assert "rope-works-library.txt" in {passage.path for passage in small.search(question)}
    assert question == small.ask(question).question
