"""What an answer rests on, as the list beside it shows it: its citations, or the nearest passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

import qa
from tui.safe import safe

NEAREST = 3
"""Passages shown where there is no answer, as qa ask does."""
_LONGEST_QUOTE = 300
"""Characters of a quote in the list; the article shows all of it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place in an article that can be opened."""

    number: int
    """The number it is shown with."""
    file: str
    """Path relative to the corpus."""
    title: str
    """Title of the article."""
    published: date | None
    """Day of publication, if known."""
    line: int
    """Line of its first character."""
    start: int
    """First character in the file's text."""
    end: int
    """One past the last character."""
    quote: str
    """The characters themselves."""
    stale: bool = False
    """Whether they no longer stand there."""

    @property
    def place(self) -> str:
        """File and line, as an editor takes them."""
        return f"{safe(self.file)}:{self.line}"

    @property
    def day(self) -> str:
        """The day of publication as it follows a title; empty if unknown."""
        return f" · {self.published.isoformat()}" if self.published else ""

    @classmethod
    def of_passage(cls, one: qa.Passage) -> Source:
        """Return a passage, by its rank."""
        return cls(one.rank, one.file, one.title, one.published, one.line_start, one.start, one.end, one.text)

    @classmethod
    def of_article(cls, article: qa.Article) -> Source:
        """Return the beginning of an article, nothing of it cited."""
        return cls(0, article.path, article.title, article.published, 1, 0, 0, "")


def sources_of(answer: qa.Answer) -> list[Source]:
    """Return the citations of an answer, or the nearest passages of a refusal, numbered as qa ask does."""
    if answer.answered:
        return [
            Source(
                one.number, one.file, one.title, one.published, one.line_start, one.start, one.end, one.quote, one.stale
            )
            for one in answer.citations
        ]
    return [Source.of_passage(one) for one in answer.passages[:NEAREST]]


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
