"""The command ``qa``, and its commands in the order of their use; each parses, calls the assistant, and prints."""

from __future__ import annotations

from typing import Any

import click

import qa
from qa.cli.commands.articles import add, index_, show, status
from qa.cli.commands.changes import news, watch
from qa.cli.commands.installation import completion, doctor, help_, trust
from qa.cli.commands.questions import ask, eval_, in_terminal, search, tui
from qa.cli.options import SHARED, flags, with_shared
from qa.cli.parsing import CommandGroup
from qa.errors import ExitCode, UsageError


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    examples=[
        'qa "Who is North Korea\'s defence minister?"',
        "qa search Kursk deployment",
        "qa show letter.txt:12",
        "qa help ask",
    ],
    epilog="Exit codes: 0 answered, 1 not in the corpus, 2 usage error, 3 no usable index or corpus, 4 other failure, "
    "130 interrupted.",
)
@with_shared(SHARED)
@click.version_option(qa.__version__, prog_name="qa", help="Print the version.")
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> int:
    """Answer questions from a folder of articles, with each statement cited to its exact source.

    Other defaults can be set in a qa.toml, or in variables such as QA_CORPUS.
    """
    context.obj = options
    if context.invoked_subcommand is not None:
        return ExitCode.ANSWERED
    for flag in flags(context, options):
        raise UsageError(f"{flag} needs a question or a command", f'For example: qa {flag} "Who visited Pyongyang?"')
    if in_terminal():
        code: int = context.invoke(tui)
        return code
    click.echo(context.get_help())
    return ExitCode.ANSWERED


for _command in (ask, search, show, add, news, watch, index_, status, tui, doctor, trust, eval_, completion, help_):
    cli.add_command(_command)
