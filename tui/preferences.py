"""The user's preferences that are saved between runs: the theme."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from platformdirs import user_config_path

FILE = "tui.json"


def _path() -> Path:
    return user_config_path("qa") / FILE


def remembered_theme() -> str | None:
    """Return the theme that was chosen last, or None."""
    with suppress(OSError, ValueError, AttributeError):
        theme = json.loads(_path().read_text(encoding="utf-8")).get("theme")
        return theme if isinstance(theme, str) else None
    return None


def remember_theme(theme: str) -> None:
    """Save the theme for the next run; if that fails, the default theme is used then."""
    with suppress(OSError):
        _path().parent.mkdir(parents=True, exist_ok=True)
        _path().write_text(json.dumps({"theme": theme}), encoding="utf-8")
