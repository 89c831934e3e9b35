"""What the catalog returns: documents and chunks as they are recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from qa.datatypes import Chunk


@dataclass(frozen=True, slots=True)
class IndexedChunk:
    """A chunk with the title and date of its document."""

    key: str
    """Identifies the chunk in both stores."""
    chunk: Chunk
    """The chunk."""
    title: str
    """Title of the document."""
    published: date | None
    """Day of publication, if known."""


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A document as recorded in the catalog, without its text."""

    path: str
    """Relative to the corpus."""
    size: int
    """Size in bytes when it was indexed."""
    mtime_ns: int
    """Modification time when it was indexed, nanoseconds since the epoch."""
    content_hash: str
    """SHA-256 of its bytes."""
    encoding: str
    """The encoding it was decoded from."""
    title: str
    """Its title."""
    source: str | None
    """Outlet or author."""
    published: date | None
    """Day of publication."""
    notice: str
    """What was wrong with its metadata; empty if nothing."""
    chunks: int
    """How many chunks it has."""


class ChunkText(NamedTuple):
    """The clean text of a chunk."""

    key: str
    """Identifies the chunk in both stores."""
    path: str
    """Path of its document."""
    text: str
    """The text."""
