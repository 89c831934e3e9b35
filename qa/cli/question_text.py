"""The text of a question or query, from the command line or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import BinaryIO

from qa.cli.progress import notice
from qa.errors import UsageError
from qa.questions.limits import LONGEST_QUESTION, not_text, require_readable, too_long

MOST_BYTES = LONGEST_QUESTION * 4
"""Bytes of the longest question in UTF-8."""


def question_text(arguments: Sequence[str], name: str, hint: str) -> str:
    """Return the words of a question or query as one text, or standard input if they are ``-``.

    Raises:
        UsageError: it is empty, too long, or not text; of standard input, no more is read than a question may have.
    """
    text = _read_standard_input(name) if [*arguments] == ["-"] else " ".join(arguments)
    if not text.strip():
        raise UsageError(f"The {name} is empty", hint)
    require_readable(text.strip(), name)
    return text.strip()


def standard_input(name: str) -> BinaryIO:
    """Return standard input, from which the question or questions called ``name`` are read.

    Raises:
        UsageError: it is closed.
    """
    if sys.stdin is None:
        raise UsageError("Standard input is closed", f"Give the {name} as an argument.")
    return sys.stdin.buffer


def _read_standard_input(name: str) -> str:
    data = standard_input(name).read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise too_long(name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_text(name) from None
    lines = sum(bool(line.strip()) for line in text.splitlines())
    if lines > 1:
        hint = " For a question a line: qa ask --batch -" if name == "question" else ""
        notice(f"The {lines} lines of standard input are one {name}.{hint}")
    return text
