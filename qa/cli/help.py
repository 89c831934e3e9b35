"""How the help of a command is laid out: usage, commands in the order of their use, options, examples, exit codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click


class HelpfulCommand(click.Command):
    """A command with examples in its help; the first sentence of its help is what lists say of it.

    Args:
        examples: command lines, without a prompt.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = examples
        self.short_help = " ".join((self.help or "").split("\n\n")[0].split())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and, below them, the examples."""
        super().format_options(ctx, formatter)
        self.format_examples(formatter)

    def format_examples(self, formatter: click.HelpFormatter) -> None:
        """Write the examples, each on a line of its own."""
        if self.examples:
            with formatter.section("Examples"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class HelpfulGroup(HelpfulCommand, click.Group):
    """A group whose commands come before its options, in the order in which they were added."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands, those used most first."""
        return [*self.commands]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, the options, and the examples."""
        self.format_commands(ctx, formatter)
        click.Command.format_options(self, ctx, formatter)
        self.format_examples(formatter)
