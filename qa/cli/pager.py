"""A pager for text that is longer than the terminal: that of ``PAGER``, or else less."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePath
from typing import TextIO, cast

import click

from qa.cli.output import on_terminal
from qa.cli.streams import SafeStream
from qa.text.sanitizing import single_line

_LESS = "less"
_LESS_OPTIONS = {"LESS": "FRX"}
"""Quit if the text fits, show our styles only, and leave the text on the screen; git's choice."""
_LINES_ABOVE = 3
"""Lines shown above the first marked one."""


def print_paged(text: str, marked: int, is_allowed: bool) -> None:
    """Print a text, in a pager if stdout is a terminal with fewer lines.

    Args:
        text: the text, wrapped to the width of the terminal.
        marked: its line that must be in view, counting from 1.
        is_allowed: whether a pager may be used.
    """
    fits = text.count("\n") < shutil.get_terminal_size().lines
    command = [] if fits or not is_allowed or not on_terminal() else _command(marked)
    if not command or not _page(command, text):
        click.echo(text, nl=False)


def _command(marked: int) -> list[str]:
    """Return the pager and its arguments; nothing if there is none, or if it would change nothing."""
    try:
        words = shlex.split(os.environ.get("PAGER", _LESS))
    except ValueError:  # a quotation mark without the other
        return []
    program = PurePath(words[0]).name if words else "cat"
    if program == "cat" or shutil.which(words[0]) is None:
        return []
    return [*words, "-R", f"+{max(1, marked - _LINES_ABOVE)}"] if program == _LESS else words


def _page(command: list[str], text: str) -> bool:
    """Write a text to a pager and wait until it is left; return whether it could be started."""
    try:
        pager = subprocess.Popen(
            command, stdin=subprocess.PIPE, text=True, encoding="utf-8", env=_LESS_OPTIONS | os.environ
        )
    except OSError as error:
        click.echo(single_line(f"{command[0]} cannot be started: {error.strerror}"), err=True)
        return False
    assert pager.stdin is not None
    sys.stdout.flush()
    with _interrupts_left_to_pager():
        stream = SafeStream(cast(TextIO, pager.stdin), is_essential=False)
        stream.write(text)
        stream.close()
        pager.wait()
    return True


@contextmanager
def _interrupts_left_to_pager() -> Iterator[None]:
    """Ignore Ctrl+C meanwhile, which reaches the pager as well: it must not be left alone with the terminal."""
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, former)
