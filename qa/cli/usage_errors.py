"""Usage errors on the command line, each as one line that names the option or argument and says what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from qa.errors import UsageError

_EXPECTED = {click.INT.name: "a whole number", click.FLOAT.name: "a number"}
"""What a value must be, by the name of its type."""
_SPECIAL_IN_QUOTES = frozenset('"\\$`!')
"""What some shell interprets between double quotes."""


def explain(error: click.UsageError, context: click.Context) -> UsageError:
    """Return click's ``error`` as one of ours; the parser of click 8.1 does not set its context."""
    if isinstance(error, click.NoSuchOption):
        return _unknown_option(error.option_name, context)
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
    return UsageError(error.format_message().rstrip("."), help_hint(context))


def unknown_command(name: str, words: Sequence[str], context: click.Context, known: Iterable[str]) -> UsageError:
    """Return the error of a first argument that is no command; ``words`` may be meant as a question."""
    question = " ".join(words).strip()
    hint = f"To ask, run: qa ask {_quoted(question)}" if question else help_hint(context)
    return UsageError(f"unknown command '{name}'{suggestion(name, known)}", hint)


def unexpected_argument(argument: str, context: click.Context) -> UsageError:
    """Return the error of an argument too many."""
    return UsageError(f"unexpected argument '{argument}'", help_hint(context))


def not_accepted(option: str, context: click.Context) -> UsageError:
    """Return the error of an option that another command has."""
    return UsageError(f"{context.info_name} has no option '{option}'", help_hint(context))


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return what a misspelt name may mean, in parentheses; empty if nothing is near."""
    match = nearest(name, known)
    return f" (did you mean '{match}'?)" if match else ""


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the name that a misspelt one may mean."""
    from difflib import get_close_matches  # 2 ms that only an error costs

    return next(iter(get_close_matches(name, known, n=1)), None)


def help_hint(context: click.Context) -> str:
    """Return how to see the help of a command."""
    return f"Run: {context.command_path} --help"


def _unknown_option(name: str, context: click.Context) -> UsageError:
    group = context.find_root().command
    assert isinstance(group, click.Group), "every command is part of the group"
    owners = [command.name for command in group.commands.values() if name in _options(command)]
    if context.command is group and owners:
        return UsageError(
            f"'{name}' is an option of qa {' and '.join(map(str, owners))}", "Write it after the command."
        )
    if owners:
        return not_accepted(name, context)
    long_options = [option for option in _options(context.command) if option.startswith("--")]
    return UsageError(f"unknown option '{name}'{suggestion(name, long_options)}", help_hint(context))


def _options(command: click.Command) -> list[str]:
    context = click.Context(command, help_option_names=["-h", "--help"])
    parameters = [parameter for parameter in command.get_params(context) if isinstance(parameter, click.Option)]
    return [option for parameter in parameters for option in parameter.opts]


def _wrong_value_count(name: str, context: click.Context) -> UsageError:
    """Return the error of an option without its value, or of a flag with one."""
    options = [parameter for parameter in context.command.params if isinstance(parameter, click.Option)]
    option = next((option for option in options if name in option.opts), None)
    if option is None or option.is_flag:
        return UsageError(f"{name} takes no value", f"Usage: {name}")
    return UsageError(f"{name} needs a value", f"Usage: {name} {option.metavar}")


def _usage(context: click.Context) -> str:
    arguments = [parameter for parameter in context.command.params if isinstance(parameter, click.Argument)]
    return " ".join(["Usage:", context.command_path, *(argument.human_readable_name for argument in arguments)])


def _quoted(text: str) -> str:
    """Return ``text`` as one argument; in double quotes, as any system's shell understands them, if they do."""
    import shlex

    return shlex.quote(text) if _SPECIAL_IN_QUOTES.intersection(text) else f'"{text}"'
