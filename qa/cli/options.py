"""The options that several commands share, and how a command reads them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import qa
from qa.cli.trust import with_consent
from qa.errors import UsageError

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.settings import Settings

_SHARED: dict[str, Callable[..., Any]] = {
    "corpus": click.option(
        "--corpus", type=click.Path(path_type=Path), metavar="DIR", help="Folder that contains the articles."
    ),
    "index": click.option(
        "--index", type=click.Path(path_type=Path), metavar="DIR", help="Folder that contains the index."
    ),
    "follow_links": click.option(
        "--follow-links", is_flag=True, default=None, help="Follow links that lead outside the corpus."
    ),
    "top_k": click.option("-k", "--top-k", type=int, metavar="N", help="Number of passages to retrieve, 1 to 1000."),
    "model": click.option("--model", metavar="NAME", help="Embedding model: sentence-transformers name or path."),
    "min_confidence": click.option(
        "--min-confidence", type=float, metavar="P", help="Refuse to answer below this confidence, 0 to 1."
    ),
    "llm": click.option(
        "--llm", metavar="MODEL", help="Language model that writes the answer: PROVIDER/NAME, or none."
    ),
    "as_json": click.option(
        "--json", "as_json", is_flag=True, default=None, help="Print the result as one JSON object."
    ),
    "no_refresh": click.option(
        "--no-refresh", is_flag=True, default=None, help="Use the index as it is, without updating it first."
    ),
    "explain": click.option(
        "--explain", is_flag=True, default=None, help="Also show the scores and the reason for the answer."
    ),
}
"""Every shared option by the name of its parameter, in the order of the help."""

SETTINGS = ("corpus", "index", "follow_links", "top_k", "model", "min_confidence", "llm")
"""The shared options that set a setting; before a command, each is the setting of whatever follows."""


class Options:
    """The shared options, from before and after the command; those after it take precedence."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self.as_json: bool = self._values.get("as_json", False)
        self.refresh: bool = not self._values.get("no_refresh", False)
        self.explain: bool = self._values.get("explain", False)

    def overrides(self) -> dict[str, Any]:
        """Return the settings that options set."""
        return {name: self._values[name] for name in SETTINGS if name in self._values}

    def settings(self, may_ask: bool = True) -> Settings:
        """Return the settings in effect; if ``qa.toml`` needs the user's consent, ask for it first on a terminal."""
        from qa.settings import load_settings

        return with_consent(lambda: load_settings(**self.overrides()), may_ask and not self.as_json)

    def open(self, **settings: Any) -> Assistant:
        """Open the assistant with these further settings, and update its index unless ``--no-refresh`` is set."""
        from qa.cli.progress import indexing_progress, notice

        settings |= self.overrides()

        def opened() -> Assistant:
            with indexing_progress() as progress:
                return qa.open(refresh=self.refresh, on_notice=notice, on_progress=progress, **settings)

        return with_consent(opened, not self.as_json)


def accepts(*names: str) -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Let a command accept these shared options; its first argument is their values, merged with those before it.

    A setting before the command may be one that the command does not use, as a variable ``QA_*`` may be: an alias such
    as ``qa --corpus news`` works with every command. Any other option must be one of ``names``.
    """

    def decorate(command: Callable[..., int | None]) -> Callable[..., int | None]:
        @functools.wraps(command)
        @click.pass_context
        def merged(context: click.Context, /, **values: Any) -> int | None:
            after = {name: values.pop(name) for name in names}
            before = context.obj or {}
            for name, value in before.items():
                if value is not None and name not in (*SETTINGS, *names):
                    raise UsageError(_not_accepted(context, name), f"Run: {context.command_path} --help")
            return command(
                Options(before | {name: value for name, value in after.items() if value is not None}), **values
            )

        return with_shared(*names)(merged)

    return decorate


def with_shared(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare shared options of a command, all of them if none is named."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed([name for name in _SHARED if name in names or not names]):
            command = _SHARED[name](command)
        return command

    return decorate


def _not_accepted(context: click.Context, name: str) -> str:
    assert context.parent is not None, "a command is part of the group"
    option = next(parameter for parameter in context.parent.command.params if parameter.name == name)
    return f"{context.command_path} has no option '{max(option.opts, key=len)}'"
