"""The text field above a list; the keys that move in the list work while it has the focus."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input


class FilterField(Input):
    """Takes the words to look for; the screen moves the highlight of its list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Open", id="field.open"),
        Binding("up", "screen.list('move', -1)", "Up", show=False, id="field.up"),
        Binding("down", "screen.list('move', 1)", "Down", show=False, id="field.down"),
        Binding("pageup", "screen.list('move_page', -1)", "Page up", show=False, id="field.page_up"),
        Binding("pagedown", "screen.list('move_page', 1)", "Page down", show=False, id="field.page_down"),
        Binding("ctrl+home", "screen.list('move_to', 0)", "First", show=False, id="field.first"),
        Binding("ctrl+end", "screen.list('move_to', -1)", "Last", show=False, id="field.last"),
    ]
