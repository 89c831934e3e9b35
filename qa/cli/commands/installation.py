"""The commands about the installation: doctor, and trust."""

from __future__ import annotations

import functools
from pathlib import Path

import click

from qa.cli.options import Options, accepts
from qa.cli.usage_errors import Command
from qa.errors import ExitCode


@click.command(cls=Command)
@accepts("corpus", "index", "follow_links", "model", "llm", "as_json")
def doctor(options: Options) -> int:
    """Check the installation and the index; suggest fixes."""
    from qa.cli.doctor import examine, print_findings

    findings = examine(functools.partial(options.settings, may_ask=False))
    print_findings(findings, options.as_json)
    return ExitCode.ANSWERED if all(finding.ok for finding in findings) else ExitCode.FAILURE


@click.command(cls=Command)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[DIR]")
@click.option("--revoke", is_flag=True, help="Forget the consent given earlier.")
@accepts("as_json")
def trust(options: Options, folder: Path, revoke: bool) -> None:
    """Consent to what the qa.toml in DIR asks for.

    It needs your consent to name a language model or its server, another embedding model, or folders outside its own,
    and to follow links out of the corpus; and again if it changes any of these.
    """
    from qa.cli.trust import change

    change(folder, revoke, options.as_json)
