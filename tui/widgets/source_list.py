"""The numbered sources beside an answer."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

import qa
from tui.safe import safe
from tui.sources import Source, sources_of

_LONGEST_QUOTE = 300
"""Characters of a quote in the list; the article shows all of it."""


class SourceList(OptionList):
    """The numbered sources of the current answer."""

    @dataclass
    class Chosen(Message):
        """A source was chosen, by its place in the list."""

        place: int

    def show(self, answer: qa.Answer | None) -> None:
        """Show the sources of ``answer``."""
        self.clear_options()
        sources = sources_of(answer) if answer else []
        self.add_options([Option(_described(source)) for source in sources])
        self.border_title = "Sources" if answer is None or answer.answered else "Nearest passages"
        if sources:
            self.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Say which source was chosen."""
        event.stop()
        self.post_message(self.Chosen(event.option_index))


def _described(source: Source) -> Content:
    gone = ("\nThe file has changed: the quote is no longer there.", "$text-warning") if source.stale else ""
    return Content.assemble(
        (f"[{source.number}] ", "bold"),
        (safe(source.title), "bold"),
        source.day,
        "\n",
        (source.place, "$text-muted underline"),
        "\n",
        safe(source.quote, _LONGEST_QUOTE),
        gone,
        "\n",
    )
