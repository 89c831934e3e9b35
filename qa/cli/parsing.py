"""How a command line is read: a command with its options, or a question without a command."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import click

from qa.cli.help import HelpfulCommand, HelpfulGroup
from qa.cli.usage_errors import explain, nearest, unexpected_argument, unknown_command
from qa.errors import UsageError

_QUESTION_MARKS = frozenset("?？؟")
_ASK = "ask"


class _Parser(click.Command):
    """Parses arguments and raises ``qa.UsageError`` instead of click's errors."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise explain(error, ctx) from None


class Command(_Parser, HelpfulCommand):
    """A command that reports the first argument it does not accept."""

    allow_extra_args = True
    """Without it, click reports them in its own words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``; none may remain."""
        remaining = super().parse_args(ctx, args)
        if remaining and not ctx.resilient_parsing:
            raise unexpected_argument(remaining[0], ctx)
        return remaining


class Subcommands(_Parser, HelpfulGroup):
    """A command with commands of its own; it suggests the closest to an unknown name."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``; there must be a command among them."""
        if not args and not ctx.resilient_parsing:
            raise UsageError("COMMAND is missing", f"Usage: {ctx.command_path} {'|'.join(self.commands)}")
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name, command and arguments that ``args`` stand for."""
        if self.get_command(ctx, args[0]) is None and not ctx.resilient_parsing:
            raise unknown_command(args[0], (), ctx, self.commands)
        return super().resolve_command(ctx, args)


class CommandGroup(_Parser, HelpfulGroup):
    """A group that answers a question without a command, and suggests the command closest to an unknown name."""

    command_class = Command

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what ``qa`` can be called with."""
        formatter.write_usage(ctx.command_path, '[OPTIONS] "QUESTION"')
        formatter.write_usage(ctx.command_path, "[OPTIONS] COMMAND ...", prefix="       ")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``; a question, with any options before or after it, is one of ``qa ask``."""
        if not ctx.resilient_parsing and self._is_question(self._words(ctx, args)):
            args = [_ASK, *args]
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name, command and arguments that ``args`` stand for."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            raise unknown_command(name, self._words(ctx, args), ctx, self.commands)
        return super().resolve_command(ctx, args)

    def _words(self, context: click.Context, arguments: Sequence[str]) -> list[str]:
        """Return the arguments that are neither options of ``qa ask`` nor their values."""
        before, after = _split_at_dashes(arguments)
        for complete in (before, before[:-1]):  # the last option may lack its value
            with suppress(click.UsageError):
                words = self._positional(context, complete)
                return [*(word for word in words if word == "-" or not word.startswith("-")), *after]
        return [*after]

    def _positional(self, context: click.Context, arguments: Sequence[str]) -> Sequence[str]:
        """Return what ``qa ask`` would take for its question, and options that it does not know.

        Raises:
            click.UsageError: a value is missing, or a flag has one.
        """
        ask = self.commands[_ASK]
        parser = ask.make_parser(click.Context(ask, parent=context, ignore_unknown_options=True))
        values: dict[str, Any] = parser.parse_args([*arguments])[0]
        words = next(values[parameter.name] for parameter in ask.params if isinstance(parameter, click.Argument))
        return words if isinstance(words, (list, tuple)) else ()  # since 8.2, click has a mark for what is missing

    def _is_question(self, words: list[str]) -> bool:
        """Whether words are no command, but a question: what is quoted, has a question mark, or is to be read.

        A misspelt command with a question, such as ``qa aks "Who?"``, is none.
        """
        if not words or words[0] in self.commands:
            return False
        first, *rest = words
        if words == ["-"] or not first or _has_space(first) or _QUESTION_MARKS.intersection(first):
            return True
        is_misspelt_command = any(map(_has_space, rest)) and nearest(first, self.commands) is not None
        return any(map(_QUESTION_MARKS.intersection, rest)) and not is_misspelt_command


def _split_at_dashes(arguments: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the arguments before and after the first ``--``."""
    position = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:position], arguments[position + 1 :]


def _has_space(word: str) -> bool:
    return any(char.isspace() for char in word)
