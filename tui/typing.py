"""Where keys go: whatever can be typed belongs to the question field, unless a text field has the focus."""

from __future__ import annotations

from typing import Any

from textual import events
from textual.app import App
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input


class TakesTyping:
    """A screen that takes what is typed itself, wherever the focus is."""


def is_for_question(app: App[None], event: events.Event, line: Widget) -> bool:
    """Whether ``event`` is typed or pasted text for the question field ``line``, which has not the focus."""
    if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded or isinstance(app.screen, TakesTyping):
        return False
    if app.focused is line or isinstance(app.focused, Input):
        return False
    if isinstance(event, events.Paste):
        return True
    return is_typed(event, app.screen)


def is_typed(event: events.Key, screen: Screen[Any]) -> bool:
    """Whether a key that no text field takes is text.

    A key that the screen binds keeps its meaning there, and a space scrolls and selects.
    """
    return event.is_printable and event.key != "space" and event.key not in screen.active_bindings
