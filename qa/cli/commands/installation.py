"""The commands about the installation and its use: doctor, trust, completion, and help."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import click

from qa.cli.completion import SHELLS, command_names, script
from qa.cli.options import Options, accepts
from qa.cli.parsing import Command
from qa.cli.usage_errors import unexpected_argument, unknown_command
from qa.errors import ExitCode, UsageError

_CONFIGURED = ""
"""The value of ``--llm`` without a value."""


@click.command(cls=Command)
@click.option(
    "--llm",
    "tried_llm",
    metavar="[MODEL]",
    is_flag=False,
    flag_value=_CONFIGURED,
    help="Also try the language model, or MODEL, with a prompt.",
)
@accepts("corpus", "index", "vectors", "follow_links", "model", "as_json")
def doctor(options: Options, tried_llm: str | None) -> int:
    """Check the installation and the index; suggest fixes."""
    from qa.cli.doctor import examine
    from qa.cli.findings import print_findings

    chosen = {"llm": tried_llm} if tried_llm else {}
    findings = examine(functools.partial(options.settings, may_ask=False, **chosen), tried_llm is not None)
    return ExitCode.ANSWERED if print_findings(findings, options.as_json) else ExitCode.FAILURE


@click.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[DIR]")
@click.option("--revoke", is_flag=True, help="Forget the consent given earlier.")
@accepts("as_json")
def trust(options: Options, folder: Path, revoke: bool) -> None:
    """Consent to what the qa.toml in DIR asks for.

    It needs your consent to name a language model or its server, servers of an index, another embedding model, or
    folders outside its own, and to follow links out of the corpus; and again if it changes any of these.
    """
    from qa.cli.trust import change

    change(folder, revoke, options.as_json)


@click.command(cls=Command, examples=['eval "$(qa completion bash)"', "qa completion fish | source"])
@click.argument("shell", type=click.Choice(SHELLS), required=False, metavar="[SHELL]")
@accepts()
def completion(options: Options, shell: str | None) -> None:
    """Print the script that completes commands in a shell.

    SHELL is bash, zsh or fish (default: that of the variable SHELL). Let your shell run the script when it starts: for
    bash in ~/.bashrc, for zsh in ~/.zshrc (after compinit), for fish in ~/.config/fish/config.fish.
    """
    name = shell or Path(os.environ.get("SHELL", "")).name
    if name not in SHELLS:
        raise UsageError("SHELL is missing", "Usage: qa completion bash, zsh or fish")
    click.echo(script(name, click.get_current_context().find_root().command), nl=False)


@click.command("help", cls=Command)
@click.argument("names", nargs=-1, metavar="[COMMAND]", shell_complete=command_names)
@accepts()
def help_(options: Options, names: tuple[str, ...]) -> None:
    """Print the help of qa, or that of a command."""
    context = click.get_current_context().find_root()
    for name in names:
        if not isinstance(context.command, click.Group):
            raise unexpected_argument(name, click.get_current_context())
        if name not in context.command.commands:
            raise unknown_command(name, [], context, context.command.commands)
        context = click.Context(context.command.commands[name], context, name)
    click.echo(context.get_help())
