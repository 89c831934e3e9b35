"""Answers about an article itself, from its metadata, citing the line that states it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.answering.composition import REFUSAL, Composition, QuotedStatement
from qa.corpus.dates import parse_date
from qa.datatypes import Document, Field
from qa.grounding.citations import Stretch
from qa.index.headers import day_of, header_of
from qa.questions.article_questions import ArticleQuestion
from qa.text.english import counted, written_out
from qa.text.words import content_stems, covered_share, stems, words

_NUMBER = re.compile(r"\d+(?:\.\d+)*")
"""What must agree exactly: version 1.7 is not version 1.6."""
LEAST_NAMED = 0.6
"""Share of the topic's words that the title and names of an article must contain to be the one that is asked about."""
LEAST_MENTIONED = 0.99
"""The same for its whole text, if the question can only be about an article."""


def compose_field(question: ArticleQuestion, documents: Sequence[Document]) -> Composition | None:
    """Return what the metadata of the article asked about says; ``REFUSAL`` if it names no author.

    None if none of the articles is the one asked about, or its metadata do not say the rest.

    Args:
        question: what is asked.
        documents: articles that may be the one asked about, best first.
    """
    document = _asked_about(question, documents)
    if document is None:
        return None
    if question.field == "length":
        count = counted(len(words(document.text[document.body_start :])), "word")
        return _composition(document, None, count, f"has {count}")
    field = _field(document, question.field)
    if field is None:
        # Whoever the text mentions is not its author.
        return REFUSAL if question.unambiguous and question.field == "author" else None
    value = _readable(field)
    return _composition(document, field, value, _PREDICATES[question.field].format(value))


_PREDICATES = {
    "author": "is by {}",
    "date": "was published on {}",
    "updated": "was updated on {}",
    "source": "is from {}",
    "tags": "has the tags {}",
}


def _asked_about(question: ArticleQuestion, documents: Sequence[Document]) -> Document | None:
    topic, numbers = content_stems(question.topic), set(_NUMBER.findall(question.topic))
    if not topic:
        return documents[0] if len(documents) == 1 else None

    def named(document: Document) -> float:
        header = f"{header_of(document)} {day_of(document)}"
        return covered_share(topic, stems(header)) if numbers <= set(_NUMBER.findall(header)) else 0.0

    best = max(documents, key=named, default=None)
    if best is not None and named(best) >= LEAST_NAMED:
        return best
    if numbers or not question.unambiguous:
        return None
    mentioning = (document for document in documents if covered_share(topic, stems(document.text)) >= LEAST_MENTIONED)
    return next(mentioning, None)


def _field(document: Document, name: str) -> Field | None:
    """Return the field asked for; the outlet counts as the author only if no person is named."""
    names = {"date": ("date", "updated"), "author": ("author", "source"), "source": ("source", "author")}
    return next((field for other in names.get(name, (name,)) if (field := document.field(other))), None)


def _readable(field: Field) -> str:
    """Return the value of a field, a date written out."""
    day = parse_date(field.value) if field.name in ("date", "updated") else None
    return written_out(day) if day else field.value


def _composition(document: Document, field: Field | None, short_answer: str, predicate: str) -> Composition:
    """Return the statement about the article, citing the field's line, or else its title's or first line."""
    if field is None or field.start == field.end:
        title = document.field("title")
        field = title if title and title.end > title.start else None
    start, end = (field.start, field.end) if field else _first_line(document)
    stretch = Stretch.of_document(document, start, end)
    return Composition(short_answer, (QuotedStatement(f"\u201c{document.title}\u201d {predicate}.", (stretch,)),))


def _first_line(document: Document) -> tuple[int, int]:
    block = document.blocks[0]
    return block.start, block.end
