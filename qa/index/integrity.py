"""Whether a catalog is as qa wrote it: its tables, its size, and a checksum of all its pages.

The checksum is stored as SQLite's ``application_id``, so that it is committed together with what it covers. Larger
catalogs have none, because each update would have to read all of them; their rows have checksums of their own
(``rows.py``), and ``qa doctor`` looks at the rest.
"""

from __future__ import annotations

import sqlite3
import zlib
from functools import cache

from qa.errors import IndexDamaged
from qa.index.manifest import REBUILD
from qa.index.schema import PAGE_SIZE, SCHEMA

LARGEST_CHECKED = 16 << 20
"""Bytes of a catalog up to which it has a checksum; 16 MB take 30 ms, once in a process."""
_CHANGING = ((18, 20), (24, 28), (68, 72), (92, 100))
"""Bytes of the header that are not covered: journal mode, counters of changes, the checksum, version of SQLite."""
_SHADOW = "fulltext_"
"""Prefix of the tables that FTS5 makes; how it declares them may depend on its version."""


def seal(connection: sqlite3.Connection) -> None:
    """Store the checksum of a catalog in it, as the last change of a transaction."""
    connection.execute("PRAGMA application_id = 0")  # makes the first page part of the transaction
    if _is_checked(connection):
        connection.execute(f"PRAGMA application_id = {_checksum(connection)}")


def require_unchanged(connection: sqlite3.Connection) -> None:
    """Check that a catalog, unless it is large, was changed by nobody but qa.

    Raises:
        IndexDamaged: it was.
        sqlite3.Error: it cannot be read.
    """
    if _is_checked(connection):
        (stored,) = connection.execute("PRAGMA application_id").fetchone()
        if stored != _checksum(connection):
            raise IndexDamaged("The catalog of the index is damaged: its checksum is not that of its pages", REBUILD)


def require_schema(connection: sqlite3.Connection) -> None:
    """Check that a file has the tables of a catalog and nothing else, such as a view, which might never end.

    Raises:
        IndexDamaged: it has others.
        sqlite3.Error: it cannot be read.
    """
    if _tables(connection) != _expected_tables():
        raise IndexDamaged("The catalog of the index is damaged: its tables are not those of qa", REBUILD)


def _is_checked(connection: sqlite3.Connection) -> bool:
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    return bool(pages * PAGE_SIZE <= LARGEST_CHECKED)


def _checksum(connection: sqlite3.Connection) -> int:
    """Return the CRC-32 of a catalog as the transaction sees it, as the signed number that SQLite can store."""
    content = memoryview(connection.serialize())
    checksum = start = 0
    for first, end in _CHANGING:
        checksum = zlib.crc32(content[start:first], checksum)
        start = end
    checksum = zlib.crc32(content[start:], checksum)
    return checksum - (1 << 32) if checksum >> 31 else checksum


def _tables(connection: sqlite3.Connection) -> set[tuple[str, ...]]:
    rows = connection.execute("SELECT type, name, tbl_name, sql FROM main.sqlite_schema").fetchall()
    return {
        (kind, name, table, f"{sql}"[:13] if f"{name}".startswith(_SHADOW) else sql) for kind, name, table, sql in rows
    }


@cache
def _expected_tables() -> set[tuple[str, ...]]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.executescript(SCHEMA)
        return _tables(connection)
    finally:
        connection.close()
