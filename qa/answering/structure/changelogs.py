"""Answers from the headings of a changelog: when a version came out, and which version did something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.answering.composition import Composition, QuotedStatement
from qa.corpus.dates import parse_date
from qa.datatypes import Block, BlockKind, Document
from qa.grounding.citations import Stretch
from qa.index.headers import context_of
from qa.questions.terms import Question, Term
from qa.text.english import written_out
from qa.text.words import contains_stem, stem, stems, words

LEAST_COVERED = 0.75
"""Share of the question's weight that an entry and its surroundings must contain."""

_VERSION = re.compile(r"\bv?\d+(?:\.\d+)+(?:[-.]?(?:a|b|rc|dev|alpha|beta)\.?\d*)?\b", re.IGNORECASE)
_WHEN = re.compile(r"(?:when|(?:on )?(?:what|which) (?:date|day))\b", re.IGNORECASE)
_WHICH_VERSION = re.compile(
    r"(?:(?:in|since|with|from) )?(?:which|what) (?:[\w.@/-]+ ){0,2}?(?:version|release)\b", re.IGNORECASE
)
_FRAMING = frozenset(
    stem(word) for word in words("version release released add added introduce introduced first support")
)


def compose_release(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the date or the version that a changelog's heading states, if the question asks for it."""
    asked = _VERSION.search(question.text)
    if asked and _WHEN.match(question.text):
        return _date_of(asked[0].lstrip("v"), question, documents)
    if not asked and _WHICH_VERSION.match(question.text):
        return _version_of(question, documents)
    return None


def _date_of(version: str, question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the date in the heading of this version; the article must be about the names in the question."""
    for document in documents:
        context = stems(context_of(document))
        names = [term for term in question.named if not any(character.isdigit() for character in term.word)]
        if not all(contains_stem(context, term.stem) for term in names):
            continue
        for block in document.blocks:
            if block.kind is not BlockKind.HEADING:
                continue
            stated = [match[0].lstrip("v") for match in _VERSION.finditer(block.clean.text)]
            day = parse_date(block.clean.text.replace("(", " "))
            if version in stated and day:
                stretch = Stretch.of_block(document, block)
                return Composition(written_out(day), (QuotedStatement(block.clean.text, (stretch,)),))
    return None


def _version_of(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the version whose entry covers the question best; the later entry of two that cover it equally."""
    terms = [term for term in question.topical if term.stem not in _FRAMING]
    entries = [
        (_covered(terms, document, block), document, heading, block) for document, heading, block in _entries(documents)
    ]
    covered, document, heading, block = max(entries, key=lambda entry: entry[0], default=(0.0, None, None, None))
    if covered < LEAST_COVERED or document is None or heading is None or block is None:
        return None
    version = _VERSION.search(heading.clean.text)
    stretches = tuple(Stretch.of_block(document, part) for part in (block, heading))
    statement = QuotedStatement(f"{heading.clean.text}: {block.clean.text}", stretches)
    return Composition(version[0], (statement,)) if version else None


def _entries(documents: Sequence[Document]) -> Iterator[tuple[Document, Block, Block]]:
    """Yield the blocks under headings that name a version, each with its heading."""
    for document in documents:
        heading: Block | None = None
        for block in document.blocks:
            if block.kind is BlockKind.HEADING:
                named = _VERSION.search(block.clean.text) is not None
                heading = block if named else heading if heading and block.depth > heading.depth else None
            elif heading is not None:
                yield document, heading, block


def _covered(terms: Sequence[Term], document: Document, block: Block) -> float:
    """Return the share of the terms' weight in an entry and its context; 0 unless the entry has most of its own."""
    own, context = stems(block.clean.text), stems(context_of(document))
    rest = [term for term in terms if not contains_stem(context, term.stem)]
    if not rest:
        return 0.0
    return sum(term.weight for term in rest if contains_stem(own, term.stem)) / sum(term.weight for term in rest)
