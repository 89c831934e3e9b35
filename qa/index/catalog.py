"""Documents, chunks, their full text and the list of segments: one SQLite file, as one reader sees it."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from qa.datatypes import NO_FILTER, Filter, Skipped
from qa.errors import IndexDamaged, IndexLocked, IndexMissing
from qa.index.builds import CATALOG, Builds
from qa.index.connections import FileVersion, damage_reported, open_to_read
from qa.index.difference import RecordedState
from qa.index.fulltext import Fulltext, searched_text
from qa.index.integrity import require_schema, require_unchanged
from qa.index.manifest import REBUILD, Manifest, check_schema
from qa.index.near_duplicates import Group, groups_of, require_whole
from qa.index.queries import condition_of
from qa.index.records import ChunkText, DocumentEntry, IndexedChunk, Segment
from qa.index.rows import CHUNK_COLUMNS, DOCUMENT_COLUMNS, chunk_of, entry_of, typed
from qa.index.selection import Selection
from qa.index.vocabulary import Vocabulary

_FROM_ALL = "FROM chunks JOIN documents ON documents.id = document_id"
_FROM = f"{_FROM_ALL} WHERE key IN ({{}})"
_CHECKED: set[tuple[FileVersion, FileVersion]] = set()
"""Catalogs and their logs that this process has checked: a question opens the same two or three times."""
_ATTEMPTS = 5
"""How often an index that was rebuilt in the moment of opening it is opened again."""
_MAX_VARIABLES = 900
"""Values per SQL statement; SQLite before 3.32 allows 999."""


class Catalog:
    """The catalog of an index, as of the moment it was opened: what is written later, it does not see."""

    def __init__(self, connection: sqlite3.Connection, manifest: Manifest, file: FileVersion | None = None) -> None:
        self._connection = connection
        self._file = file
        self.manifest = manifest
        """Describes the index."""
        self.fulltext = Fulltext(connection)
        """The full text of the chunks."""
        self.selection = Selection(connection)
        """Its documents by what is known of them."""
        self.vocabulary = Vocabulary(connection, self.fulltext, self._searched_texts)
        """The words of the chunks as they are written."""

    @classmethod
    def open(cls, path: Path) -> Catalog:
        """Open a catalog for reading.

        Raises:
            IndexDamaged: the file is missing or is not a catalog.
            IndexOutdated: it was written by an earlier version of qa.
            IndexMismatch: it was written by a later one.
        """
        version = FileVersion.of(path)
        versions = version, FileVersion.of(path.with_name(f"{path.name}-wal"))
        with damage_reported(path):
            connection = open_to_read(path)
            try:
                Fulltext(connection).open()
                connection.execute("PRAGMA query_only = ON")
                connection.execute("BEGIN")
                manifest = checked_manifest(connection, versions in _CHECKED)
                _CHECKED.add(versions)
                return cls(connection, manifest, version)
            except BaseException:
                connection.close()
                raise

    def resume(self) -> bool:
        """Continue to read; return whether nothing was written since ``pause``, so that what was read is still true."""
        if self._connection.in_transaction:
            return True
        if self._file is not None and self._file != FileVersion.of(self._file.path):
            return False  # without the right to write beside the file, SQLite would not notice
        self._connection.execute("BEGIN")
        return self.manifest == _read_manifest(self._connection)

    def pause(self) -> None:
        """Let go of the state that is read, so that writers can clean up, until ``resume``."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the file, undoing what was not committed."""
        self._connection.close()

    def segments(self) -> list[Segment]:
        """Return the segments of vectors, by key."""
        rows = self._connection.execute("SELECT name, first, last, vectors, alive, sha256 FROM segments ORDER BY first")
        return [Segment(*row) for row in typed(rows, str, int, int, int, int, str)]

    def skipped(self) -> list[Skipped]:
        """Return the files that are not indexed because of their content, by path."""
        rows = self._connection.execute("SELECT path, reason, size, mtime_ns, ctime_ns FROM skipped ORDER BY path")
        return [Skipped(*row) for row in typed(rows, str, str, int, int, int)]

    def documents(self, meeting: Filter = NO_FILTER) -> list[DocumentEntry]:
        """Return the documents that meet a filter, by path."""
        condition, values = condition_of(meeting)
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
        condition, values = condition_of(meeting)
        sql = "SELECT key FROM chunks WHERE 1"
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

    def counts(self) -> tuple[int, int]:
        """Return the numbers of documents and of chunks, counted."""
        row = self._connection.execute("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM chunks)")
        documents, chunks = row.fetchone()
        return documents, chunks

    def problem(self) -> str | None:
        """Return what SQLite finds wrong with the file, after reading all rows and full text; None if nothing.

        Raises:
            IndexDamaged: a row was changed.
            sqlite3.Error: full text is damaged, or the file cannot be read.
        """
        (result,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        if result != "ok":
            return str(result).splitlines()[-1]
        self.fulltext.check()
        require_whole(self._connection)
        rows = self._connection.execute(f"SELECT {CHUNK_COLUMNS} {_FROM_ALL}")
        documents = Counter(indexed.chunk.path for indexed in map(chunk_of, rows))
        is_complete = {entry.path: entry.chunks for entry in self.documents() if entry.chunks} == documents
        return None if is_complete else "documents have other chunks than they should"

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


def open_current(builds: Builds) -> tuple[Path, Catalog]:
    """Open the catalog of the current build; return the folder of the build, and the catalog.

    Raises:
        IndexMissing: there is no build.
        IndexLocked: there was another one at each attempt.
        UnusableIndex: as ``Catalog.open``.
    """
    folder = builds.current()
    for _ in range(_ATTEMPTS):
        if folder is None:
            raise IndexMissing(f"There is no index in {builds.root}", "Run: qa index")
        catalog: Catalog | None = None
        try:
            catalog = Catalog.open(folder / CATALOG)
        except IndexDamaged:
            if folder == builds.current():
                raise
        opened, folder = folder, builds.current()
        if catalog is not None:
            if opened == folder:  # from now on, nobody removes it
                return opened, catalog
            catalog.close()
    raise IndexLocked(f"The index {builds.root} is rebuilt again and again", "Try again in a moment.")


def checked_manifest(connection: sqlite3.Connection, is_checked: bool = False) -> Manifest:
    """Return the manifest in an open catalog, after checking the catalog as a whole; not its pages if ``is_checked``.

    Raises:
        UnusableIndex: it is damaged, or another version of qa wrote it.
        sqlite3.Error: the file cannot be read.
    """
    check_schema(connection.execute("PRAGMA user_version").fetchone()[0])
    require_schema(connection)
    if not is_checked:
        require_unchanged(connection)
    return _read_manifest(connection)


def _read_manifest(connection: sqlite3.Connection) -> Manifest:
    row = connection.execute("SELECT json FROM manifest").fetchone()
    return Manifest.parse(row and row[0])
