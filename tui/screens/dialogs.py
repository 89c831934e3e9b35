"""Small windows that ask something: whether to go on, or for a name."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, Static

from tui.safe import safe
from tui.themes import DIM
from tui.typing import TakesTyping


class ConfirmScreen(TakesTyping, ModalScreen[bool]):
    """Asks whether to do something; Escape, and Enter at first, leave everything as it is.

    Args:
        title: what it is about.
        question: what to answer.
        action: name of the button that does it.
        alternative: name of the button that leaves everything as it is.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(False)", "Close", id="confirm.close"),
        Binding("left,up", "app.focus_previous", "Previous button", show=False, id="confirm.previous"),
        Binding("right,down", "app.focus_next", "Next button", show=False, id="confirm.next"),
    ]

    def __init__(self, title: str, question: str, action: str, alternative: str) -> None:
        super().__init__()
        self._heading, self._question = title, question
        self._action, self._alternative = action, alternative

    def compose(self) -> ComposeResult:
        """Lay out the question and the buttons."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._heading
            yield Static(Content(safe(self._question)))
            with Horizontal():
                yield Button(self._alternative, id="alternative", compact=True)
                yield Button(self._action, id="action", compact=True)

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "action")


class NameScreen(ModalScreen[str | None]):
    """Asks for a name; returns None if it is to stay as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", id="name.close")]

    def __init__(self, title: str, name: str, hint: str) -> None:
        super().__init__()
        self._heading, self._current, self._hint = title, name, hint

    def compose(self) -> ComposeResult:
        """Lay out the field and the hint."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = self._heading
            yield Input(self._current, id="name")
            yield Static(Content.styled(self._hint, DIM))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value.strip())
