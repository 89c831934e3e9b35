"""The command that opens the user's editor at a line, taken from the environment only."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

_LINE_IN_NAME = {"code", "codium", "cursor", "subl", "zed", "hx", "helix"}
"""Editors that take ``FILE:LINE``; all others take ``+LINE FILE``."""


def editor_command(path: Path, line: int) -> list[str] | None:
    """Return the command of ``$VISUAL`` or ``$EDITOR`` for this line, or None if neither is set."""
    editor = os.environ.get("VISUAL") or os.environ.get("EDITOR")
    try:
        command = shlex.split(editor or "")
    except ValueError:  # unbalanced quotes
        command = []
    if not command:
        return None
    name = Path(command[0]).stem
    if name in _LINE_IN_NAME:
        flags = ["--goto"] if name in ("code", "codium", "cursor") else []
        return [*command, *flags, f"{path}:{line}"]
    return [*command, f"+{line}", str(path)]
