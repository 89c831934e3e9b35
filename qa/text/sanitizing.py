"""Making article text safe to display: it is data, never markup and never terminal commands."""

from __future__ import annotations

import re

_CONTROL = r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
"""A control character except tab and line feed, a bidirectional control, or a lone surrogate."""
_CONTROLS = re.compile(_CONTROL)
_TERMINAL = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[@-Z\\-_]?|" + _CONTROL,
)
"""An escape sequence, or a control character outside of one."""


def single_line(text: str) -> str:
    """Return ``text`` on one line, without anything a terminal would interpret."""
    return " ".join(strip_controls(" ".join(text.split())).split())


def mask_controls(text: str) -> str:
    """Return ``text`` with a zero-width space for each character that ``strip_controls`` removes.

    Offsets stay the same.
    """
    return _TERMINAL.sub(lambda match: "\u200b" * len(match[0]), text)


def disarm(text: str) -> str:
    """Return ``text`` without control characters; what is left of an escape sequence is plain text.

    Unlike ``strip_controls``, this never removes visible text, so it also suits a text of several parts: an escape
    sequence that one of them begins does not hide the next.
    """
    return _CONTROLS.sub("", text)


def strip_controls(text: str) -> str:
    """Return ``text`` without anything a terminal would interpret, except line breaks and tabs."""
    return _TERMINAL.sub("", text)
