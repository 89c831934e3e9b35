"""Changing a catalog in a SQLite file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from qa.index.catalog_writer import CatalogWriter
from qa.index.connections import create, is_unread, open_to_write, publish
from qa.index.fulltext import Fulltext
from qa.index.integrity import seal
from qa.index.manifest import Manifest
from qa.index.records import Segment
from qa.index.sqlite_catalog import SqliteCatalog, checked_manifest


class SqliteCatalogWriter(CatalogWriter, SqliteCatalog):
    """A catalog in a file with an open transaction, which sees what it has changed."""

    @classmethod
    def create(cls, path: Path, manifest: Manifest) -> SqliteCatalogWriter:
        """Create an empty catalog that nobody reads before ``publish``; ``manifest`` describes what it will have."""
        writer = cls(create(path), manifest)
        writer._connection.execute("INSERT INTO manifest VALUES (?)", (manifest.to_json(),))
        return writer

    @classmethod
    def edit(cls, path: Path) -> SqliteCatalogWriter:
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

    def commit_segments(self) -> None:
        """Make a change of the list of segments visible, which changes no answer and so is no new generation."""
        seal(self._sqlite)
        self._connection.execute("COMMIT")

    def publish(self) -> Manifest:
        """Commit a new catalog, and prepare it for being read and written at once."""
        Fulltext(self._sqlite).optimize()
        manifest = self.commit()
        publish(self._sqlite)
        return manifest

    def has_segment(self, name: str) -> bool:
        """Return whether a segment is listed."""
        return self._connection.execute("SELECT 1 FROM segments WHERE name = ?", (name,)).fetchone() is not None

    def is_unread(self) -> bool:
        """Return whether nobody reads a state before the newest, so that what only older ones list can be removed."""
        return is_unread(self._sqlite)

    def _new_keys(self, count: int) -> range:
        (last,) = self._connection.execute(
            "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'chunks'"
        ).fetchone()
        return range(last + 1, last + 1 + count)

    def _forget_vectors(self, keys: Collection[int]) -> None:
        self._connection.executemany(
            "UPDATE segments SET alive = alive - 1 WHERE first <= ? AND last >= ?", [(key, key) for key in keys]
        )
        self._connection.execute("DELETE FROM segments WHERE alive = 0")

    def _count_chunks(self) -> int:
        return int(self._connection.execute("SELECT coalesce(sum(alive), 0) FROM segments").fetchone()[0])

    def _end_transaction(self) -> None:
        self.commit_segments()
