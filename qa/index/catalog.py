"""Documents, chunks and the full-text index: one SQLite file per generation."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from qa.datatypes import NO_FILTER, Chunk, Document, Filter, Skipped
from qa.errors import IndexDamaged
from qa.index.layouts import decode, encode
from qa.index.queries import condition_of, fulltext_query
from qa.index.records import ChunkText, DocumentEntry, IndexedChunk
from qa.index.schema import SCHEMA
from qa.index.vocabulary import Vocabulary
from qa.text.words import words

_MAX_VARIABLES = 900
"""Values per SQL statement; SQLite before 3.32 allows 999."""


class Catalog:
    """The SQLite file of one generation."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.vocabulary = Vocabulary(connection)
        """The words of the chunks as they are written."""

    @classmethod
    def create(cls, path: Path) -> Catalog:
        """Create an empty catalog."""
        catalog = cls.edit(path)
        catalog._connection.executescript(SCHEMA)
        return catalog

    @classmethod
    def edit(cls, path: Path) -> Catalog:
        """Open for writing, without a rollback journal: nothing reads the generation yet."""
        connection = sqlite3.connect(path, isolation_level=None)
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;")
        return cls(connection)

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open a finished catalog, which is never written to again.

        Raises:
            IndexDamaged: the file is missing or is not a catalog.
        """
        try:
            uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            connection.execute("SELECT count(*) FROM chunks")
            connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, fulltext, row)")
        except sqlite3.Error as error:
            raise IndexDamaged(f"{path} cannot be read: {error}", "Run: qa index --rebuild") from None
        return cls(connection)

    def close(self) -> None:
        """Commit any open transaction and close."""
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")
        self._connection.close()

    def add(self, document: Document, chunks: Sequence[Chunk]) -> None:
        """Add a document and its chunks."""
        published = document.published.isoformat() if document.published else None
        row = self._connection.execute(
            "INSERT INTO documents(path, size, mtime_ns, content_hash, encoding, title, source, published, notice)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                document.path,
                document.size,
                document.mtime_ns,
                document.content_hash,
                document.encoding,
                document.title,
                document.source,
                published,
                document.notice,
            ),
        ).lastrowid
        self._connection.executemany(
            'INSERT INTO chunks(key, document_id, start, "end", line_start, header, keywords, context, text, clean,'
            " layout, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (_chunk_row(chunk, row) for chunk in chunks),
        )
        self.vocabulary.add(f"{chunk.header} {chunk.keywords} {chunk.layout.text}" for chunk in chunks)

    def remove(self, path: str) -> None:
        """Remove a document and its chunks."""
        texts = self._connection.execute(
            "SELECT header || ' ' || keywords || ' ' || clean FROM chunks WHERE document_id ="
            " (SELECT id FROM documents WHERE path = ?)",
            (path,),
        ).fetchall()
        self.vocabulary.remove(text for (text,) in texts)
        self._connection.execute(
            "DELETE FROM chunks WHERE document_id = (SELECT id FROM documents WHERE path = ?)", (path,)
        )
        self._connection.execute("DELETE FROM documents WHERE path = ?", (path,))

    def touch(self, path: str, size: int, mtime_ns: int) -> None:
        """Record the new size and modification time of a document whose content is unchanged."""
        self._connection.execute("UPDATE documents SET size = ?, mtime_ns = ? WHERE path = ?", (size, mtime_ns, path))

    def set_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Replace the list of files that are not indexed."""
        self._connection.execute("DELETE FROM skipped")
        self._connection.executemany(
            "INSERT INTO skipped(path, size, mtime_ns, reason) VALUES (?, ?, ?, ?)",
            ((file.path, file.size, file.mtime_ns, file.reason) for file in skipped),
        )

    def skipped(self) -> list[Skipped]:
        """Return the files that are not indexed, by path."""
        rows = self._connection.execute("SELECT path, reason, size, mtime_ns FROM skipped ORDER BY path")
        return [Skipped(*row) for row in rows]

    def documents(self, meeting: Filter = NO_FILTER) -> list[DocumentEntry]:
        """Return the documents that meet a filter, by path."""
        condition, values = condition_of(meeting)
        rows = self._connection.execute(
            "SELECT path, size, mtime_ns, content_hash, encoding, title, source, published, notice,"
            " (SELECT count(*) FROM chunks WHERE document_id = documents.id) FROM documents"
            f" WHERE {condition} ORDER BY path",
            values,
        )
        return [_entry(row) for row in rows]

    def sources(self) -> list[str]:
        """Return the outlets and authors that the documents name, in alphabetical order."""
        rows = self._connection.execute(
            "SELECT DISTINCT source FROM documents WHERE source IS NOT NULL ORDER BY source"
        )
        return [source for (source,) in rows]

    def published(self) -> tuple[date, date] | None:
        """Return the first and the last day of publication; None if no document has a date."""
        first, last = self._connection.execute("SELECT min(published), max(published) FROM documents").fetchone()
        return (date.fromisoformat(first), date.fromisoformat(last)) if first else None

    def keys(self, meeting: Filter) -> list[str]:
        """Return the keys of the chunks whose documents meet a filter."""
        condition, values = condition_of(meeting)
        sql = f"SELECT key FROM chunks WHERE document_id IN (SELECT id FROM documents WHERE {condition})"
        return [key for (key,) in self._connection.execute(sql, values)]

    def contains(self, path: str) -> bool:
        """Return whether there is a document of this path."""
        return self._connection.execute("SELECT 1 FROM documents WHERE path = ?", (path,)).fetchone() is not None

    def hashes_of(self, path: str) -> dict[str, str]:
        """Return the content hashes of a document's chunks by key."""
        rows = self._connection.execute(
            "SELECT key, chunks.content_hash FROM chunks JOIN documents ON documents.id = document_id WHERE path = ?",
            (path,),
        )
        return dict(rows.fetchall())

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of chunks."""
        row = self._connection.execute("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)")
        documents, chunks = row.fetchone()
        return documents, chunks

    def chunks(self, keys: Sequence[str]) -> dict[str, IndexedChunk]:
        """Return the chunks with these keys."""
        rows = self._select(
            'SELECT key, path, start, "end", text, line_start, chunks.content_hash, header, keywords, clean, context,'
            " layout, title, published FROM chunks JOIN documents ON documents.id = document_id WHERE key IN",
            keys,
        )
        return {row[0]: _indexed_chunk(row) for row in rows}

    def search(
        self, question: str, limit: int, among: Sequence[str] = (), meeting: Filter = NO_FILTER
    ) -> dict[str, float]:
        """Return BM25 scores (higher is better) by key of the best ``limit`` chunks, best first.

        If ``among`` is given, only those chunks are scored, else those whose documents meet the filter. Words are
        quoted, so user input is never query syntax.
        """
        query = fulltext_query(question)
        if not query:
            return {}
        sql = (
            "SELECT key, -rank AS score FROM fulltext JOIN chunks ON chunks.id = fulltext.rowid WHERE fulltext MATCH ?"
        )
        if among:
            return dict(self._select(f"{sql} AND key IN", among, query))
        condition, values = condition_of(meeting)
        if meeting:
            sql += f" AND document_id IN (SELECT id FROM documents WHERE {condition})"
        return dict(self._connection.execute(f"{sql} ORDER BY rank LIMIT ?", (query, *values, limit)).fetchall())

    def containing(self, phrases: Iterable[str]) -> list[ChunkText]:
        """Return the chunks that contain every phrase, its words next to each other, by document and place.

        Words are compared by stem, headers do not count. They are quoted, so user input is never query syntax.
        """
        sequences = [words(phrase) for phrase in phrases]
        query = " AND ".join(f'"{" ".join(sequence)}"' for sequence in sequences if sequence)
        if not query:
            return []
        rows = self._connection.execute(
            "SELECT key, path, chunks.clean FROM fulltext JOIN chunks ON chunks.id = fulltext.rowid"
            " JOIN documents ON documents.id = document_id WHERE fulltext MATCH ? ORDER BY path, start",
            (f"clean : ({query})",),
        )
        return [ChunkText(*row) for row in rows]

    def beginnings(self, paths: Sequence[str], limit: int) -> list[ChunkText]:
        """Return the first ``limit`` chunks of each of these documents, in order."""
        # A document's chunks are always added together, so their ids are consecutive.
        first = "(SELECT min(id) FROM chunks WHERE document_id = documents.id)"
        rows = self._select(
            "SELECT key, path, clean FROM documents JOIN chunks ON chunks.document_id = documents.id"
            f" AND chunks.id < {first} + {int(limit)} WHERE path IN",
            paths,
        )
        return [ChunkText(*row) for row in rows]

    def same_text(self, path: str, text: str) -> IndexedChunk | None:
        """Return the chunk of a document that has exactly this text, if there is one."""
        rows = self._connection.execute(
            "SELECT key FROM chunks JOIN documents ON documents.id = document_id WHERE path = ? AND text = ?",
            (path, text),
        )
        keys = [key for (key,) in rows]
        return self.chunks(keys[:1]).get(keys[0]) if keys else None

    def document_frequency(self, word_stem: str) -> int:
        """Return how many chunks contain a word with this stem, header included."""
        row = self._connection.execute("SELECT doc FROM temp.terms WHERE term = ?", (word_stem,)).fetchone()
        return row[0] if row else 0

    def _select(self, sql: str, values: Sequence[str], *parameters: str) -> list[tuple[Any, ...]]:
        """Run ``sql``, which ends with ``IN``, over ``values`` in batches; ``parameters`` come first."""
        rows = []
        for start in range(0, len(values), _MAX_VARIABLES):
            batch = values[start : start + _MAX_VARIABLES]
            placeholders = ",".join("?" * len(batch))
            rows += self._connection.execute(f"{sql} ({placeholders})", (*parameters, *batch)).fetchall()
        return rows


def _chunk_row(chunk: Chunk, document_id: int | None) -> tuple[Any, ...]:
    location = (chunk.id, document_id, chunk.start, chunk.end, chunk.line_start)
    layout = chunk.layout
    return (
        *location,
        chunk.header,
        chunk.keywords,
        layout.context,
        chunk.text,
        layout.text,
        encode(layout),
        chunk.content_hash,
    )


def _indexed_chunk(row: tuple[Any, ...]) -> IndexedChunk:
    path, start, end, text, line, digest, header, keywords, clean, context, layout, title, published = row[1:]
    chunk = Chunk(path, start, end, text, line, digest, header, keywords, decode(clean, context, layout))
    return IndexedChunk(row[0], chunk, title, _date(published))


def _entry(row: tuple[Any, ...]) -> DocumentEntry:
    path, size, mtime_ns, content_hash, encoding, title, source, published, notice, chunks = row
    return DocumentEntry(path, size, mtime_ns, content_hash, encoding, title, source, _date(published), notice, chunks)


def _date(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
