"""The text of a question or query, from the command line or from standard input."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from qa.errors import UsageError
from qa.questions.limits import LONGEST_QUESTION, not_text, require_readable, too_long

_MOST_BYTES = 4
"""Bytes of a character in UTF-8."""


def question_text(arguments: Sequence[str], name: str, hint: str) -> str:
    """Return the words of a question or query as one text, or standard input if they are ``-``.

    Raises:
        UsageError: it is empty, too long, or not text; of standard input, no more is read than a question may have.
    """
    text = _standard_input(name) if [*arguments] == ["-"] else " ".join(arguments)
    if not text.strip():
        raise UsageError(f"The {name} is empty", hint)
    require_readable(text.strip(), name)
    return text.strip()


def _standard_input(name: str) -> str:
    most = LONGEST_QUESTION * _MOST_BYTES
    if sys.stdin is None:
        raise UsageError("Standard input is closed", f"Give the {name} as an argument.")
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise too_long(name)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_text(name) from None
