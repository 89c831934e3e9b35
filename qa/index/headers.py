"""What a chunk is about, as its text alone does not say: names of folders and file, title, headings, source, date."""

from __future__ import annotations

from collections.abc import Iterable

from qa.corpus.names import folder_names, name_of
from qa.datatypes import Document
from qa.text.words import content_stems

MOSTLY_TITLE = 0.4
"""Share of new words up to which a name is taken to be made from the title."""


def context_of(document: Document, headings: Iterable[str] = ()) -> str:
    """Return the names of folders and file, the title, and ``headings``, outermost first; each says something new."""
    title = document.title if document.has_title else ""
    parts: list[str] = []
    for name in (*folder_names(document.path), name_of(document.path)):
        if _says_something_new(name, title):
            parts.append(name)
    for part in (title, *headings):
        if part and all(part.casefold() != other.casefold() for other in parts):
            parts.append(part)
    return " | ".join(parts)


def _says_something_new(name: str, title: str) -> bool:
    """Whether a name is not just the title as a file name, cut off and without punctuation."""
    stems = content_stems(name)
    return len(stems - content_stems(title)) > MOSTLY_TITLE * len(stems)


def header_of(document: Document, headings: Iterable[str] = ()) -> str:
    """Return the context with source and date: what precedes a chunk for embedding and full text."""
    published = document.published.isoformat() if document.published else ""
    return " | ".join(part for part in (context_of(document, headings), document.source or "", published) if part)


def day_of(document: Document) -> str:
    """Return the day of publication in the words and numbers that a question may have; empty if it is not known."""
    return f"{document.published:%d %B %Y} {document.published.day}" if document.published else ""


def keywords_of(document: Document) -> str:
    """Return author and tags, for full text only: in the header they cost .9 points of Hits@10 on MultiHop-RAG."""
    fields = (document.field("author"), document.field("tags"))
    return " | ".join(field.value for field in fields if field and field.value != document.source)
