"""``qa ask --batch``: a question a line in, a JSON object a line out."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.cli.output import answer_json
from qa.questions.limits import LONGEST_QUESTION
from tests.conftest import PROJECT
from tests.helpers.commands import Commands, commands_over

LENGTH = "How long is the reading room of the library?"
FAR = "Who won the football world cup in 1998?"


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus."""
    return commands_over(small, capsys)


def piped(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let standard input be this."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))


def objects(out: str) -> list[dict[str, Any]]:
    """Return the objects of JSON Lines."""
    return [json.loads(line) for line in out.splitlines()]


def test_each_line_is_a_question(town: Commands, small: qa.Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank lines are none; the answers are those of ``qa ask --json``, refusals among them, and the code is 0."""
    piped(monkeypatch, f"\ufeff{LENGTH}\r\n\n \t\n{FAR}".encode())

    outcome = town("ask", "--batch", "-")

    assert (0, "") == (outcome.code, outcome.err)
    answered, refused = objects(outcome.out)
    expected = json.loads(json.dumps(answer_json(small.ask(LENGTH), explain=False), default=str))
    assert expected | {"timings_ms": {}} == answered | {"timings_ms": {}}
    assert (FAR, False) == (refused["question"], refused["answered"])


def test_a_file_of_questions(town: Commands, tmp_path: Path) -> None:
    """Options of ``qa ask`` apply; nothing of it is saved for ``--continue``."""
    (tmp_path / "questions.txt").write_text(f"{LENGTH}\n{FAR}\n")

    outcome = town("ask", "--batch", str(tmp_path / "questions.txt"), "--explain")

    assert 0 == outcome.code
    assert all(passage["scores"] for answer in objects(outcome.out) for passage in answer["passages"])
    assert 2 == town("ask", "--continue", "and when?").code


def test_a_line_that_is_no_question_is_an_error_among_the_answers(
    town: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What follows it is answered all the same; the exit code tells of it."""
    too_long = b"a" * 5_000_000
    piped(monkeypatch, b"the of and\n\xff\xfe\n" + too_long + b"\n" + LENGTH.encode())

    outcome = town("ask", "--batch", "-")

    assert (4, "") == (outcome.code, outcome.err)
    *errors, answer = objects(outcome.out)
    assert answer["answered"]
    assert [{"question", "error", "hint"}] * 3 == [{*error} for error in errors]
    messages = ("no searchable words", "not text in UTF-8", "longer than 4,000 characters")
    assert all(message in error["error"] for message, error in zip(messages, errors, strict=True))
    assert len(outcome.out) < 50_000


def test_the_longest_question_is_answered(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes may be four times as many as its characters."""
    longest = "\U0001f600" * (LONGEST_QUESTION - len(LENGTH)) + LENGTH
    piped(monkeypatch, f"{longest}\r\nx{longest}\r\n".encode())

    answered, error = objects(town("ask", "--batch", "-").out)

    assert longest == answered["question"]
    assert "longer than" in error["error"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.txt"], "missing.txt cannot be read: file not found"),
        (["."], ". cannot be read: Is a directory"),
        (["-", LENGTH], "--batch takes neither a question nor --continue"),
        (["-", "--continue"], "--batch takes neither a question nor --continue"),
    ],
)
def test_wrong_usage(town: Commands, arguments: list[str], message: str) -> None:
    """One line each."""
    outcome = town("ask", "--batch", *arguments)

    assert (2, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n"))
    assert message in outcome.err


def test_no_line_is_no_answer(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty list of questions is not wrong."""
    piped(monkeypatch, b"\n")

    assert (0, "", "") == town("ask", "--batch", "-")


def test_without_batch_several_lines_are_one_question(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said so, with the option that makes them several."""
    piped(monkeypatch, LENGTH.replace(" ", "\n", 2).encode())

    outcome = town("ask", "-")

    assert 0 == outcome.code
    assert "The 3 lines of standard input are one question. For a question a line: qa ask --batch -\n" == outcome.err


def test_answers_are_streamed_as_long_as_somebody_reads_them(small: qa.Assistant, tmp_path: Path) -> None:
    """Each comes before the next question is sent; when its reader has left, an endless input is left alone."""
    paths = ["--corpus", str(small.corpus.root), "--index", str(small.settings.index_root)]
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", "ask", "--batch", "-", *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )
    assert process.stdin
    assert process.stdout
    for question in (LENGTH, FAR):
        process.stdin.write(f"{question}\n".encode())
        process.stdin.flush()
        assert question == json.loads(process.stdout.readline())["question"]
    process.stdout.close()
    process.stdin.write(f"{LENGTH}\n".encode())
    process.stdin.flush()  # stays open

    assert 0 == process.wait()
    process.stdin.close()
