"""Sentences of passages, and what decides which of them may be quoted without the text around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa.answering.composition import QuotedStatement
from qa.datatypes import BlockKind, BlockRange, Passage
from qa.grounding.citations import Stretch
from qa.text.english import line_list
from qa.text.english.patterns import PRONOUN
from qa.text.sanitizing import single_line

USUAL_LENGTH = range(6, 56)
"""Words of a sentence that may be quoted alone."""

QUOTATION_MARKS = "\"'\u2018\u2019\u201c\u201d"
_PROSE = (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM)
_BEGINS = re.compile(r"[\"'\u2018\u201c(\[]*[A-Z0-9$\u20ac\u00a3]")
_ENDS = re.compile(rf"[.!\u2026][{QUOTATION_MARKS})\]]*$")
_REFERS_BACK = rf"[{QUOTATION_MARKS}(]*(?:{PRONOUN.pattern}|(?:such|both|the latter|the former)\b"
_REFERENCE = re.compile(rf"{_REFERS_BACK})", re.IGNORECASE)
_DEPENDENT = re.compile(
    rf"{_REFERS_BACK}|(?:but|and|so|or|however|then|also|instead|meanwhile|still|yet|here|for example|for instance"
    r"|in addition|the (?:same|two|pair))\b)",
    re.IGNORECASE,
)
_PERSONAL = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Ww]e|us|[Oo]ur|[Yy]ou|[Yy]our)\b")
_CREDIT = re.compile(r"\([^()]*(?:images|photo\w*|reuters|getty|istock|/ ?ap|/ ?afp|pool)[^()]*\)\W*$", re.IGNORECASE)
_BOILERPLATE = re.compile(rf"\b(?:{'|'.join(map(re.escape, line_list('boilerplate_phrases')))})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage, or adjacent ones."""

    passage: Passage
    """The passage that contains it."""
    start: int
    """First character in the passage's clean text."""
    end: int
    """One past the last character."""

    @property
    def text(self) -> str:
        """The sentence as a reader of the article sees it, on one line."""
        return single_line(self.passage.layout.text[self.start : self.end])

    @property
    def position(self) -> int:
        """The number of characters before it in the file, roughly."""
        return self.passage.start + self.start

    @property
    def block(self) -> BlockRange | None:
        """The block that it begins in."""
        return self.passage.layout.block_at(self.start)

    @property
    def is_prose(self) -> bool:
        """Whether it belongs to a text, rather than to a heading, table, caption or code."""
        block = self.block
        return block is not None and block.kind in _PROSE

    @property
    def is_whole(self) -> bool:
        """Whether it begins and ends like a statement, or is a list item; questions and other fragments are not."""
        block, text = self.block, self.text
        is_item = block is not None and block.kind is BlockKind.ITEM
        return is_item or (_BEGINS.match(text) is not None and _ENDS.search(text) is not None)

    @property
    def is_usual_length(self) -> bool:
        """Whether it is long enough to say something, and short enough to be quoted."""
        return len(self.text.split()) in USUAL_LENGTH

    @property
    def is_dependent(self) -> bool:
        """Whether it begins with a word that needs the sentence before: "They", "However"."""
        return _DEPENDENT.match(self.text) is not None

    @property
    def is_personal(self) -> bool:
        """Whether it speaks of its writer, speaker or reader, as news rarely does."""
        return _PERSONAL.search(self.text) is not None

    @property
    def is_boilerplate(self) -> bool:
        """Whether it belongs to a page rather than to its article, such as a request to subscribe or a photo credit."""
        text = self.text
        beginning = text.lstrip(f"{QUOTATION_MARKS}(").lower()
        return (
            beginning.startswith(line_list("boilerplate_beginnings"))
            or _BOILERPLATE.search(text) is not None
            or _CREDIT.search(text) is not None
        )

    @property
    def is_statement(self) -> bool:
        """Whether it states something, and belongs to the article."""
        return self.is_prose and self.is_whole and not self.is_boilerplate

    @property
    def is_quotable(self) -> bool:
        """Whether it is a statement of moderate length."""
        return self.is_usual_length and self.is_statement

    @property
    def shortcomings(self) -> int:
        """How little it says alone, 0 to 6, where something has to be quoted."""
        return (
            (not self.is_prose)
            + (not self.is_whole)
            + (not self.is_usual_length)
            + self.is_dependent
            + self.is_personal
            + self.is_boilerplate
        )

    def stretches(self) -> list[Stretch]:
        """Return what to cite for it: its own characters, and the name of who speaks if that stands elsewhere."""
        own = Stretch.of_passage(self.passage, self.start, self.end)
        borrowed = Stretch.borrowed(self.passage, self.start, self.end)
        return [own, *(stretch for stretch in borrowed if stretch != own)]

    def statement(self, label: str = "") -> QuotedStatement:
        """Return it as a statement with what to cite for it, behind a label if there is one."""
        return QuotedStatement(f"{label}: {self.text}" if label else self.text, tuple(self.stretches()))


def sentences_in(passages: Iterable[Passage]) -> Iterator[Sentence]:
    """Yield all sentences of passages, in order."""
    for passage in passages:
        for start, end in passage.layout.sentences:
            yield Sentence(passage, start, end)


def most_readable(sentences: Iterable[Sentence]) -> Sentence | None:
    """Return the first of the sentences that say most alone; None if there are none."""
    return min(sentences, key=lambda sentence: sentence.shortcomings, default=None)


def refers_back(text: str) -> bool:
    """Whether a sentence begins with a pronoun, whose meaning is in the sentence before."""
    return _REFERENCE.match(text) is not None
