"""Making text from articles safe to show: it is data, never markup and never a terminal command."""

from __future__ import annotations

import re

_TERMINAL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]"
)
"""Escape sequences, control characters except tab and line feed, bidirectional controls, lone surrogates."""


def single_line(text: str) -> str:
    """Return ``text`` on one line, without anything that a terminal would interpret."""
    return " ".join(strip_controls(" ".join(text.split())).split())


def mask_controls(text: str) -> str:
    """Return ``text`` with a zero-width space for each character that ``strip_controls`` removes.

    Offsets stay the same.
    """
    return _TERMINAL.sub(lambda match: "\u200b" * len(match[0]), text)


def strip_controls(text: str) -> str:
    """Return ``text`` without anything that a terminal would interpret; line breaks and tabs stay."""
    return _TERMINAL.sub("", text)
