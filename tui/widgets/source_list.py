"""The list of numbered sources beside an answer."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

import qa
from tui.safe import safe
from tui.sources import Source, sources_of

_QUOTE_LENGTH = 300
"""Characters of a quote in the list; the article screen shows all of it."""


_LOCATION_LENGTH = 44
"""Characters of a location that fit into a line of the list at 80 and at 120 columns."""


class SourceList(OptionList):
    """Lists the sources of the current answer."""

    @dataclass
    class Chosen(Message):
        """A source was chosen."""

        index: int
        """Its index in the list."""

    def show(self, answer: qa.Answer | None) -> None:
        """List the sources of ``answer``."""
        self.clear_options()
        sources = sources_of(answer) if answer else []
        self.add_options([Option(_description(source)) for source in sources])
        self.border_title = "Sources" if answer is None or answer.answered else "Nearest passages"
        if sources:
            self.highlighted = 0

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Report which source was chosen."""
        event.stop()
        self.post_message(self.Chosen(event.option_index))


def _description(source: Source) -> Content:
    warning = ("\nThe file no longer contains the quote, or cannot be read.", "$text-warning") if source.stale else ""
    return Content.assemble(
        (f"[{source.number}] ", "bold"),
        (safe(source.title), "bold"),
        source.day,
        "\n",
        (_shortened(source.location), "$text-muted underline"),
        "\n",
        safe(source.quote, _QUOTE_LENGTH),
        warning,
        "\n",
    )


def _shortened(location: str) -> str:
    """Return a location that fits into a line: the beginning of a long path, and its end with the line."""
    excess = len(location) - _LOCATION_LENGTH
    if excess <= 0:
        return location
    middle = _LOCATION_LENGTH // 2
    return f"{location[:middle]}…{location[middle + excess + 1 :]}"
