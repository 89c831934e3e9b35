"""Answers from the date in a file's name: in a diary, or an archive of events, it is when something happened.

A post may have its date in its name too, but that is when it was published; so the name must name the event, or be
nothing but the date, as in daily notes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.composition import Composition, QuotedStatement
from qa.corpus.names import date_of, name_of
from qa.datatypes import Block, Document
from qa.grounding.citations import Stretch
from qa.questions.terms import Question
from qa.text.english import written_out
from qa.text.english.patterns import JOINED
from qa.text.words import contains_stem, stems

_WHEN = re.compile(rf"{JOINED}(?:when (?:did|was|were|had|have)|(?:on |at )?(?:what|which) (?:date|day))\b", re.I)


def compose_day(question: Question, documents: Sequence[Document]) -> Composition | None:
    """Return the date in the name of the one article that is about the event; None if there is none, or several."""
    if not _WHEN.match(question.text):
        return None
    about = [(document, block) for document in documents if (block := _event(question, document)) is not None]
    days = {date_of(document.path) for document, _ in about}
    day = days.pop() if len(days) == 1 else None
    if day is None:
        return None
    document, block = about[0]
    shown = written_out(day)
    stretch = Stretch.of_block(document, block)
    return Composition(shown, (QuotedStatement(f"{shown}, by the name of the file: {block.clean.text}", (stretch,)),))


def _event(question: Question, document: Document) -> Block | None:
    """Return the block that tells of the event, if the name has a date; the first one if the name is the event."""
    if date_of(document.path) is None or not document.blocks:
        return None
    name = stems(name_of(document.path))
    if name:
        return document.blocks[0] if all(contains_stem(name, term.stem) for term in question.topical) else None
    for block in document.blocks:
        own = stems(block.clean.text)
        if all(contains_stem(own, term.stem) for term in question.topical):
            return block
    return None
