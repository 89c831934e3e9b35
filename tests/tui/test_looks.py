"""Snapshots of the text and styles of every screen, at two sizes, dark, light and without colour.

After an intended change, run ``pytest tests/tui/test_looks.py --snapshot-update`` and review the diff.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.style import Style
from syrupy.assertion import SnapshotAssertion
from textual.screen import Screen

from tests.helpers.scenes import SCREENS, app_over
from tui.themes import DARK, LIGHT

SIZES = ((80, 24), (120, 40))

LOOKS = [
    *(pytest.param(screen, "dark", size) for screen in SCREENS for size in SIZES),
    *(pytest.param(screen, "light", SIZES[1]) for screen in ("answer", "article", "library", "search")),
    *(pytest.param(screen, "no-colour", SIZES[0]) for screen in ("answer", "article", "library", "search")),
]


@pytest.mark.parametrize(("screen", "look", "size"), LOOKS)
async def test_looks(
    snapshot: SnapshotAssertion,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    screen: str,
    look: str,
    size: tuple[int, int],
) -> None:
    """Every screen matches its snapshot."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    if look == "no-colour":
        monkeypatch.setenv("NO_COLOR", "1")
    app = app_over(tmp_path)
    async with app.run_test(size=size) as pilot:
        app.theme = LIGHT.name if look == "light" else DARK.name
        await SCREENS[screen](pilot)
        await pilot.pause()

        assert rendering(app.screen) == snapshot


def rendering(screen: Screen[object]) -> str:
    """Return the screen as text, then the start column and style of each run in each row."""
    texts, styles = [], []
    for number, row in enumerate(screen._compositor.render_strips()):
        texts.append(row.text.rstrip())
        column, runs = 0, []
        for segment in row.simplify():
            runs.append(f"{column}:{_style_name(segment.style)}")
            column += segment.cell_length
        styles.append(f"{number}| {' '.join(runs)}")
    return "\n".join([*texts, "", *styles])


def _style_name(style: Style | None) -> str:
    if style is None:
        return "-"
    colours = (colour.name if colour else "" for colour in (style.color, style.bgcolor))
    attributes = [name for name in ("bold", "italic", "underline", "reverse", "dim") if getattr(style, name)]
    return "/".join([*colours, *attributes])
