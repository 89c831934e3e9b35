"""The colours: a dark and a light theme in which every text stands out, and how dim text is drawn."""

from __future__ import annotations

from textual.theme import Theme

DIM = "$foreground-muted"
"""The style of what is read last. ``$text-muted`` would be drawn pure white or black in a ``Content``."""


def _theme(name: str, dark: bool, foreground: str, layers: tuple[str, str, str], **texts: str) -> Theme:
    """Return a theme; ``layers`` are background, surface and panel, ``texts`` the colours that texts may have."""
    background, surface, panel = layers
    variables = {f"text-{name}": colour for name, colour in texts.items()}
    others = {"foreground-muted": texts["muted"], "footer-key-foreground": texts["accent"]}
    return Theme(
        name,
        primary=texts["primary"],
        secondary=texts["primary"],
        accent=texts["accent"],
        success=texts["success"],
        warning=texts["warning"],
        error=texts["error"],
        foreground=foreground,
        background=background,
        surface=surface,
        panel=panel,
        dark=dark,
        variables=variables | others,
    )


DARK = _theme(
    "qa-dark",
    True,
    "#cfd3da",
    ("#15171c", "#1c1f26", "#242831"),
    primary="#8ab4f8",
    accent="#e8b964",
    success="#9be9a8",
    warning="#e8b964",
    error="#f4908a",
    muted="#98a0ac",
)
LIGHT = _theme(
    "qa-light",
    False,
    "#2b2f36",
    ("#fcfcfa", "#f2f2ef", "#e9e9e5"),
    primary="#0b4fb3",
    accent="#7d4a00",
    success="#0f6130",
    warning="#7d4a00",
    error="#a3201a",
    muted="#5f646d",
)
