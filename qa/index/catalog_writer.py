"""Changing a catalog in one transaction: readers see all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from qa.corpus import FileState
from qa.datatypes import Chunk, Document, Skipped
from qa.index.catalog import Catalog, checked_manifest
from qa.index.connections import create, is_unread, open_to_write, publish
from qa.index.fulltext import searched_text
from qa.index.integrity import seal
from qa.index.manifest import Manifest
from qa.index.near_duplicates import NearDuplicates
from qa.index.records import Segment
from qa.index.rows import INSERT_DOCUMENT, chunk_row, document_row


class CatalogWriter(Catalog):
    """A catalog with an open transaction, which sees what it has changed."""

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> CatalogWriter:
        """Create an empty catalog that nobody reads before ``publish``; ``manifest`` describes what it will have."""
        writer = cls(create(path), manifest)
        writer._connection.execute("INSERT INTO manifest VALUES (?)", (manifest.to_json(),))
        return writer

    @classmethod
    def edit(cls, path: Path) -> CatalogWriter:
        """Begin to change a catalog that others may read.

        Raises:
            IndexDamaged: something other than qa changed it.
        """
        connection = open_to_write(path)
        try:
            return cls(connection, checked_manifest(connection))
        except BaseException:
            connection.close()
            raise

    def add(self, document: Document, chunks: Sequence[Chunk]) -> range:
        """Add a document and its chunks; return their keys."""
        (document_id,) = self._connection.execute("SELECT coalesce(max(id), 0) + 1 FROM documents").fetchone()
        row = document_row(document_id, document, len(chunks))
        self._connection.execute(f"{INSERT_DOCUMENT} ({', '.join('?' * len(row))})", row)
        (last,) = self._connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'chunks'"
        ).fetchone()
        keys = range(last + 1, last + 1 + len(chunks))
        self._connection.executemany(
            'INSERT INTO chunks(key, document_id, start, "end", line_start, header, keywords, text, layout,'
            " content_hash, checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (chunk_row(key, document_id, chunk) for key, chunk in zip(keys, chunks, strict=True)),
        )
        self.fulltext.add(zip(keys, chunks, strict=True))
        self.vocabulary.add(map(searched_text, chunks))
        self._near_duplicates.add(document_id, chunks)
        return keys

    def remove(self, file: str) -> None:
        """Remove the documents of a file and their chunks.

        Their vectors stay in their segment, but nobody finds them any more.
        """
        chunks = {key: indexed.chunk for key, indexed in self.chunks(self.keys_of_file(file)).items()}
        self.fulltext.remove(chunks.items())
        self.vocabulary.remove(map(searched_text, chunks.values()))
        self._connection.executemany(
            "UPDATE segments SET alive = alive - 1 WHERE first <= ? AND last >= ?", [(key, key) for key in chunks]
        )
        self._connection.execute("DELETE FROM segments WHERE alive = 0")
        documents = self._connection.execute("SELECT id FROM documents WHERE file = ?", (file,)).fetchall()
        self._near_duplicates.remove(document_id for (document_id,) in documents)
        self._connection.execute(
            "DELETE FROM chunks WHERE document_id IN (SELECT id FROM documents WHERE file = ?)", (file,)
        )
        self._connection.execute("DELETE FROM documents WHERE file = ?", (file,))

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

    def add_segment(self, segment: Segment) -> None:
        """List a segment, whose vectors exist from now on."""
        self._connection.execute("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)", segment)

    def replace_segments(self, old: Iterable[Segment], new: Segment) -> None:
        """List ``new`` instead of ``old``; chunks that were removed while it was written count as removed."""
        self._connection.executemany("DELETE FROM segments WHERE name = ?", [(segment.name,) for segment in old])
        alive = self._connection.execute(
            "SELECT count(*) FROM chunks WHERE key BETWEEN ? AND ?", (new.first, new.last)
        ).fetchone()[0]
        if alive:
            self.add_segment(new._replace(alive=alive))

    def count_documents(self) -> int:
        """Return the number of documents; counting the chunks takes ten times as long."""
        return int(self._connection.execute("SELECT count(*) FROM documents").fetchone()[0])

    def commit(self) -> Manifest:
        """Make the changes visible as the next generation, and return its manifest."""
        self._near_duplicates.group()
        documents = self.count_documents()
        chunks = self._connection.execute("SELECT coalesce(sum(alive), 0) FROM segments").fetchone()[0]
        generation = self.manifest.generation + 1
        self.manifest = replace(self.manifest, generation=generation, documents=documents, chunks=chunks)
        self._connection.execute("UPDATE manifest SET json = ?", (self.manifest.to_json(),))
        self.commit_segments()
        return self.manifest

    def commit_segments(self) -> None:
        """Make a change of the list of segments visible, which changes no answer and so is no new generation."""
        seal(self._connection)
        self._connection.execute("COMMIT")

    def save_progress(self) -> None:
        """Commit what a new build has so far, if a connection that is lost would otherwise lose the work of hours."""

    def publish(self) -> Manifest:
        """Commit a new catalog, and prepare it for being read and written at once."""
        self.fulltext.optimize()
        manifest = self.commit()
        publish(self._connection)
        return manifest

    def roll_back(self) -> None:
        """Undo what was not committed."""
        self.pause()

    def has_segment(self, name: str) -> bool:
        """Return whether a segment is listed."""
        return self._connection.execute("SELECT 1 FROM segments WHERE name = ?", (name,)).fetchone() is not None

    @cached_property
    def _near_duplicates(self) -> NearDuplicates:
        return NearDuplicates(self._connection, self._select, self._chunks_of)

    def _chunks_of(self, document_id: int) -> list[Chunk]:
        """Return the chunks of a document, by place."""
        rows = self._connection.execute("SELECT key FROM chunks WHERE document_id = ? ORDER BY key", (document_id,))
        keys = [key for (key,) in rows]
        chunks = self.chunks(keys)
        return [chunks[key].chunk for key in keys]

    def is_unread(self) -> bool:
        """Return whether nobody reads a state before the newest, so that what only older ones list can be removed."""
        return is_unread(self._connection)
