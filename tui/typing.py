"""Where keys go: whatever can be typed belongs to the question field, unless a text field has the focus."""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.widget import Widget
from textual.widgets import Input


class TakesTyping:
    """A screen that takes what is typed itself, wherever the focus is."""


def is_for_question(app: App[None], event: events.Event, line: Widget) -> bool:
    """Whether ``event`` is typed or pasted text for the question field ``line``, which has not the focus.

    A key that the current screen binds keeps its meaning there, and a space scrolls and selects.
    """
    if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded or isinstance(app.screen, TakesTyping):
        return False
    if app.focused is line or isinstance(app.focused, Input):
        return False
    if isinstance(event, events.Paste):
        return True
    return event.is_printable and event.key != "space" and event.key not in app.screen.active_bindings
