"""Mistakes on the command line: one line that names the option or argument and says what to do next."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from qa.cli.commands import cli
from tests.helpers.commands import Commands

VALUE_HINT = "Correct it, or leave it out."

MESSAGES = [
    ("ask --corpsu x hi", "unknown option '--corpsu' (did you mean '--corpus'?)", "Run: qa ask --help"),
    ("ask --zzz hi", "unknown option '--zzz'", "Run: qa ask --help"),
    ("ask -z hi", "unknown option '-z'", "Run: qa ask --help"),
    ("eval --min-fl 1 x", "unknown option '--min-fl' (did you mean '--min-f1'?)", "Run: qa eval --help"),
    ("--jsno", "unknown option '--jsno' (did you mean '--json'?)", "Run: qa --help"),
    ("aks", "unknown command 'aks' (did you mean 'ask'?)", "Run: qa --help"),
    ("zzz", "unknown command 'zzz'", "Run: qa --help"),
    ("-- --zzz", "unknown command '--zzz'", "Run: qa --help"),
    ("search harbour --top-k abc", "--top-k must be a whole number", VALUE_HINT),
    ("search harbour --top-k 1.5", "--top-k must be a whole number", VALUE_HINT),
    ("-k abc status", "--top-k must be a whole number", VALUE_HINT),
    ("search harbour --top-k 0", "--top-k must be at least 1", VALUE_HINT),
    ("search harbour --top-k 1001", "--top-k must be at most 1000", VALUE_HINT),
    ("ask hi --min-confidence x", "--min-confidence must be a number", VALUE_HINT),
    ("ask hi --min-confidence 2", "--min-confidence must be at most 1", VALUE_HINT),
    ("eval x --misses many", "--misses must be a whole number", VALUE_HINT),
    ("search harbour --top-k", "--top-k needs a value", "Usage: --top-k N"),
    ("search harbour -k", "-k needs a value", "Usage: -k N"),
    ("--corpus", "--corpus needs a value", "Usage: --corpus DIR"),
    ("index --rebuild=yes", "--rebuild takes no value", "Usage: --rebuild"),
    ("ask", "QUESTION is missing", "Usage: qa ask QUESTION"),
    ("search", "QUERY is missing", "Usage: qa search QUERY"),
    ("show", "FILE[:LINE[-LINE]] is missing", "Usage: qa show FILE[:LINE[-LINE]]"),
    ("eval", "QUESTIONS.jsonl is missing", "Usage: qa eval QUESTIONS.jsonl"),
    ("eval nowhere.jsonl", "File 'nowhere.jsonl' does not exist", "Usage: qa eval QUESTIONS.jsonl"),
    ("show a.txt b.txt", "unexpected argument 'b.txt'", "Run: qa show --help"),
    ("status now please", "unexpected argument 'now'", "Run: qa status --help"),
]


@pytest.mark.parametrize(("line", "message", "hint"), MESSAGES, ids=[line for line, _, _ in MESSAGES])
def test_a_usage_error_is_one_line(line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The exit code is 2, and stdout is empty."""
    assert (2, "", f"qa: {message}. {hint}\n") == Commands(capsys)(*line.split())


@pytest.mark.parametrize(("line", "message", "hint"), MESSAGES, ids=[line for line, _, _ in MESSAGES])
def test_a_usage_error_is_one_json_object(
    line: str, message: str, hint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """With ``--json`` before the command; the exit code is 2, and stderr is empty."""
    outcome = Commands(capsys)("--json", *line.split())

    assert (2, "") == (outcome.code, outcome.err)
    assert {"error": message, "hint": hint} == outcome.json


def test_an_empty_question_or_query_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    """The hint has an example of the same command."""
    ask, search = Commands(capsys)("ask", " "), Commands(capsys)("search", "")

    assert (2, 'qa: The question is empty. For example: qa ask "Who visited Pyongyang?"\n') == (ask.code, ask.err)
    assert (2, 'qa: The query is empty. For example: qa search "Kursk deployment"\n') == (search.code, search.err)


def test_control_characters_in_arguments_are_removed(capsys: pytest.CaptureFixture[str]) -> None:
    """A line break does not make it two lines, and escape sequences do not reach the terminal."""
    assert "qa: unknown command 'a b'. Run: qa --help\n" == Commands(capsys)("a\n\x1b[31mb").err


def test_shell_completion_lists_commands_and_options() -> None:
    """An incomplete command line is not an error while it is completed."""
    environment = {"_QA_COMPLETE": "bash_complete", "COMP_WORDS": "qa st", "COMP_CWORD": "1"}
    command = CliRunner().invoke(cli, [], prog_name="qa", env=environment)
    environment = {"_QA_COMPLETE": "bash_complete", "COMP_WORDS": "qa status extra --ind", "COMP_CWORD": "3"}
    option = CliRunner().invoke(cli, [], prog_name="qa", env=environment)

    assert ["plain,status"] == command.output.splitlines()
    assert ["plain,--index"] == option.output.splitlines()


def test_every_option_with_a_value_has_a_metavar() -> None:
    """The hint for a missing value shows it."""
    options = [
        option
        for command in [cli, *cli.commands.values()]
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
    ]

    assert [] == [option.name for option in options if not option.metavar]
