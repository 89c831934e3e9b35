"""Text from articles made safe to show: it is data, never markup and never a terminal command."""

from __future__ import annotations

import re

_TERMINAL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\ud800-\udfff]"
)
"""Escape sequences, control characters but for tab and line feed, marks that turn the direction, half characters."""


def plain(text: str) -> str:
    """Return ``text`` on one line, without what a terminal would obey."""
    return " ".join(without_controls(" ".join(text.split())).split())


def masked(text: str) -> str:
    """Return ``text`` with a zero-width space for each character that ``without_controls`` takes away.

    Offsets stay as they are.
    """
    return _TERMINAL.sub(lambda found: "\u200b" * len(found[0]), text)


def without_controls(text: str) -> str:
    """Return ``text`` without what a terminal would obey; lines and tabs stay."""
    return _TERMINAL.sub("", text)
