"""The command that opens the user's editor at a line; it comes from the environment alone."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

_PLACE_IN_NAME = {"code", "codium", "cursor", "subl", "zed", "hx", "helix"}
"""Editors that want ``FILE:LINE``; all others know ``+LINE FILE``."""


def editor_command(path: Path, line: int) -> list[str] | None:
    """Return the command of ``$VISUAL`` or ``$EDITOR`` for this place, or None if neither names one."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    try:
        command = shlex.split(editor or "")
    except ValueError:  # a quote without its other half
        command = []
    if not command:
        return None
    name = Path(command[0]).stem
    if name in _PLACE_IN_NAME:
        flags = ["--goto"] if name in ("code", "codium", "cursor") else []
        return [*command, *flags, f"{path}:{line}"]
    return [*command, f"+{line}", str(path)]
