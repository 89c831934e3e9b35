"""Consent to what a ``qa.toml`` says: asked for on a terminal, or given with ``qa trust``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from qa.errors import UsageError
from qa.text.sanitizing import single_line

if TYPE_CHECKING:
    from qa.consent import Request

Result = TypeVar("Result")


def with_consent(function: Callable[[], Result], may_ask: bool) -> Result:
    """Return what ``function`` returns; if it needs consent to a ``qa.toml``, ask for it first on a terminal.

    Raises:
        ConsentNeeded: the user does not consent, or cannot be asked.
        QAError: as ``function``.
    """
    try:
        return function()
    except UsageError as error:
        from qa.consent import ConsentNeeded

        can_answer = may_ask and sys.stdin.isatty() and sys.stderr.isatty()
        if not isinstance(error, ConsentNeeded) or not can_answer or not _ask(error.request):
            raise
        error.request.grant()
    return function()


def change(folder: Path, revoke: bool, as_json: bool) -> None:
    """Record or revoke consent to the ``qa.toml`` that applies in a folder, and print what it says.

    Raises:
        UsageError: there is no such file, or it cannot be parsed.
        QAError: consent cannot be recorded.
    """
    from qa.cli.output import print_json
    from qa.settings import consent_needed

    request = consent_needed(folder.absolute())
    if request is None:
        raise UsageError(f"There is no qa.toml in {folder.absolute()} or above it", "Usage: qa trust [DIR]")
    if revoke:
        request.revoke()
    elif request.values:
        request.grant()
    if as_json:
        print_json({"file": str(request.file), "settings": dict(request.values), "trusted": request.is_granted})
    elif not request.values:
        click.echo(single_line(f"{request.file} sets nothing that needs consent"))
    else:
        state = "No longer trusted" if revoke else "Trusted"
        click.echo(single_line(f"{state}: {request.file} sets {request}"))


def _ask(request: Request) -> bool:
    """Show on stderr what a file sets, and return whether the user consents."""
    click.echo(single_line(f"{request.file} sets {request}"), err=True)
    question = "Such settings can read other folders, send passages to a server or download a model. Trust this file?"
    return click.confirm(question, default=False, err=True)
