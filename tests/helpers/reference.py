"""``python -m tests.helpers.reference``: regenerate the tables and the manual page in ``docs/`` from the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
from textual.binding import Binding
from textual.dom import DOMNode

from qa.cli.commands import cli
from qa.errors import ExitCode
from qa.settings import Settings
from tests.helpers.manual import EXIT_CODES, all_commands, manual
from tui.app import QAApp
from tui.keys import SCREENS

DOCS = Path(__file__).parent.parent.parent / "docs"
MANUAL = DOCS / "qa.1"
"""The manual page, which is part of the wheel."""


def main() -> None:
    """Regenerate all tables, and the manual page."""
    for file in sorted(DOCS.glob("*.md")):
        file.write_text(rewritten(file.read_text(encoding="utf-8")), encoding="utf-8")
    MANUAL.write_text(manual(), encoding="utf-8")


def rewritten(text: str) -> str:
    """Return a document with its tables regenerated from the code."""
    for name, lines in (
        ("settings", settings_table()),
        ("keys", keys_table()),
        ("exit codes", exit_codes_table()),
        ("commands", commands_help()),
    ):
        marks = re.search(rf"(<!-- {name}: .*? -->\n).*?(<!-- end of {name} -->)", text, re.DOTALL)
        if marks:
            text = text[: marks.end(1)] + "\n".join(lines) + "\n" + text[marks.start(2) :]
    return text


def settings_table() -> Iterator[str]:
    """Yield the table of all settings."""
    options = {parameter.name: parameter for parameter in [*cli.params, *cli.commands["ask"].params]}
    yield "| name in `qa.toml` | option | variable | default | meaning |"
    yield "| --- | --- | --- | --- | --- |"
    for name, field in Settings.model_fields.items():
        option = options.get(name)
        flags = ", ".join(f"`{flag}`" for flag in option.opts) if option else ""
        default = "" if field.default in (None, ...) or field.default_factory else f"`{_toml(field.default)}`"
        yield f"| `{name}` | {flags} | `QA_{name.upper()}` | {default} | {field.description} |"


def keys_table() -> Iterator[str]:
    """Yield the table of all key bindings."""
    yield "| action | keys | meaning |"
    yield "| --- | --- | --- |"
    owners: list[type[DOMNode]] = [QAApp, *SCREENS]
    for owner in owners:
        for binding in _bindings(owner):
            keys = " ".join(f"<kbd>{key}</kbd>" for key in binding.key.split(","))
            meaning = binding.tooltip or binding.description
            yield f"| `{binding.id}` | {keys} | {meaning} |"


def exit_codes_table() -> Iterator[str]:
    """Yield the table of all exit codes."""
    yield "| code | meaning |"
    yield "| --- | --- |"
    yield from (f"| {code.value} | {EXIT_CODES[code]} |" for code in ExitCode)


def commands_help() -> Iterator[str]:
    """Yield the help text of every command."""
    parent = click.Context(cli, info_name="qa", max_content_width=100, **cli.context_settings)
    for name, command in [("", cli), *all_commands()]:
        context = click.Context(command, info_name=name, parent=parent, max_content_width=100) if name else parent
        yield "```console"
        yield f"$ qa {name} --help".replace("  ", " ")
        yield from command.get_help(context).splitlines()
        yield "```"
        yield ""


def _toml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bindings(owner: type[DOMNode]) -> Iterator[Binding]:
    for binding in owner.__dict__["BINDINGS"]:
        if isinstance(binding, Binding) and binding.id:
            yield binding


if __name__ == "__main__":
    main()
