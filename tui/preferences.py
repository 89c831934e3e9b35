"""The user's preferences that are saved between runs: the theme."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_config_path

from qa import private_files
from qa.private_files import DamagedFile

FILE = "tui.json"


def _path() -> Path:
    return user_config_path("qa") / FILE


def remembered_theme() -> str | None:
    """Return the theme that was chosen last, or None.

    Raises:
        DamagedFile: it is not known, since the file is damaged.
    """
    path = _path()
    with suppress(OSError):
        try:
            theme = json.loads(private_files.read(path))["theme"]
        except (ValueError, TypeError, LookupError, RecursionError):
            theme = None
        if isinstance(theme, str):
            return theme
        raise DamagedFile(path, private_files.set_aside(path))
    return None


def remember_theme(theme: str) -> None:
    """Save the theme for the next run; if that fails, the default theme is used then."""
    with suppress(OSError):
        private_files.write(_path(), json.dumps({"theme": theme}).encode())
