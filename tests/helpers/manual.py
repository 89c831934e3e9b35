"""The manual page ``qa.1``, made from the commands, the settings and the exit codes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator

import click
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import qa
from qa.cli.commands import cli
from qa.cli.help import HelpfulCommand
from qa.cli.options import SHARED
from qa.errors import ExitCode
from qa.settings import Settings

EXIT_CODES = {
    ExitCode.ANSWERED: "answered, or done",
    ExitCode.NOT_IN_CORPUS: "the corpus does not answer the question",
    ExitCode.USAGE: "usage error",
    ExitCode.NO_INDEX: "no usable index or corpus",
    ExitCode.FAILURE: "any other failure",
    ExitCode.INTERRUPTED: "interrupted",
}
"""What each exit code means."""
_ESCAPES = {"\\": r"\e", "-": r"\-", "'": r"\(aq", '"': r"\(dq", "^": r"\(ha", "~": r"\(ti", "`": r"\(ga"}
"""Characters that roff would interpret, or typeset as another one."""


def manual() -> str:
    """Return the page in roff."""
    return "\n".join(_lines()) + "\n"


def all_commands(group: click.Group = cli, prefix: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its name, such as ``ask`` or ``watch add``, those of a command after it."""
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from all_commands(command, f"{prefix}{name} ")


def _lines() -> Iterator[str]:
    context = click.Context(cli, info_name="qa", **cli.context_settings)
    summary, *paragraphs = _paragraphs(cli)
    yield f'.TH QA 1 "" "qa {_roff(qa.__version__)}" "User Commands"'
    yield from (".nh", ".ad l", ".SH NAME")  # what is to be typed is not hyphenated, and no wider than it is
    yield from _prose(f"qa - {summary[0].lower()}{summary[1:].rstrip('.')}")
    yield ".SH SYNOPSIS"
    yield from (".B qa", r"[\fIOPTIONS\fR] \(dq\fIQUESTION\fR\(dq", ".br")
    yield from (".B qa", r"[\fIOPTIONS\fR] \fICOMMAND\fR ...", ".br", ".B qa")
    yield ".SH DESCRIPTION"
    yield from _prose("Without arguments, qa opens its terminal UI. A question has a question mark, or is quoted.")
    yield from _text(paragraphs)
    yield ".SH COMMANDS"
    for name, command in all_commands():
        yield from _command(name, command, context)
    yield ".SH OPTIONS"
    yield from _prose("They may stand before or after the command; each command takes those that it uses.")
    yield from _options(cli.get_params(context), context)
    yield from _surroundings()
    lines = [line for command in (cli, *(command for _, command in all_commands())) for line in _examples(command)]
    yield from (".SH EXAMPLES", ".nf", *map(_roff, dict.fromkeys(lines)), ".fi")


def _surroundings() -> Iterator[str]:
    yield ".SH ENVIRONMENT"
    yield from _prose("Each setting of qa.toml can be a variable, and most can be an option.")
    for name, field in Settings.model_fields.items():
        yield from _item(
            rf"\fB{_roff(f'QA_{name.upper()}')}\fR", f"{_sentence(field.description or '')}{_default(field)}."
        )
    yield from _item(r"\fBNO_COLOR\fR", "If it is set, nothing is styled.")
    yield ".SH FILES"
    yield from _item(
        r"\fBqa.toml\fR", "Settings, in the current folder or one above it. Options and variables prevail."
    )
    yield ".SH EXIT STATUS"
    for code in ExitCode:
        yield from _item(rf"\fB{code.value}\fR", f"{_sentence(EXIT_CODES[code])}.")


def _command(name: str, command: click.Command, context: click.Context) -> Iterator[str]:
    pieces = " ".join(command.collect_usage_pieces(click.Context(command, context)))
    yield f".SS qa {_roff(f'{name} {pieces}')}"
    summary, *paragraphs = _paragraphs(command)
    yield from _prose(summary)
    yield from _text(paragraphs)
    yield from _options([parameter for parameter in command.params if parameter.name not in SHARED], context)
    shared = [parameter.opts[-1] for parameter in command.params if parameter.name in SHARED]
    if shared:
        yield from (".PP", *_prose(f"Also takes {', '.join(shared)}."))


def _options(parameters: Iterable[click.Parameter], context: click.Context) -> Iterator[str]:
    for parameter in parameters:
        record = parameter.get_help_record(context)
        if record and isinstance(parameter, click.Option):
            yield from _item(re.sub(r"((?:\\-){1,2}[a-z][a-z\\-]*)", r"\\fB\1\\fR", _roff(record[0])), record[1])


def _paragraphs(command: click.Command) -> list[str]:
    return [" ".join(paragraph.split()) for paragraph in (command.help or "").split("\n\n")]


def _examples(command: click.Command) -> Iterable[str]:
    return command.examples if isinstance(command, HelpfulCommand) else ()


def _text(paragraphs: Iterable[str]) -> Iterator[str]:
    for paragraph in paragraphs:
        yield from (".PP", *_prose(paragraph))


def _item(term: str, text: str) -> Iterator[str]:
    yield from (".TP", term, *_prose(text))


def _prose(text: str) -> Iterator[str]:
    """Yield a text in which roff interprets nothing, in lines as short as its manual recommends."""
    for line in textwrap.wrap(_roff(text), 80, break_long_words=False, break_on_hyphens=False):
        yield rf"\&{line}" if line.startswith(".") else line


def _roff(text: str) -> str:
    return "".join(_ESCAPES.get(char, char) for char in text)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]


def _default(field: FieldInfo) -> str:
    return (
        ""
        if field.default in (None, PydanticUndefined)
        else f" (default: {str(field.default).lower() if isinstance(field.default, bool) else field.default})"
    )
