"""Citations: quotes that were checked against the current content of the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from qa.corpus import Corpus, UnreadableFile
from qa.datatypes import Block, Citation, Document, Locator, Offsets, Passage, locator_at
from qa.grounding.location import find_quote
from qa.index import DocumentEntry
from qa.text.sanitizing import single_line
from qa.text.words import stems

MOST_COPIES = 50
"""Copies of an article in which a quote is looked for; each is read."""

_LINK_TARGET = re.compile(r"\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters of an article, to be cited."""

    path: str
    """Path of the article."""
    title: str
    """Its title."""
    published: date | None
    """Its day of publication, if known."""
    start: int
    """First character in the file's text when it was indexed."""
    text: str
    """The characters; without markup if they were not read yet, because no passage contains them."""
    line_start: int
    """Their first line when the file was indexed, counting from 1."""
    clean: str = ""
    """The same without markup, on one line, if it differs."""
    unread: int = 0
    """The number of characters in the file if they were not read yet; else 0."""

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.start + (self.unread or len(self.text))

    def read_from(self, text: str) -> Stretch:
        """Return a stretch that no passage contains with its characters in the file, if they still have its words."""
        characters = text[self.start : self.end]
        same = stems(self.clean) <= stems(characters)
        return replace(self, text=characters, unread=0) if same else replace(self, unread=0)

    @classmethod
    def of_passage(cls, passage: Passage, start: int, end: int) -> Stretch:
        """Return the characters of the file behind ``start`` to ``end`` of a passage's clean text."""
        elsewhere = cls.borrowed(passage, start, end)
        if len(elsewhere) == 1 and passage.layout.clean.borrowed(start, end)[0][0] == (start, end):
            return elsewhere[0]
        low, high = _in_file(passage, start, end)
        text = passage.text[low - passage.start : high - passage.start]
        line = passage.line_start + passage.text.count("\n", 0, low - passage.start)
        clean = single_line(passage.layout.text[start:end])
        return cls(passage.path, passage.title, passage.published, low, text, line, clean)

    @classmethod
    def borrowed(cls, passage: Passage, start: int, end: int) -> list[Stretch]:
        """Return what ``start`` to ``end`` of a passage's clean text borrow from elsewhere in the file."""
        layout = passage.layout
        return [
            cls(
                path=passage.path,
                title=passage.title,
                published=passage.published,
                start=low,
                text=layout.text[first:last],
                line_start=passage.line_start,
                clean=single_line(layout.text[first:last]),
                unread=high - low,
            )
            for (first, last), (low, high) in layout.clean.borrowed(start, end)
        ]

    @classmethod
    def of_document(cls, document: Document, start: int, end: int, clean: str = "") -> Stretch:
        """Return characters of a document as it was just read, and what they are without markup."""
        line = document.text.count("\n", 0, start) + 1
        return cls(document.path, document.title, document.published, start, document.text[start:end], line, clean)

    @classmethod
    def of_block(cls, document: Document, block: Block) -> Stretch:
        """Return a block of a document as it was just read."""
        return cls.of_document(document, block.start, block.end, block.clean.text)


CopiesOf = Callable[[str], Sequence[str]]
"""The path of an article -> the paths of its near-identical copies."""
Cite = Callable[[int, Stretch], Citation]
"""Number and stretch -> a citation, checked against the file."""


class CitationBuilder:
    """Builds the citations of one answer; each file is read once."""

    def __init__(self, corpus: Corpus, copies_of: CopiesOf = lambda _: ()) -> None:
        self._corpus = corpus
        self._copies_of = copies_of
        self._texts: dict[str, tuple[str, tuple[Locator, ...]] | None] = {}

    def __call__(self, number: int, stretch: Stretch) -> Citation:
        """Return citation ``number`` for a stretch, checked against the file.

        A quote that moved within its file, or was wrapped otherwise, is cited as it stands there now; one that is gone
        is cited at its old position and marked as stale.
        """
        text, locators = self._text(stretch.path) or (None, ())
        if text is not None and stretch.unread:
            stretch = stretch.read_from(text)
        current = find_quote(text, stretch.text, stretch.start) if text is not None else None
        if text is None or current is None:
            start, quote, line = stretch.start, stretch.text, stretch.line_start
        else:
            start, quote, line = current[0], text[slice(*current)], text.count("\n", 0, current[0]) + 1
        return Citation(
            number=number,
            path=stretch.path,
            title=stretch.title,
            published=stretch.published,
            line_start=line,
            line_end=line + quote.count("\n"),
            start=start,
            end=start + len(quote),
            quote=quote,
            text=stretch.clean or single_line(stretch.text),
            stale=current is None,
            locator=locator_at(locators, start),
            also_in=() if current is None else self._also_in(stretch.path, quote),
        )

    def _also_in(self, path: str, quote: str) -> tuple[str, ...]:
        """Return the copies of an article that contain a quote now."""
        copies = [(copy, self._text(copy)) for copy in self._copies_of(path)[:MOST_COPIES]]
        return tuple(copy for copy, text in copies if text and find_quote(text[0], quote, 0))

    def _text(self, path: str) -> tuple[str, tuple[Locator, ...]] | None:
        """Return the text of an article now, and the places in it; None if it cannot be read."""
        if path not in self._texts:
            try:
                self._texts[path] = self._corpus.located_text(path)
            except UnreadableFile:
                self._texts[path] = None
        return self._texts[path]


def with_origins(
    citations: tuple[Citation, ...], articles: Mapping[str, DocumentEntry] | Mapping[str, Passage]
) -> tuple[Citation, ...]:
    """Return citations with the outlet, author and address of their articles, as far as these are given by path."""
    return tuple(
        replace(citation, source=article.source, author=article.author, url=article.url)
        if (article := articles.get(citation.path))
        else citation
        for citation in citations
    )


def _in_file(passage: Passage, start: int, end: int) -> Offsets:
    """Return the characters of the file behind a range of clean text, with the markup that adjoins them."""
    clean = passage.layout.clean
    low, high = clean.in_file(start, end) or (passage.start, passage.end)
    low, high = max(low, passage.start), min(high, passage.end)
    before, after = clean.ends_before(start), clean.starts_after(end)
    lowest = before if before is not None and passage.start <= before <= low else passage.start
    highest = after if after is not None and high <= after <= passage.end else passage.end
    while low > lowest and not passage.text[low - 1 - passage.start].isspace():
        low -= 1
    target = _LINK_TARGET.match(passage.text, high - passage.start, highest - passage.start)
    high = passage.start + target.end() if target else high
    while high < highest and not passage.text[high - passage.start].isspace():
        high += 1
    return low, high
