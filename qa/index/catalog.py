"""Documents, chunks, their full text and the list of segments, as one reader sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from qa.datatypes import NO_FILTER, Filter, Skipped
from qa.errors import IndexDamaged
from qa.index.database import Database, FulltextTable
from qa.index.difference import RecordedState
from qa.index.fulltext import searched_text
from qa.index.manifest import REBUILD, Manifest
from qa.index.near_duplicates import Group, groups_of, require_whole
from qa.index.queries import SQLITE, Dialect, condition_of
from qa.index.records import ChunkText, DocumentEntry, IndexedChunk, Segment
from qa.index.rows import CHUNK_COLUMNS, DOCUMENT_COLUMNS, chunk_of, entry_of, typed
from qa.index.selection import Selection
from qa.index.vocabulary import Vocabulary

_FROM_ALL = "FROM chunks JOIN documents ON documents.id = document_id"
_FROM = f"{_FROM_ALL} WHERE key IN ({{}})"
_ROWS_AT_ONCE = 5_000
"""Rows read at once to copy a table."""
_MAX_VARIABLES = 900
"""Values per SQL statement; SQLite before 3.32 allows 999."""


class Catalog:
    """The catalog of an index, as of the moment it was opened: what is written later, it does not see."""

    def __init__(
        self, connection: Database, manifest: Manifest, fulltext: FulltextTable, dialect: Dialect = SQLITE
    ) -> None:
        self._connection = connection
        self._dialect = dialect
        self.manifest = manifest
        """Describes the index."""
        self.fulltext = fulltext
        """The full text of the chunks."""
        self.selection = Selection(connection, dialect)
        """Its documents by what is known of them."""
        self.vocabulary = Vocabulary(connection, self.fulltext, self._searched_texts)
        """The words of the chunks as they are written."""

    def resume(self) -> bool:
        """Continue to read; return whether nothing was written since ``pause``, so that what was read is still true."""
        raise NotImplementedError

    def pause(self) -> None:
        """Let go of the state that is read, so that writers can clean up, until ``resume``."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def segments(self) -> list[Segment]:
        """Return the segments of vectors, by key."""
        raise NotImplementedError

    def problem(self) -> str | None:
        """Return what is wrong, after reading all rows and full text; None if nothing.

        Raises:
            IndexDamaged: a row was changed, or full text is damaged.
        """
        self.fulltext.check()
        require_whole(self._connection)
        rows = self._connection.execute(f"SELECT {CHUNK_COLUMNS} {_FROM_ALL}")
        documents = Counter(indexed.chunk.path for indexed in map(chunk_of, rows))
        is_complete = {entry.path: entry.chunks for entry in self.documents() if entry.chunks} == documents
        return None if is_complete else "documents have other chunks than they should"

    def close(self) -> None:
        """Close the file, undoing what was not committed."""
        self._connection.close()

    def skipped(self) -> list[Skipped]:
        """Return the files that are not indexed because of their content, by path."""
        rows = self._connection.execute("SELECT path, reason, size, mtime_ns, ctime_ns FROM skipped ORDER BY path")
        return [Skipped(*row) for row in typed(rows, str, str, int, int, int)]

    def documents(self, meeting: Filter = NO_FILTER) -> list[DocumentEntry]:
        """Return the documents that meet a filter, by path."""
        condition, values = condition_of(meeting, self._dialect)
        sql = f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE {condition} ORDER BY path"
        return [entry_of(row) for row in self._connection.execute(sql, values)]

    def documents_at(self, paths: Collection[str]) -> dict[str, DocumentEntry]:
        """Return the documents at these paths, those that are there."""
        rows = self._select(f"SELECT {DOCUMENT_COLUMNS} FROM documents WHERE path IN ({{}})", paths)
        return {entry.path: entry for entry in map(entry_of, rows)}

    def copies_of(self, paths: Collection[str] | None = None) -> dict[str, Group]:
        """Return the groups of near-identical articles, as ``groups_of``."""
        return groups_of(self._connection, self._select, paths)

    def hashes_of(self, files: Collection[str]) -> dict[str, str]:
        """Return the content hash of each of these files that has documents, by path of the file."""
        rows = self._select("SELECT DISTINCT file, content_hash FROM documents WHERE file IN ({})", files)
        return dict(typed(rows, str, str))

    def hashes(self) -> set[str]:
        """Return the content hashes of all files that have documents."""
        return {content_hash for (content_hash,) in self._connection.execute("SELECT content_hash FROM documents")}

    def states(self) -> list[RecordedState]:
        """Return every file as it was indexed or skipped."""
        rows = self._connection.execute(
            "SELECT DISTINCT file, size, mtime_ns, ctime_ns FROM documents"
            " UNION ALL SELECT path, size, mtime_ns, ctime_ns FROM skipped"
        )
        return typed(rows, str)

    def published(self) -> tuple[date, date] | None:
        """Return the first and the last day of publication; None if no document has a date."""
        first, last = self._connection.execute("SELECT min(published), max(published) FROM documents").fetchone()
        try:
            return (date.fromisoformat(first), date.fromisoformat(last)) if first else None
        except (TypeError, ValueError):
            raise IndexDamaged("The catalog of the index is damaged: it has a date that is none", REBUILD) from None

    def keys(self, meeting: Filter = NO_FILTER, among: Collection[int] | None = None) -> list[int]:
        """Return the keys of the chunks whose documents meet a filter, by key; only of those ``among`` if given."""
        condition, values = condition_of(meeting, self._dialect)
        sql = "SELECT key FROM chunks WHERE true"
        if meeting:
            column = "document_id" if among is None else "+document_id"  # few keys are looked up by key
            sql += f" AND {column} IN (SELECT id FROM documents WHERE {condition})"
        if among is not None:
            sql += f" AND key IN ({','.join(map(str, among))})"
        return [key for (key,) in self._connection.execute(f"{sql} ORDER BY key", values)]

    def existing(self, keys: Collection[int]) -> set[int]:
        """Return those of these keys that belong to a chunk."""
        return set(self.keys(among=keys))

    def contains(self, path: str) -> bool:
        """Return whether there is a document of this path."""
        return self._connection.execute("SELECT 1 FROM documents WHERE path = ?", (path,)).fetchone() is not None

    def keys_of(self, path: str) -> list[int]:
        """Return the keys of a document's chunks, in order."""
        rows = self._connection.execute(
            "SELECT key FROM chunks WHERE document_id = (SELECT id FROM documents WHERE path = ?) ORDER BY key", (path,)
        )
        return [key for (key,) in rows]

    def keys_of_file(self, file: str) -> list[int]:
        """Return the keys of the chunks of all documents of a file, in order."""
        rows = self._connection.execute(
            "SELECT key FROM chunks WHERE document_id IN (SELECT id FROM documents WHERE file = ?) ORDER BY key",
            (file,),
        )
        return [key for (key,) in rows]

    def documents_of(self, keys: Collection[int]) -> dict[int, int]:
        """Return the identifiers of the documents of chunks, by key."""
        return dict(self._select("SELECT key, document_id FROM chunks WHERE key IN ({})", keys))

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of chunks, counted."""
        row = self._connection.execute("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)")
        documents, chunks = row.fetchone()
        return documents, chunks

    def chunks(self, keys: Collection[int]) -> dict[int, IndexedChunk]:
        """Return chunks by key.

        Raises:
            IndexDamaged: one does not exist, or was changed.
        """
        chunks = {chunk.key: chunk for chunk in map(chunk_of, self._select(f"SELECT {CHUNK_COLUMNS} {_FROM}", keys))}
        if len(chunks) < len(set(keys)):
            raise IndexDamaged("The index is damaged: a chunk that was found is not in the catalog", REBUILD)
        return chunks

    def texts(self, keys: Collection[int]) -> list[ChunkText]:
        """Return the clean texts of chunks, by document and place."""
        chunks = sorted(self.chunks(keys).values(), key=lambda indexed: (indexed.chunk.path, indexed.chunk.start))
        return [ChunkText(indexed.key, indexed.chunk.path, indexed.chunk.layout.text) for indexed in chunks]

    def beginnings(self, paths: Sequence[str], limit: int) -> list[ChunkText]:
        """Return the first ``limit`` chunks of each of these documents, in order."""
        # A document's chunks are always added together, so their keys are consecutive.
        first = "(SELECT min(key) FROM chunks WHERE document_id = documents.id)"
        rows = self._select(
            "SELECT key FROM documents JOIN chunks ON chunks.document_id = documents.id"
            f" AND key < {first} + {int(limit)} WHERE path IN ({{}})",
            paths,
        )
        return self.texts([key for (key,) in rows])

    def same_text(self, path: str, text: str) -> IndexedChunk | None:
        """Return the chunk of a document that has exactly this text, if there is one."""
        rows = self._connection.execute(
            "SELECT key FROM chunks JOIN documents ON documents.id = document_id WHERE path = ? AND text = ?",
            (path, text),
        )
        keys = [key for (key,) in rows]
        return self.chunks(keys[:1])[keys[0]] if keys else None

    def rows_of(self, table: str, key: str) -> Iterator[list[tuple[Any, ...]]]:
        """Yield all rows of a table in lists, in the order of its key, given as columns: the first ones."""
        count = key.count(",") + 1
        listed, start = ", ".join("?" * count), "true"
        last: tuple[Any, ...] = ()
        while True:
            sql = f"SELECT * FROM {table} WHERE {start} ORDER BY {key} LIMIT {_ROWS_AT_ONCE}"
            rows = self._connection.execute(sql, last).fetchall()
            if not rows:
                return
            yield rows
            start, last = f"({key}) > ({listed})", rows[-1][:count]

    def _searched_texts(self, keys: Sequence[int]) -> Iterator[str]:
        """Yield what full text finds of these chunks."""
        for indexed in self.chunks(keys).values():
            yield searched_text(indexed.chunk)

    def _select(self, sql: str, values: Collection[Any]) -> list[tuple[Any, ...]]:
        """Run ``sql`` over ``values`` in batches, which are listed at its braces."""
        rows = []
        listed = list(values)
        for start in range(0, len(listed), _MAX_VARIABLES):
            batch = listed[start : start + _MAX_VARIABLES]
            rows += self._connection.execute(sql.format(",".join("?" * len(batch))), batch).fetchall()
        return rows
