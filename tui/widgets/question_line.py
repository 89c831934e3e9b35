"""The question field; up and down recall earlier questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, getters
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widgets import Input

import qa
from qa.questions.filter_words import in_words
from qa.questions.limits import LONGEST_QUESTION
from tui.safe import safe
from tui.state import StatefulApp


class QuestionLine(Input):
    """An input field with a history; an unsent question is restored after browsing the history."""

    @dataclass
    class Left(Message):
        """The user goes down from an empty field, at the end of the history."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "earlier", "Previous question", show=False, id="line.earlier"),
        Binding("down", "later", "Next question", show=False, id="line.later"),
        Binding("pageup", "screen.scroll(-1)", "Scroll up", show=False, id="line.up"),
        Binding("pagedown", "screen.scroll(1)", "Scroll down", show=False, id="line.down"),
    ]

    app = getters.app(StatefulApp)

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(placeholder="Ask your articles a question", select_on_focus=False, id=id)
        self._history: list[str] = []
        self._index = 0
        self._draft = ""

    def on_mount(self) -> None:
        """Show the filter on the border; a click on it removes it."""
        self.watch(self.app, "chosen", self._show_filter)

    def _show_filter(self, chosen: qa.Filter) -> None:
        click = Style.from_meta({"@click": "app.remove_filter"})
        words = safe(in_words(chosen))
        self.border_subtitle = Content.assemble((words, "$text-accent"), Content.styled(" ✕", click)) if words else ""

    def remember(self, question: str) -> None:
        """Add a question to the history."""
        self._history.append(question)
        self._index = len(self._history)
        self._draft = ""

    def restore(self, draft: list[str]) -> None:
        """Put the last question that was typed back into the field; the others can be recalled."""
        texts = [text for text in draft if text]
        last = texts.pop() if texts and not self.value else ""
        for text in texts:
            self.remember(text)
        if last:
            self.value = last
            self.cursor_position = len(last)

    def compose_question(self, text: str) -> None:
        """Put ``text`` into the field, to be edited; what was in it can be recalled."""
        if self.value and self.value != text:
            self.remember(self.value)
        self.value = text
        self.cursor_position = len(text)

    def on_paste(self, event: events.Paste) -> None:
        """Join the pasted lines into one; ``Input`` would drop all but the first."""
        event.prevent_default()
        event.stop()
        pasted = " ".join(event.text.split())
        if len(self.value) + len(pasted) > LONGEST_QUESTION:
            self.app.notify(f"Not pasted: a question has at most {LONGEST_QUESTION:,} characters.", severity="warning")
        else:
            self.insert_text_at_cursor(pasted)

    def action_earlier(self) -> None:
        """Show the previous question."""
        if self._index == len(self._history):
            self._draft = self.value
        self._show(max(0, self._index - 1))

    def action_later(self) -> None:
        """Show the next question, or the unsent one; from an empty field, leave it for what stands on the screen."""
        if not self.value and self._index == len(self._history):
            self.post_message(self.Left())
        self._show(min(len(self._history), self._index + 1))

    def _show(self, index: int) -> None:
        self._index = index
        self.value = self._history[index] if index < len(self._history) else self._draft
        self.cursor_position = len(self.value)
