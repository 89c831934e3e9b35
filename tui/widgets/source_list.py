"""The list of numbered sources beside an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

import qa
from qa.text.english import also_in
from tui.safe import safe
from tui.sources import Source, sources_of
from tui.state import StatefulApp
from tui.themes import DIM
from tui.widgets.columns import shortened, shortened_path

_PADDING = 2
"""Cells of a line of the list for the spaces beside the text."""


class SourceList(OptionList):
    """Lists the sources of the current answer: each in two lines, in one if the screen is narrow."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "select", "Read", id="sources.read")]

    @dataclass
    class Chosen(Message):
        """A source was chosen."""

        index: int
        """Its index in the list."""

    @dataclass
    class Changed(Message):
        """Another source is highlighted, or none."""

        source: Source | None
        """The source."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self.sources: list[Source] = []
        """The sources of the answer."""
        self._width = 0

    def show(self, answer: qa.Answer | None) -> None:
        """List the sources of ``answer``; if they are listed already, nothing changes."""
        sources = sources_of(answer) if answer else []
        if sources and sources == self.sources:
            return
        self.sources = sources
        self.border_title = "Sources" if answer is None or answer.answered else "Nearest passages"
        self._list(0)
        self.display = bool(self.sources)

    def on_resize(self, event: events.Resize) -> None:
        """Shorten the lines anew if the width has changed."""
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self._list(self.highlighted or 0)

    def watch_highlighted(self, highlighted: int | None) -> None:
        """Show which of how many sources is highlighted, and report it."""
        super().watch_highlighted(highlighted)
        source = None if highlighted is None else self.sources[highlighted]
        self.border_subtitle = "" if highlighted is None else f"{highlighted + 1} of {len(self.sources)}"
        self.post_message(self.Changed(source))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Report which source was chosen."""
        event.stop()
        self.post_message(self.Chosen(event.option_index))

    def _list(self, highlighted: int) -> None:
        width = max(self._width - _PADDING, 20)
        describe = _in_a_line if self.app.size.width < StatefulApp.wide_from else _in_two_lines
        self.set_options([Option(describe(source, width)) for source in self.sources])
        self.highlighted = min(highlighted, len(self.sources) - 1) if self.sources else None


def _in_two_lines(source: Source, width: int) -> Content:
    number = f"[{source.number}] "
    line = f"{source.position}{source.day}{also_in(len(source.also_in))}"
    location = shortened_path(safe(source.path), max(width - len(number) - len(line), 10)) + line
    return Content.assemble(
        (number, "bold"),
        shortened(safe(source.title), width - len(number)),
        "\n",
        (" " * len(number) + location + _warning(source), DIM),
    )


def _in_a_line(source: Source, width: int) -> Content:
    number = f"[{source.number}] "
    line = f"{source.position}{source.day}{also_in(len(source.also_in))}{_warning(source)}"
    title = shortened(safe(source.title), width - len(number) - len(line) - 1)
    return Content.assemble((number, "bold"), title, (f" {line}", DIM))


def _warning(source: Source) -> str:
    return " · no longer in the file" if source.stale else ""
