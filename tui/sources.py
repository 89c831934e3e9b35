"""The sources of an answer: its citations, or the nearest passages of a refusal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import qa
from tui.safe import safe

if TYPE_CHECKING:
    from qa.datatypes import Offsets

NEAREST = 3
"""Number of passages shown with a refusal, the same as in ``qa ask``."""
_CONTEXT = 60
"""Characters on each side of a quote that tell its occurrences apart."""


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
    """Whether the article no longer contained it when it was cited."""
    indexed: str = ""
    """Its characters in the file when it was cited."""
    before: str = ""
    """What stood before it, if known."""
    after: str = ""
    """What stood after it, if known."""
    locator: str = ""
    """Where a person finds it in a file that is not plain text, such as "page 3"; else empty."""
    matches: tuple[Offsets, ...] = ()
    """Start and end, in the article as it was indexed, of each word that a search found."""
    also_in: tuple[str, ...] = ()
    """Paths of near-identical articles that contain the quote."""

    def offsets_in(self, text: str) -> Offsets | None:
        """Return start and end of the quote in ``text``, the article as it is now; None if it is gone or empty."""
        from qa.grounding.location import find_quote  # takes 0.03 s, which must not delay the first frame

        return find_quote(text, self.indexed, self.start, self.before, self.after)

    @property
    def location(self) -> str:
        """``FILE:LINE``, as editors accept it, or the file and a place in it."""
        return f"{safe(self.path)}{self.position}"

    @property
    def position(self) -> str:
        """Its line or place, formatted to follow the path."""
        return f", {safe(self.locator)}" if self.locator else f":{self.line}"

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
            indexed=passage.text,
            locator=passage.locator,
        )

    @classmethod
    def of_match(cls, passage: qa.Passage, query: str) -> Source:
        """Return the place of a passage that matches a query best as a source, with all its matching words.

        If none of its words matches, that is its first line.
        """
        from qa.datatypes import locator_at
        from qa.matches import best_place, matches_in_file  # takes 0.02 s, which must not delay the first frame

        start, end = best_place(passage, query)
        if (start, end) == (passage.start, passage.end):
            end = start + len(passage.text.partition("\n")[0])
        line = passage.line_start + passage.text.count("\n", 0, max(start - passage.start, 0))
        matches = tuple(matches_in_file(passage, query))
        indexed = passage.text[start - passage.start : end - passage.start]
        source = cls.of_passage(passage)
        locator = locator_at(passage.layout.locators, start)
        return replace(source, line=line, start=start, end=end, indexed=indexed, locator=locator, matches=matches)

    @classmethod
    def of_citation(cls, citation: qa.Citation, passages: Iterable[qa.Passage] = ()) -> Source:
        """Return a citation as a source; ``passages`` of its answer say what stood around the quote."""
        before, after = next(filter(any, (_around(citation, passage) for passage in passages)), ("", ""))
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
            citation.quote,
            before,
            after,
            citation.locator,
            also_in=citation.also_in,
        )

    @classmethod
    def of_article(cls, article: qa.ArticleStatus) -> Source:
        """Return the beginning of an article as a source; nothing in it is cited."""
        return cls(0, article.path, article.title, article.published, 1, 0, 0, "")


def sources_of(answer: qa.Answer) -> list[Source]:
    """Return the citations of an answer, or the nearest passages of a refusal, numbered as in ``qa ask``."""
    if answer.answered:
        return [Source.of_citation(citation, answer.passages) for citation in answer.citations]
    question = answer.standalone_question or answer.question
    return [Source.of_match(passage, question) for passage in answer.passages[:NEAREST]]


@dataclass(frozen=True, slots=True)
class Located:
    """Where a source stands in its article now."""

    document: qa.Document | None
    """The article as it is now; None if it cannot be read."""
    offsets: Offsets | None
    """Start and end of the quote; None if it is gone, or nothing is cited."""
    line: int
    """The line that the quote begins in, or else began in when it was cited."""
    locator: str = ""
    """The page or other place of the quote in a file that is not plain text; else empty."""
    notice: str = ""
    """What the user should know, such as that the quote is gone; then ``source.indexed`` is what was cited."""

    @classmethod
    def in_document(cls, source: Source, document: qa.Document) -> Located:
        """Locate a source in its article."""
        from qa.datatypes import locator_at

        offsets = source.offsets_in(document.text)
        locator = locator_at(document.locators, offsets[0] if offsets else source.start)
        if offsets is not None:
            line = document.text.count("\n", 0, offsets[0]) + 1
            moved = f"The file has changed: this was in line {source.line}." if line != source.line else ""
            return cls(document, offsets, line, locator, moved)
        gone = "The file has changed and no longer contains this:" if source.indexed else ""
        return cls(document, None, source.line, locator, gone)


def _around(citation: qa.Citation, passage: qa.Passage) -> tuple[str, str]:
    """Return what stands before and after a quote in a passage; nothing if the passage does not contain it."""
    start, end = citation.start - passage.start, citation.end - passage.start
    if passage.path != citation.path or start < 0 or passage.text[start:end] != citation.quote:
        return "", ""
    return passage.text[max(0, start - _CONTEXT) : start], passage.text[end : end + _CONTEXT]
