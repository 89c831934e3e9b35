"""What the catalog returns: documents and chunks as they are recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from qa.datatypes import Chunk, Document


class Described(NamedTuple):
    """What is known of a document, for the vectors of its chunks to be filtered by."""

    path: str
    """Relative to the corpus."""
    source: str | None
    """Outlet or author."""
    author: str | None
    """Who wrote it."""
    published: date | None
    """Day of publication."""
    tags: str | None
    """Its tags, separated by commas."""

    @classmethod
    def of(cls, document: Document) -> Described:
        """Return what is known of a document as it was read."""
        author, tags = document.value("author"), document.value("tags")
        return cls(document.path, document.source, author, document.published, tags)

    @classmethod
    def of_entry(cls, entry: DocumentEntry) -> Described:
        """Return what is known of a document as it is recorded."""
        return cls(entry.path, entry.source, entry.author, entry.published, entry.tags)


Metadata = Mapping[str, str | int]
"""What vectors can be filtered by in their store."""


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with what is known of its document."""

    key: int
    """Identifies the chunk in catalog and vectors; never used again for another."""
    chunk: Chunk
    """The chunk."""
    title: str
    """Title of the document."""
    published: date | None
    """Day of publication, if known."""
    source: str | None
    """Outlet or author of the document."""
    author: str | None
    """Who wrote the document."""
    url: str | None
    """Where the document was published."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as recorded in the catalog, without its text."""

    path: str
    """Relative to the corpus; of an article in a file of several, ``FILE#NUMBER``."""
    file: str
    """Path of its file."""
    size: int
    """Size of the file in bytes when it was indexed."""
    mtime_ns: int
    """Modification time when it was indexed, nanoseconds since the epoch."""
    content_hash: str
    """SHA-256 of the file's bytes."""
    text_hash: str
    """SHA-256 of its text in UTF-8, which differs from article to article in a file of several."""
    encoding: str
    """The encoding it was decoded from, or the name of its format."""
    title: str
    """Its title."""
    source: str | None
    """Outlet or author."""
    author: str | None
    """Who wrote it, as it says; one name or several."""
    published: date | None
    """Day of publication."""
    url: str | None
    """Where it was published."""
    language: str | None
    """The language it names."""
    tags: str | None
    """Its tags, separated by commas."""
    notice: str
    """What was wrong with its metadata; empty if nothing."""
    chunks: int
    """How many chunks it has."""


class Segment(NamedTuple):
    """Vectors that were written together, as the catalog lists them; nothing is ever added to them."""

    name: str
    """Name of its folder."""
    first: int
    """No vector in it has a smaller key."""
    last: int
    """No vector in it has a larger key; the ranges of two segments do not overlap."""
    vectors: int
    """How many it has."""
    alive: int
    """How many of them belong to a chunk; the others to chunks that were removed."""
    sha256: str
    """Of the list of the checksums of its files, hexadecimal."""


class ChunkText(NamedTuple):
    """The clean text of a chunk."""

    key: int
    """Identifies the chunk in catalog and vectors."""
    path: str
    """Path of its document."""
    text: str
    """The text."""
