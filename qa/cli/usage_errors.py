"""Usage errors on the command line, each as one line that names the option or argument and says what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click

from qa.errors import UsageError

_EXPECTED = {click.INT.name: "a whole number", click.FLOAT.name: "a number"}
"""What a value must be, by the name of its type."""


class _Parser(click.Command):
    """Parses arguments and raises ``qa.UsageError`` instead of click's errors."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            raise _explain(error, ctx) from None


class Command(_Parser):
    """A command that reports the first argument it does not accept."""

    allow_extra_args = True
    """Without it, click reports them in its own words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse ``args``; none may remain."""
        remaining = super().parse_args(ctx, args)
        if remaining and not ctx.resilient_parsing:
            raise UsageError(f"unexpected argument '{remaining[0]}'", _help_hint(ctx))
        return remaining


class CommandGroup(_Parser, click.Group):
    """A group that suggests the command closest to an unknown name."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the name, command and arguments that ``args`` stand for."""
        name = args[0]
        if self.get_command(ctx, name) is None and not ctx.resilient_parsing:
            raise UsageError(f"unknown command '{name}'{_suggestion(name, self.commands)}", _help_hint(ctx))
        return super().resolve_command(ctx, args)


def _explain(error: click.UsageError, context: click.Context) -> UsageError:
    """Return click's ``error`` as one of ours; the parser of click 8.1 does not set its context."""
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        return UsageError(f"unknown option '{name}'{_suggestion(name, _long_options(context))}", _help_hint(context))
    if isinstance(error, click.BadOptionUsage):
        return _wrong_value_count(error.option_name, context)
    if isinstance(error, click.MissingParameter) and error.param:
        return UsageError(f"{error.param.human_readable_name} is missing", _usage(context))
    if isinstance(error, click.BadParameter) and error.param:
        expected = _EXPECTED.get(error.param.type.name)
        if expected:
            name = max(error.param.opts, key=len)
            return UsageError(f"{name} must be {expected}", "Correct it, or leave it out.")
        return UsageError(error.message.rstrip("."), _usage(context))
    return UsageError(error.format_message().rstrip("."), _help_hint(context))


def _wrong_value_count(name: str, context: click.Context) -> UsageError:
    """Return the error of an option without its value, or of a flag with one."""
    options = [parameter for parameter in context.command.params if isinstance(parameter, click.Option)]
    option = next((option for option in options if name in option.opts), None)
    if option is None or option.is_flag:
        return UsageError(f"{name} takes no value", f"Usage: {name}")
    return UsageError(f"{name} needs a value", f"Usage: {name} {option.metavar}")


def _suggestion(name: str, known: Iterable[str]) -> str:
    matches = get_close_matches(name, known, n=1)
    return f" (did you mean '{matches[0]}'?)" if matches else ""


def _long_options(context: click.Context) -> list[str]:
    options = [option for parameter in context.command.get_params(context) for option in parameter.opts]
    return [option for option in options if option.startswith("--")]


def _help_hint(context: click.Context) -> str:
    return f"Run: {context.command_path} --help"


def _usage(context: click.Context) -> str:
    arguments = [parameter for parameter in context.command.params if isinstance(parameter, click.Argument)]
    return " ".join(["Usage:", context.command_path, *(argument.human_readable_name for argument in arguments)])
