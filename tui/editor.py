"""The command that opens an editor at a line; which editor, only the environment says."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

_LINE_IN_NAME = {"code", "codium", "cursor", "subl", "zed", "hx", "helix"}
"""Editors that take ``FILE:LINE``; all others take ``+LINE FILE``."""
_COMMON = ("vi", "nano")
"""Editors that most systems have."""


def editor_command(path: Path, line: int) -> list[str] | None:
    """Return the command that opens a line in ``$VISUAL``, ``$EDITOR``, vi or nano: the first that is installed.

    Returns:
        The command, or None if none of them is installed.
    """
    for editor in (os.environ.get("VISUAL", ""), os.environ.get("EDITOR", ""), *_COMMON):
        try:
            command = shlex.split(editor)
        except ValueError:  # unbalanced quotes
            continue
        if command and shutil.which(command[0]):
            return [*command, *_place(Path(command[0]).stem, path, line)]
    return None


def _place(name: str, path: Path, line: int) -> list[str]:
    if name in _LINE_IN_NAME:
        flags = ["--goto"] if name in ("code", "codium", "cursor") else []
        return [*flags, f"{path}:{line}"]
    return [f"+{line}", str(path)]
