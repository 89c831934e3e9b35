"""The sources of an answer: its citations, or the nearest passages of a refusal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import qa
from tui.safe import safe

if TYPE_CHECKING:
    from qa.datatypes import Offsets

NEAREST = 3
"""Number of passages shown with a refusal, the same as in ``qa ask``."""


@dataclass(frozen=True, slots=True)
class Source:
    """A stretch of an article that can be opened."""

    number: int
    """The number shown beside it."""
    path: str
    """Path relative to the corpus folder."""
    title: str
    """Title of the article."""
    published: date | None
    """Day of publication, if known."""
    line: int
    """Line of its first character."""
    start: int
    """Offset of its first character in the article."""
    end: int
    """Offset one past its last character."""
    quote: str
    """Its text."""
    stale: bool = False
    """Whether the article no longer contains it there."""
    matches: tuple[Offsets, ...] = ()
    """Start and end in the article of each word that a search found."""

    @property
    def location(self) -> str:
        """``FILE:LINE``, as editors accept it."""
        return f"{safe(self.path)}:{self.line}"

    @property
    def day(self) -> str:
        """The day of publication, formatted to follow a title; empty if unknown."""
        return f" · {self.published.isoformat()}" if self.published else ""

    @classmethod
    def of_passage(cls, passage: qa.Passage) -> Source:
        """Return a passage as a source, numbered by its rank."""
        return cls(
            passage.rank,
            passage.path,
            passage.title,
            passage.published,
            passage.line_start,
            passage.start,
            passage.end,
            passage.layout.text or passage.text,
        )

    @classmethod
    def of_match(cls, passage: qa.Passage, query: str) -> Source:
        """Return the place of a passage that matches a query best as a source, with all its matching words."""
        from qa.matches import best_place, matches_in_file  # takes 0.02 s, which must not delay the first frame

        start, end = best_place(passage, query)
        line = passage.line_start + passage.text.count("\n", 0, max(start - passage.start, 0))
        matches = tuple(matches_in_file(passage, query))
        return replace(cls.of_passage(passage), line=line, start=start, end=end, matches=matches)

    @classmethod
    def of_citation(cls, citation: qa.Citation) -> Source:
        """Return a citation as a source."""
        return cls(
            citation.number,
            citation.path,
            citation.title,
            citation.published,
            citation.line_start,
            citation.start,
            citation.end,
            citation.text or citation.quote,
            citation.stale,
        )

    @classmethod
    def of_article(cls, article: qa.ArticleStatus) -> Source:
        """Return the beginning of an article as a source; nothing in it is cited."""
        return cls(0, article.path, article.title, article.published, 1, 0, 0, "")


def sources_of(answer: qa.Answer) -> list[Source]:
    """Return the citations of an answer, or the nearest passages of a refusal, numbered as in ``qa ask``."""
    if answer.answered:
        return [Source.of_citation(citation) for citation in answer.citations]
    return [Source.of_passage(passage) for passage in answer.passages[:NEAREST]]
