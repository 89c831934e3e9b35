"""The options that several commands share, and how a command reads them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import qa
from qa.cli.completion import Completer, articles, authors, folders, outlets, tags
from qa.cli.trust import with_consent
from qa.cli.usage_errors import not_accepted

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.datatypes import Filter
    from qa.settings import Settings


def _repeatable(flag: str, name: str, metavar: str, text: str, complete: Completer) -> Callable[..., Any]:
    """Return an option that may be given several times; its value is None if it is not given."""
    return click.option(
        flag,
        name,
        metavar=metavar,
        multiple=True,
        callback=lambda context, parameter, values: values or None,
        shell_complete=complete,
        help=text,
    )


FILTERS: dict[str, Callable[..., Any]] = {
    "since": click.option("--since", metavar="DATE", help="Only articles since DATE: 2024-03-01, yesterday, ..."),
    "until": click.option("--until", metavar="DATE", help="Only articles until DATE."),
    "on": click.option("--on", metavar="DATE", help='Only articles of a day or period, such as "March 2024".'),
    "sources": _repeatable("--source", "sources", "NAME", "Only articles from this outlet; a part is enough.", outlets),
    "authors": _repeatable("--author", "authors", "NAME", "Only articles by this author; a part is enough.", authors),
    "tags": _repeatable("--tag", "tags", "TAG", "Only articles with this tag.", tags),
    "paths": _repeatable("--path", "paths", "GLOB", "Only articles at these paths, such as 'notes/*.md'.", articles),
}
"""The shared options that choose articles, by the name of the parameter of ``parse_filter``."""

SHARED: dict[str, Callable[..., Any]] = {
    "corpus": click.option(
        "--corpus",
        type=click.Path(path_type=Path),
        metavar="DIR",
        shell_complete=folders,
        help="Folder of the articles (default: from qa.toml).",
    ),
    "index": click.option(
        "--index",
        type=click.Path(),  # as text: a path would lose a slash of an address
        metavar="DIR",
        shell_complete=folders,
        help="Folder of the index (default: user data), or URL.",
    ),
    "vectors": click.option("--vectors", metavar="ADDRESS", help="Chroma server of an index in PostgreSQL."),
    "follow_links": click.option(
        "--follow-links", is_flag=True, default=None, help="Follow links that lead out of the corpus."
    ),
    "top_k": click.option(
        "-k", "--top-k", type=int, metavar="N", help="Passages to retrieve, 1 to 1000 (default: 10)."
    ),
    "model": click.option("--model", metavar="NAME", help="Embedding model (default: all-MiniLM-L6-v2)."),
    "min_confidence": click.option(
        "--min-confidence", type=float, metavar="P", help="Refuse below confidence P, 0 to 1 (default: 0.3)."
    ),
    "llm": click.option("--llm", metavar="MODEL", help="Language model, as PROVIDER/NAME (default: none)."),
    **FILTERS,
    "as_json": click.option(
        "--json", "as_json", is_flag=True, default=None, help="Print the result as one JSON object."
    ),
    "no_refresh": click.option(
        "--no-refresh", is_flag=True, default=None, help="Use the index as it is, without updating it."
    ),
    "explain": click.option(
        "--explain", is_flag=True, default=None, help="Also show scores and the reason for the answer."
    ),
}
"""Every shared option by the name of its parameter, in the order of the help."""

SETTINGS = ("corpus", "index", "vectors", "follow_links", "top_k", "model", "min_confidence", "llm")
"""The shared options that set a setting; before a command, each is the setting of whatever follows."""


class Options:
    """The shared options, from before and after the command; those after it take precedence."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self.as_json: bool = self._values.get("as_json", False)
        self.explain: bool = self._values.get("explain", False)

    def overrides(self) -> dict[str, Any]:
        """Return the settings that options set."""
        settings = {name: self._values[name] for name in SETTINGS if name in self._values}
        return settings | ({"refresh": False} if self._values.get("no_refresh") else {})

    def filter(self) -> Filter | None:
        """Return which articles the options choose; None without such an option.

        Raises:
            UsageError: a date cannot be understood.
        """
        given = {name: self._values[name] for name in FILTERS if name in self._values}
        if not given:
            return None
        from qa.filtering import parse_filter

        return parse_filter(**given)

    def settings(self, may_ask: bool = True, **further: Any) -> Settings:
        """Return the settings in effect, with these further ones instead of what options set.

        If ``qa.toml`` needs the user's consent, ask for it first on a terminal.
        """
        from qa.settings import load_settings

        return with_consent(lambda: load_settings(**self.overrides() | further), may_ask and not self.as_json)

    def open(self, **settings: Any) -> Assistant:
        """Open the assistant with these further settings, and update its index unless that is turned off."""
        from qa.cli.progress import indexing_progress, notice

        settings |= self.overrides()

        def opened() -> Assistant:
            with indexing_progress() as progress:
                return qa.open(on_notice=notice, on_progress=progress, **settings)

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
            before: dict[str, Any] = context.obj or {}
            for flag in flags(context, [name for name in before if name not in names]):
                raise not_accepted(flag, context)
            after = {name: values.pop(name) for name in names}
            shared = before | {name: value for name, value in after.items() if value is not None}
            return command(Options(shared), **values)

        return with_shared(names)(merged)

    return decorate


def with_shared(names: Collection[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare shared options of a command."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for name in reversed([name for name in SHARED if name in names]):
            command = SHARED[name](command)
        return command

    return decorate


def flags(context: click.Context, names: Iterable[str]) -> list[str]:
    """Return which of these shared options stand before the command, except settings, as they are written."""
    group = context.find_root()
    options = {parameter.name: max(parameter.opts, key=len) for parameter in group.command.params}
    return [options[name] for name in names if name not in SETTINGS and group.params[name] is not None]
