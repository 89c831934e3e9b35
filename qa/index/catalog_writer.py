"""Changing a catalog in one transaction: readers see all of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import groupby
from typing import Any

from qa.corpus import FileState
from qa.datatypes import Chunk, Document, Skipped
from qa.index.catalog import Catalog
from qa.index.fulltext import searched_text
from qa.index.manifest import Manifest
from qa.index.near_duplicates import NearDuplicates
from qa.index.rows import INSERT_DOCUMENT, chunk_row, document_row

_TABLES = {
    "documents": "id",
    "skipped": "path",
    "wordings": "digest",
    "wording_keys": "key, digest",
    "wording_pairs": "digest, other",
    "copies": "document_id",
    "words": "word",
}
"""What a copy of an index takes over row by row, with the key of each table."""


class CatalogWriter(Catalog):
    """A catalog with an open transaction, which sees what it has changed."""

    def add(self, document: Document, chunks: Sequence[Chunk]) -> range:
        """Add a document and its chunks; return their keys."""
        (document_id,) = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM documents").fetchone()
        row = document_row(document_id, document, len(chunks))
        self._connection.execute(f"{INSERT_DOCUMENT} ({', '.join('?' * len(row))})", row)
        keys = self._new_keys(len(chunks))
        self._add_rows("chunks", [chunk_row(key, document_id, chunk) for key, chunk in zip(keys, chunks, strict=True)])
        self.fulltext.add(zip(keys, chunks, strict=True), document_id)
        self.vocabulary.add(map(searched_text, chunks))
        self._near_duplicates.add(document_id, chunks)
        return keys

    def remove(self, file: str) -> None:
        """Remove the documents of a file and their chunks.

        Their vectors stay for a while, but nobody finds them any more.
        """
        chunks = {key: indexed.chunk for key, indexed in self.chunks(self.keys_of_file(file)).items()}
        self.fulltext.remove(chunks.items())
        self.vocabulary.remove(map(searched_text, chunks.values()))
        self._forget_vectors(chunks)
        documents = self._connection.execute("SELECT id FROM documents WHERE file = ?", (file,)).fetchall()
        self._near_duplicates.remove(document_id for (document_id,) in documents)
        self._connection.execute(
            "DELETE FROM chunks WHERE document_id IN (SELECT id FROM documents WHERE file = ?)", (file,)
        )
        self._connection.execute("DELETE FROM documents WHERE file = ?", (file,))

    def take_over(self, source: Catalog) -> None:
        """Copy everything but chunks and their full text from another catalog; this one is empty."""
        for table, key in _TABLES.items():
            for rows in source.rows_of(table, key):
                self._add_rows(table, rows)

    def take_over_chunks(self, source: Catalog, keys: Collection[int]) -> None:
        """Copy chunks of documents that were copied, with their keys, all of a document at once."""
        document_of = source.documents_of(keys)
        chunks = source.chunks(keys)
        self._add_rows("chunks", [chunk_row(key, document_of[key], chunks[key].chunk) for key in keys])
        for document_id, own in groupby(keys, key=document_of.__getitem__):
            self.fulltext.add([(key, chunks[key].chunk) for key in own], document_id)

    def touch(self, file: str, state: FileState) -> None:
        """Record the new times of a file whose content is unchanged."""
        self._connection.execute(
            "UPDATE documents SET size = ?, mtime_ns = ?, ctime_ns = ? WHERE file = ?", (*state, file)
        )

    def set_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Replace the list of files that are not indexed because of their content."""
        self._connection.execute("DELETE FROM skipped")
        self._connection.executemany(
            "INSERT INTO skipped(path, size, mtime_ns, ctime_ns, reason) VALUES (?, ?, ?, ?, ?)",
            ((file.path, file.size, file.mtime_ns, file.ctime_ns, file.reason) for file in skipped),
        )

    def count_documents(self) -> int:
        """Return the number of documents; counting the chunks takes ten times as long."""
        return int(self._connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def commit(self) -> Manifest:
        """Make the changes visible as the next generation, and return its manifest."""
        self._near_duplicates.group()
        self.flush()
        documents, chunks = self.count_documents(), self._count_chunks()
        generation = self.manifest.generation + 1
        self.manifest = replace(self.manifest, generation=generation, documents=documents, chunks=chunks)
        self._connection.execute("UPDATE manifest SET json = ?", (self.manifest.to_json(),))
        self._end_transaction()
        return self.manifest

    def publish(self) -> Manifest:
        """Commit a new catalog, and prepare it for being read and written at once."""
        return self.commit()

    def flush(self) -> None:
        """Write what was counted."""
        self.fulltext.flush()
        self.vocabulary.flush()

    def save_progress(self) -> None:
        """Commit what a new build has so far, if a connection that is lost would otherwise lose the work of hours."""

    def roll_back(self) -> None:
        """Undo what was not committed."""
        self.pause()

    @cached_property
    def _near_duplicates(self) -> NearDuplicates:
        return NearDuplicates(self._connection, self._select, self._chunks_of)

    def _chunks_of(self, document_id: int) -> list[Chunk]:
        """Return the chunks of a document, by place."""
        rows = self._connection.execute("SELECT key FROM chunks WHERE document_id = ? ORDER BY key", (document_id,))
        keys = [key for (key,) in rows]
        chunks = self.chunks(keys)
        return [chunks[key].chunk for key in keys]

    def _add_rows(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        """Add whole rows to a table."""
        if rows:
            values = ", ".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows)

    def _new_keys(self, count: int) -> range:
        """Return keys that no chunk has or had."""
        raise NotImplementedError

    def _forget_vectors(self, keys: Collection[int]) -> None:
        """Note that the vectors of these chunks are no longer needed."""
        raise NotImplementedError

    def _count_chunks(self) -> int:
        raise NotImplementedError

    def _end_transaction(self) -> None:
        """Commit."""
        raise NotImplementedError
