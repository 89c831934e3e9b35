"""Making article text safe to display: it is data, never markup and never terminal commands."""

from __future__ import annotations

import re

_TERMINAL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]"
)
"""Escape sequences, control characters except tab and line feed, bidirectional controls, lone surrogates."""


def single_line(text: str) -> str:
    """Return ``text`` on one line, without anything a terminal would interpret."""
    return " ".join(strip_controls(" ".join(text.split())).split())


def mask_controls(text: str) -> str:
    """Return ``text`` with a zero-width space for each character that ``strip_controls`` removes.

    Offsets stay the same.
    """
    return _TERMINAL.sub(lambda match: "\u200b" * len(match[0]), text)


def strip_controls(text: str) -> str:
    """Return ``text`` without anything a terminal would interpret, except line breaks and tabs."""
    return _TERMINAL.sub("", text)
