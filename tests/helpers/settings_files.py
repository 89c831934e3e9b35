"""``qa.toml`` files in the current folder."""

from __future__ import annotations

from pathlib import Path

from qa.settings import consent_needed


def write_trusted(text: str) -> None:
    """Write ``qa.toml`` into the current folder, and consent to all that it says."""
    Path("qa.toml").write_text(text, encoding="utf-8")
    request = consent_needed(Path.cwd())
    assert request is not None
    request.grant()
