"""The sources of an answer: its citations, or the nearest passages of a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import qa
from tui.safe import safe

NEAREST = 3
"""Passages shown where there is no answer, as qa ask does."""


@dataclass(frozen=True, slots=True)
class Source:
    """A place in an article that can be opened."""

    number: int
    """The number it is shown with."""
    path: str
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
        return f"{safe(self.path)}:{self.line}"

    @property
    def day(self) -> str:
        """The day of publication as it follows a title; empty if unknown."""
        return f" · {self.published.isoformat()}" if self.published else ""

    @classmethod
    def of_passage(cls, one: qa.Passage) -> Source:
        """Return a passage, by its rank."""
        return cls(one.rank, one.path, one.title, one.published, one.line_start, one.start, one.end, one.text)

    @classmethod
    def of_article(cls, article: qa.ArticleStatus) -> Source:
        """Return the beginning of an article, nothing of it cited."""
        return cls(0, article.path, article.title, article.published, 1, 0, 0, "")


def sources_of(answer: qa.Answer) -> list[Source]:
    """Return the citations of an answer, or the nearest passages of a refusal, numbered as qa ask does."""
    if answer.answered:
        return [
            Source(
                one.number, one.path, one.title, one.published, one.line_start, one.start, one.end, one.quote, one.stale
            )
            for one in answer.citations
        ]
    return [Source.of_passage(one) for one in answer.passages[:NEAREST]]
