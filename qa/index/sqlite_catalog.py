"""A catalog in a SQLite file, which others may write while it is read."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from qa.errors import IndexDamaged, IndexLocked, IndexMissing
from qa.index.builds import CATALOG, Builds
from qa.index.catalog import Catalog
from qa.index.connections import FileVersion, damage_reported, open_to_read
from qa.index.fulltext import Fulltext
from qa.index.integrity import require_schema, require_unchanged
from qa.index.manifest import Manifest, check_schema
from qa.index.records import Segment
from qa.index.rows import typed

_CHECKED: set[tuple[FileVersion, FileVersion]] = set()
"""Catalogs and their logs that this process has checked: a question opens the same two or three times."""
_ATTEMPTS = 5
"""How often an index that was rebuilt in the moment of opening it is opened again."""


class SqliteCatalog(Catalog):
    """A catalog in a file, as of the moment it was opened: what is written later, it does not see."""

    def __init__(self, connection: sqlite3.Connection, manifest: Manifest, file: FileVersion | None = None) -> None:
        super().__init__(connection, manifest, Fulltext(connection))
        self._sqlite = connection
        self._file = file

    @classmethod
    def open(cls, path: Path) -> SqliteCatalog:
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
        return self.manifest == _read_manifest(self._sqlite)

    def segments(self) -> list[Segment]:
        """Return the segments of vectors, by key."""
        rows = self._connection.execute("SELECT name, first, last, vectors, alive, sha256 FROM segments ORDER BY first")
        return [Segment(*row) for row in typed(rows, str, int, int, int, int, str)]

    def problem(self) -> str | None:
        """Return what SQLite or the rows say is wrong, after reading all rows and full text; None if nothing.

        Raises:
            IndexDamaged: a row was changed.
            sqlite3.Error: full text is damaged, or the file cannot be read.
        """
        (result,) = self._connection.execute("PRAGMA integrity_check(1)").fetchone()
        return str(result).splitlines()[-1] if result != "ok" else super().problem()


def open_current(builds: Builds) -> tuple[Path, SqliteCatalog]:
    """Open the catalog of the current build; return the folder of the build, and the catalog.

    Raises:
        IndexMissing: there is no build.
        IndexLocked: there was another one at each attempt.
        UnusableIndex: as ``SqliteCatalog.open``.
    """
    folder = builds.current()
    for _ in range(_ATTEMPTS):
        if folder is None:
            raise IndexMissing(f"There is no index in {builds.root}", "Run: qa index")
        catalog: SqliteCatalog | None = None
        try:
            catalog = SqliteCatalog.open(folder / CATALOG)
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
