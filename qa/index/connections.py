"""Opening a catalog's SQLite file for reading or for writing."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from qa.errors import IndexDamaged
from qa.index.files import is_writable
from qa.index.manifest import REBUILD
from qa.index.schema import PAGE_SIZE, SCHEMA

_WAIT_SECONDS = 30.0
"""How long to wait for another process that commits, or recovers the file after a crash; both take milliseconds."""

_CANNOT_WRITE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}


def open_to_read(path: Path) -> sqlite3.Connection:
    """Open a catalog that others may write meanwhile; also if it is read-only, or the disk is full.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    connection = _connect(path, "mode=rw" if is_writable(path) else "mode=ro")
    try:
        connection.execute("SELECT 1 FROM sqlite_schema")
    except sqlite3.Error as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in _CANNOT_WRITE:
            raise
    else:
        return connection
    # SQLite needs to write beside a file in WAL mode, unless it can be sure that nothing changes.
    log = path.with_name(f"{path.name}-wal")
    if not (log.exists() and log.stat().st_size):
        return _connect(path, "mode=ro&immutable=1")
    folder = tempfile.TemporaryDirectory(prefix="qa-index-", ignore_cleanup_errors=True)
    for file in (path, log):
        shutil.copyfile(file, Path(folder.name) / file.name)
    connection = _connect(Path(folder.name) / path.name, "mode=rw")
    weakref.finalize(connection, folder.cleanup)
    return connection


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a catalog for one transaction, which is begun.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    connection = _connect(path, "mode=rw")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("BEGIN IMMEDIATE")
    return connection


def create(path: Path) -> sqlite3.Connection:
    """Create an empty catalog that nothing reads yet, and begin a transaction without a journal."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.executescript(
        f"PRAGMA page_size = {PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {SCHEMA}"
    )
    return connection


def publish(connection: sqlite3.Connection) -> None:
    """Let others read a file that ``create`` made while it is written."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA journal_mode = WAL")


def is_unread(connection: sqlite3.Connection) -> bool:
    """Write the log of a catalog into its file; return whether nobody reads a state older than the newest one."""
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def is_read(path: Path) -> bool:
    """Whether anybody has a catalog open; one that cannot be opened is not read."""
    if not path.is_file():
        return False
    try:
        # Only the last connection can leave the mode in which a file is read and written at once.
        with closing(_connect(path, "mode=rw", wait=0.0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:
        return False
    return False


@contextmanager
def damage_reported(path: Path) -> Iterator[None]:
    """Report an error of SQLite as damage to the index.

    Raises:
        IndexDamaged: instead of any ``sqlite3.Error``.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise IndexDamaged(f"{path} cannot be read: {error}", REBUILD) from None


def _connect(path: Path, options: str, wait: float = _WAIT_SECONDS) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?{options}"
    return sqlite3.connect(uri, wait, isolation_level=None, check_same_thread=False, uri=True)
