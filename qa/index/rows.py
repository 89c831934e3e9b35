"""Rows of documents and chunks in the catalog, each with a checksum that is compared whenever the row is read.

A row that was changed by anything but qa is never shown. The checksum is a CRC-32, which finds every change of up to 32
neighbouring bits; it costs about 5 microseconds a row. Size and modification time are left out: they change when a file
is touched, and a wrong one only makes its article be read again.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from qa.corpus import file_of
from qa.datatypes import Chunk, Document
from qa.errors import IndexDamaged
from qa.index.layouts import decode, encode
from qa.index.manifest import REBUILD
from qa.index.records import DocumentEntry, IndexedChunk

_DOCUMENT_VALUES = (
    "path, file, content_hash, text_hash, encoding, title, source, author, published, url, language, tags, notice,"
    " chunks"
)
DOCUMENT_COLUMNS = ", ".join(
    f"documents.{name}" for name in ("id", *_DOCUMENT_VALUES.split(", "), "checksum", "size", "mtime_ns")
)
"""What ``entry_of`` reads."""
INSERT_DOCUMENT = f"INSERT INTO documents(id, {_DOCUMENT_VALUES}, checksum, size, mtime_ns, ctime_ns) VALUES"
"""Followed by as many question marks as ``document_row`` has values."""
CHUNK_COLUMNS = (
    'key, document_id, start, "end", line_start, header, keywords, text, layout, chunks.content_hash,'
    f" chunks.checksum, {DOCUMENT_COLUMNS}"
)
"""What ``chunk_of`` reads."""
_CHUNK_VALUES = 11
"""Columns of a chunk with its checksum, before those of its document."""

_encoded = json.JSONEncoder(ensure_ascii=False).encode


def document_row(identifier: int, document: Document, chunks: int) -> tuple[Any, ...]:
    """Return the values of a document of so many chunks: ``DOCUMENT_COLUMNS``, and when its file changed."""
    published = document.published.isoformat() if document.published else None
    author, url, language, tags = map(document.value, ("author", "url", "language", "tags"))
    named = (document.title, document.source, author, published, url, language, tags, document.notice)
    text_hash = hashlib.sha256(document.text.encode("utf-8", "surrogatepass")).hexdigest()
    origin = (document.path, file_of(document.path), document.content_hash, text_hash, document.encoding)
    row = (identifier, *origin, *named, chunks)
    return (*row, _checksum(row), document.size, document.mtime_ns, document.ctime_ns)


def chunk_row(key: int, document_id: int, chunk: Chunk) -> tuple[Any, ...]:
    """Return the values of a chunk, in the order of ``CHUNK_COLUMNS``, its hash as bytes."""
    layout = encode(chunk.text, chunk.start, chunk.header, chunk.layout)
    offsets = (chunk.start, chunk.end, chunk.line_start)
    row = (key, document_id, *offsets, chunk.header, chunk.keywords, chunk.text, layout)
    digest = bytes.fromhex(chunk.content_hash)
    return (*row, digest, _checksum((*row, digest.hex().upper())))


def entry_of(row: Sequence[Any]) -> DocumentEntry:
    """Return the document of a row with the columns ``DOCUMENT_COLUMNS``.

    Raises:
        IndexDamaged: it was changed.
    """
    *values, checksum, size, mtime_ns = row
    _require(values, checksum, "document")
    typed([(size, mtime_ns)], int, int)
    named = dict(zip(_DOCUMENT_VALUES.split(", "), values[1:], strict=True))
    published = date.fromisoformat(named["published"]) if named["published"] else None
    return DocumentEntry(**(named | {"published": published, "size": size, "mtime_ns": mtime_ns}))


def chunk_of(row: Sequence[Any]) -> IndexedChunk:
    """Return the chunk of a row with the columns ``CHUNK_COLUMNS``, with what is known of its document.

    Raises:
        IndexDamaged: it, or the row of its document, was changed.
    """
    *values, digest, checksum = row[:_CHUNK_VALUES]
    content_hash = digest.hex() if isinstance(digest, bytes) else ""
    _require((*values, content_hash.upper()), checksum, "chunk")
    entry = entry_of(row[_CHUNK_VALUES:])
    key, _, start, end, line, header, keywords, text, layout = values
    decoded = decode(text, start, header, layout)
    chunk = Chunk(entry.path, start, end, text, line, content_hash, header, keywords, decoded)
    return IndexedChunk(key, chunk, entry.title, entry.published, entry.source, entry.author, entry.url)


def typed(rows: Iterable[Sequence[Any]], *types: type | tuple[type, ...]) -> list[Any]:
    """Return rows without a checksum, after checking that their values are of these types.

    Raises:
        IndexDamaged: one is not.
    """
    listed = list(rows)
    for values, kind in zip(zip(*listed, strict=True), types, strict=False):
        if not all(isinstance(value, kind) for value in values):
            raise _damaged("list")
    return listed


def _require(values: Sequence[Any], checksum: Any, kind: str) -> None:
    try:
        is_same = checksum == _checksum(values)
    except (TypeError, ValueError):  # bytes where there was text
        is_same = False
    if not is_same:
        raise _damaged(kind)


def _checksum(values: Sequence[Any]) -> int:
    return zlib.crc32(_encoded(values).encode())


def _damaged(kind: str) -> IndexDamaged:
    return IndexDamaged(f"The catalog of the index is damaged: the row of a {kind} was changed", REBUILD)
