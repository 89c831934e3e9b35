"""How qa is called: questions without a command, help, and an exit code that nobody's reading changes."""

from __future__ import annotations

import io
import json
import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest

import qa
from qa.cli import run
from qa.cli.commands import cli
from qa.cli.help import HelpfulCommand
from qa.cli.options import SHARED
from qa.settings import Settings
from tests.helpers.commands import Commands, commands_over
from tests.helpers.manual import all_commands

QUESTION = "How long is the reading room of the library?"
WIDTH = 80


@pytest.fixture
def town(small: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    return commands_over(small, capsys)


@pytest.mark.parametrize(
    "arguments",
    [
        [QUESTION],
        QUESTION.split(),
        [QUESTION.rstrip("?")],
        ["-k", "3", QUESTION],
        [QUESTION, "-k", "3"],
        ["-k", "3", "--", *QUESTION.split()],
        ["Show", "me", "how", "long", "the", "reading", "room", "is?"],
    ],
    ids=" ".join,
)
def test_a_question_needs_no_command(town: Commands, arguments: list[str]) -> None:
    """One that is quoted or has a question mark is answered as by ``qa ask``, with its options."""
    outcome = town(*arguments)

    assert (0, "") == (outcome.code, outcome.err)
    assert outcome == town("ask", *arguments)


def test_options_of_ask_work_without_it(town: Commands) -> None:
    """Those that only ``qa ask`` has too, before or after the question."""
    assert 0 == town("--json", QUESTION).json["index"]["generation"] - 1
    for arguments in (["--continue", "And how wide is it?"], ["And how wide is it?", "--continue"]):
        assert town(QUESTION).code == 0
        assert "Understood as: " in town(*arguments).err


def test_a_question_may_begin_with_a_dash(town: Commands) -> None:
    """After ``--``, nothing is an option."""
    assert "-k of what?" == town("--json", "--", "-k of what?").json["question"]


def test_a_question_is_read_from_standard_input(town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """``qa -`` is ``qa ask -``."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(QUESTION.encode())))

    assert QUESTION == town("-", "--json").json["question"]


@pytest.mark.parametrize("name", ["", *dict(all_commands())])
def test_help_fits_into_80_columns(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command and option has one line, which is not cut; ``qa help`` prints the same."""
    help_ = Commands(capsys)(*name.split(), "--help")
    command = dict(all_commands())[name] if name else cli
    context = click.Context(command, help_option_names=["-h", "--help"])
    options = [parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option)]
    rows = [option.get_help_record(context) for option in options]
    if isinstance(command, click.Group):
        rows += [(name, command.short_help or "") for name, command in command.commands.items()]

    assert help_ == Commands(capsys)("help", *name.split())
    lines = help_.out.splitlines()
    assert max(map(len, lines)) <= WIDTH
    for row in filter(None, rows):
        assert 1 == sum(" ".join(line.split()) == " ".join(row) for line in lines)


def test_commands_are_listed_in_the_order_of_their_use(capsys: pytest.CaptureFixture[str]) -> None:
    """Before the options."""
    names = ["ask", "search", "show", "add", "news", "watch", "index", "status", "tui", "doctor", "trust", "eval"]
    names += ["completion", "help"]
    words = Commands(capsys)("--help").out.split("Options:")[0].split("Commands:")[1].split("\n  ")

    assert names == [word.split(" ")[0] for word in words[1:]] == [*cli.commands]


def test_defaults_in_the_help_are_those_of_the_settings() -> None:
    """Where there is one besides false."""
    options = {parameter.name: parameter for parameter in cli.params if isinstance(parameter, click.Option)}
    defaults = {
        name: field.default for name, field in Settings.model_fields.items() if name in SHARED and field.default
    }

    assert {"top_k", "model", "min_confidence"} == defaults.keys()
    for name, default in defaults.items():
        assert f"(default: {default})" in (options[name].help or "")


def test_examples_in_the_help_are_right() -> None:
    """Each can be parsed; ``qa ask`` has one too."""
    commands = dict(all_commands())
    helpful = [command for command in [cli, *commands.values()] if isinstance(command, HelpfulCommand)]
    lines = [line for command in helpful for line in command.examples if line.startswith("qa ")]

    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line.split(" | ")[0].split(" < ")[0])[1:]
        name = next((name for name in (" ".join(words[:2]), words[0]) if name in commands), "")
        arguments = words[len(name.split()) :]
        if name != "eval":  # whose file is not there
            assert name == commands[name or "ask"].make_context(name, arguments, **cli.context_settings).info_name


CLOSED = [
    ["--help"],
    ["--version"],
    ["help", "ask"],
    ["completion", "zsh"],
    [QUESTION],
    ["ask", "Who won the chess final?"],
    ["ask", "Who won the chess final?", "--json"],
    ["search", "harbour"],
    ["search", "zyzzyva"],
    ["show", "tram-line.txt"],
    ["show", "nowhere.txt"],
    ["add", "no address"],
    ["news", "--since", "1990"],
    ["watch", "list"],
    ["watch", "run"],
    ["watch", "remove", "1"],
    ["index"],
    ["status"],
    ["doctor"],
    ["trust"],
    ["eval", "questions.jsonl", "--min-f1", "1"],
    ["tui"],
    ["statsu"],
]


def test_an_exit_code_survives_a_closed_pipe(
    copied_town: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of every command is the same if nobody reads what it prints, as in ``qa ask QUESTION | head -1``."""
    monkeypatch.chdir(tmp_path)
    known = {"question": QUESTION, "answer": "one metre"}
    (tmp_path / "questions.jsonl").write_text(json.dumps(known), encoding="utf-8")
    assert cli.commands.keys() <= {word for arguments in CLOSED for word in arguments} | {"help"}

    codes = [copied_town(*arguments).code for arguments in CLOSED]

    assert {0, 1, 2} == {*codes}
    assert codes == [_code_unread([*copied_town.path_options, *arguments]) for arguments in CLOSED]


def _code_unread(arguments: list[str]) -> int:
    """Run ``qa`` with stdout and stderr that nobody reads, and return its exit code."""
    read, write = os.pipe()
    os.close(read)
    unread = os.fdopen(write, "w", encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", unread)
        patch.setattr(sys, "stderr", unread)
        code = run(arguments)
    with suppress(BrokenPipeError):
        unread.close()
    return code
