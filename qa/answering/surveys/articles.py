"""Articles as items of a list: each with its title, its date, and a sentence of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from qa.answering.composition import QuotedStatement
from qa.corpus.copies import copy_of
from qa.datatypes import BlockKind, Passage
from qa.grounding.citations import Stretch
from qa.index import Index
from qa.retrieval import passage_of
from qa.text.english import written_out
from qa.text.english.patterns import PRONOUN
from qa.text.sanitizing import single_line

SENTENCE_WORDS = range(6, 56)
"""Words of a sentence that is shown if the article has one."""

_FULL_STOPS = (".", "!", "\u2026", '"', "\u201d", "'", "\u2019", ")")
_LEANING = re.compile(
    rf"[\"'\u2018\u201c(]*(?:{PRONOUN.pattern}|\\b(?:i|we|you|my|our|your|but|and|so|or|however|then|also|instead|there|here)\\b)",
    re.IGNORECASE,
)
"""The beginning of a sentence that says less when it stands alone."""
_PERSONAL = re.compile(r"\b(?:I|me|my|we|our|you|your)\b")
_PROSE = (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.ITEM)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of an article that shows what it is listed for."""

    passage: Passage
    """The passage that contains it."""
    start: int
    """First character in the passage's clean text."""
    end: int
    """One past the last character."""

    @property
    def text(self) -> str:
        """The sentence on one line."""
        return single_line(self.passage.layout.text[self.start : self.end])


def shows_badly(evidence: Evidence) -> int:
    """Return how little a sentence says alone, 0 to 5: headings, captions, fragments, questions, remarks."""
    block = evidence.passage.layout.block_at(evidence.start)
    text = evidence.text
    return (
        (block is None or block.kind not in _PROSE)
        + (not text.endswith(_FULL_STOPS))
        + (len(text.split()) not in SENTENCE_WORDS)
        + (_LEANING.match(text) is not None)
        + (_PERSONAL.search(text) is not None)
    )


def most_readable(evidence: Iterable[Evidence]) -> Evidence | None:
    """Return the first of the sentences that say most alone."""
    return min(evidence, key=shows_badly, default=None)


def beginning(passages: Iterable[Passage]) -> Evidence | None:
    """Return the first sentence of an article's passages that says most alone."""
    return most_readable(
        Evidence(passage, start, end) for passage in passages for start, end in passage.layout.sentences
    )


def listed(evidence: Evidence) -> QuotedStatement:
    """Return an article with its date and the sentence; a title made from that sentence is left out."""
    passage = evidence.passage
    title = single_line(passage.title)
    day = written_out(passage.published) if passage.published else ""
    if title.endswith("\u2026") and evidence.text.startswith(title[:-1]):
        return labelled(day, evidence)
    return labelled(f"{title} ({day})" if day else title, evidence)


def labelled(label: str, evidence: Evidence) -> QuotedStatement:
    """Return a sentence behind a label, if there is one."""
    stretch = Stretch.of_passage(evidence.passage, evidence.start, evidence.end)
    return QuotedStatement(f"{label}: {evidence.text}" if label else evidence.text, (stretch,))


def original_paths(index: Index) -> frozenset[str]:
    """Return the paths of the articles that are not conflict copies of others."""
    paths = {entry.path for entry in index.documents()}
    return frozenset(path for path in paths if copy_of(path, paths) is None)


def original_passage(passage: Passage, index: Index) -> Passage:
    """Return the passage of the original article that has the text of a conflict copy's passage, or else the passage.

    A search returns passages of the same text once, and the copy may be the one that it returns.
    """
    path = copy_of(passage.path, index)
    same = index.same_text(path, passage.text) if path else None
    return passage_of(same, passage.rank, passage.scores) if same else passage
