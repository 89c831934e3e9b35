"""Mistakes on the command line: one line that names the option or argument and says what to do next."""

from __future__ import annotations

import click
import pytest

from qa.cli.commands import cli
from qa.cli.options import SETTINGS, SHARED
from tests.helpers.commands import Commands
from tests.helpers.manual import all_commands

VALUE_HINT = "Correct it, or leave it out."

MESSAGES = [
    ("ask --corpsu x hi", "unknown option '--corpsu' (did you mean '--corpus'?)", "Run: qa ask --help"),
    ("ask --zzz hi", "unknown option '--zzz'", "Run: qa ask --help"),
    ("ask -z hi", "unknown option '-z'", "Run: qa ask --help"),
    ("eval --min-fl 1 x", "unknown option '--min-fl' (did you mean '--min-f1'?)", "Run: qa eval --help"),
    ("--jsno", "unknown option '--jsno' (did you mean '--json'?)", "Run: qa --help"),
    ("aks", "unknown command 'aks' (did you mean 'ask'?)", 'To ask, run: qa ask "aks"'),
    ("Kursk deployment -k 3", "unknown command 'Kursk'", 'To ask, run: qa ask "Kursk deployment"'),
    ("pay $5", "unknown command 'pay'", "To ask, run: qa ask 'pay $5'"),
    ("show --llm x", "show has no option '--llm'", "Run: qa show --help"),
    ("trust -k 3", "trust has no option '-k'", "Run: qa trust --help"),
    ("doctor --explain", "doctor has no option '--explain'", "Run: qa doctor --help"),
    ("--explain doctor", "doctor has no option '--explain'", "Run: qa doctor --help"),
    ("--rebuild index", "'--rebuild' is an option of qa index", "Write it after the command."),
    ("Who? --zzz", "unknown option '--zzz'", "Run: qa ask --help"),
    ("Who? -k", "-k needs a value", "Usage: -k N"),
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
WITHOUT_JSON = [
    ("help aks", "unknown command 'aks' (did you mean 'ask'?)", "Run: qa --help"),
    ("help ask me", "unexpected argument 'me'", "Run: qa help --help"),
    ("help watch ad", "unknown command 'ad' (did you mean 'add'?)", "Run: qa watch --help"),
    ("completion tcsh", "'tcsh' is not one of 'bash', 'zsh', 'fish'", "Usage: qa completion [SHELL]"),
    ("--explain", "--explain needs a question or a command", 'For example: qa --explain "Who visited Pyongyang?"'),
]
"""Of what prints no JSON."""


@pytest.mark.parametrize(
    ("line", "message", "hint"), MESSAGES + WITHOUT_JSON, ids=[line for line, _, _ in MESSAGES + WITHOUT_JSON]
)
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
    assert "qa: unexpected argument 'a b'. Run: qa status --help\n" == Commands(capsys)("status", "a\n\x1b[31mb").err


@pytest.mark.parametrize("name", [name for name, command in all_commands() if not isinstance(command, click.Group)])
def test_a_command_takes_only_the_options_that_it_lists(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An alias with settings works with every command; what else stands before one must be an option of it."""
    words = name.split()
    listed = {flag for parameter in dict(all_commands())[name].params for flag in parameter.opts}
    arguments = {"eval": __file__} | dict.fromkeys(("ask", "search", "show", "add", "watch add", "watch remove"), "x")
    for option in cli.params:
        if option.opts[0] in listed or option.name not in SHARED or not isinstance(option, click.Option):
            continue
        value = [] if option.is_flag else {"top_k": ["3"], "min_confidence": ["0.5"]}.get(option.name, ["news"])
        flag = [option.opts[0], *value]
        error = f"{words[-1]} has no option '{flag[0]}'"
        assert (2, True) == ((after := Commands(capsys)(*words, *flag)).code, error in after.out + after.err)
        before = Commands(capsys)(*flag, *words, *arguments.get(name, "").split())
        assert (option.name in SETTINGS) != (error in before.out + before.err)


def test_an_empty_question_without_a_command_is_one_of_ask(capsys: pytest.CaptureFixture[str]) -> None:
    """As from a script with an empty variable."""
    empty = 'qa: The question is empty. For example: qa ask "Who visited Pyongyang?"\n'

    assert [(2, "", empty)] * 2 == [Commands(capsys)(""), Commands(capsys)(" ")]


def test_a_misspelt_command_with_a_quoted_question_is_no_question(capsys: pytest.CaptureFixture[str]) -> None:
    """Its name would otherwise be looked for in the articles."""
    outcome = Commands(capsys)("serach", "Who met Kim?")

    hint = 'To ask, run: qa ask "serach Who met Kim?"'
    assert (2, "", f"qa: unknown command 'serach' (did you mean 'search'?). {hint}\n") == outcome


def test_every_option_with_a_value_has_a_metavar() -> None:
    """The hint for a missing value shows it."""
    options = [
        option
        for command in [cli, *cli.commands.values()]
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag
    ]

    assert [] == [option.name for option in options if not option.metavar]
