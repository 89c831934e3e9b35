"""The line where questions are typed; up and down walk the earlier ones."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import Input


class QuestionLine(Input):
    """Takes questions. What was typed and not sent is still there after walking through the earlier ones."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier", "Earlier question", show=False, id="line.earlier"),
        Binding("down", "later", "Later question", show=False, id="line.later"),
        Binding("pageup", "screen.scroll(-1)", "Scroll up", show=False, id="line.up"),
        Binding("pagedown", "screen.scroll(1)", "Scroll down", show=False, id="line.down"),
    ]

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's own name for it
        super().__init__(placeholder="Ask your articles", id=id)
        self._asked: list[str] = []
        self._place = 0
        self._draft = ""

    def remember(self, question: str) -> None:
        """Add a question to those that up and down walk through."""
        self._asked.append(question)
        self._place = len(self._asked)
        self._draft = ""

    def on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted as one; the line alone would keep the first."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(event.text.split()))

    def action_earlier(self) -> None:
        """Show the question before."""
        if self._place == len(self._asked):
            self._draft = self.value
        self._show(max(0, self._place - 1))

    def action_later(self) -> None:
        """Show the question after, or what was being typed."""
        self._show(min(len(self._asked), self._place + 1))

    def _show(self, place: int) -> None:
        self._place = place
        self.value = self._asked[place] if place < len(self._asked) else self._draft
        self.cursor_position = len(self.value)
