"""Every text on every screen stands out from its background, in both themes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.screen import Screen

from tests.helpers.scenes import FURTHER_SCREENS, SCREENS, app_over
from tui.themes import DARK, LIGHT

TEXT, DIM_TEXT = 4.5, 3.0
"""The contrasts that WCAG 2.1 asks of texts, and of what is large or of less importance."""


def luminance(color: Color) -> float:
    """Return the relative luminance of a colour, by WCAG 2.1."""
    parts = (value / 255 for value in (color.r, color.g, color.b))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(style: Style) -> float:
    """Return the contrast of a text with its background, 1 to 21."""
    assert style.color is not None
    assert style.bgcolor is not None
    light, dark = sorted(
        (luminance(Color.from_rich_color(each)) for each in (style.color, style.bgcolor)), reverse=True
    )
    return (light + 0.05) / (dark + 0.05)


def texts(screen: Screen[object]) -> Iterator[Segment]:
    """Yield what is written on the screen, without borders, rules, scrollbars and spaces."""
    for strip in screen._compositor.render_strips():
        for segment in strip:
            if any(character.isalnum() for character in segment.text):
                yield segment


@pytest.mark.parametrize("screen", SCREENS | FURTHER_SCREENS)
async def test_every_text_has_contrast(tmp_path: Path, screen: str) -> None:
    """Dim text less than the others, which keeps apart what is read first and last."""
    app = app_over(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await (SCREENS | FURTHER_SCREENS)[screen](pilot)
        for theme in (DARK, LIGHT):
            app.theme = theme.name
            await pilot.pause()
            dim = Color.parse(theme.variables["foreground-muted"])
            for segment in texts(app.screen):
                style = segment.style
                assert style is not None
                assert style.color is not None
                is_dim = Color.from_rich_color(style.color) == dim or style.dim
                assert contrast(style) >= (DIM_TEXT if is_dim else TEXT), (theme.name, segment.text, style)
