"""Opening a catalog's SQLite file for reading or for writing."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from qa.errors import IndexDamaged, IndexLocked, IndexNotWritten, QAError
from qa.index.files import (
    FREE_SPACE,
    SQLITE_SUFFIXES,
    create_private,
    inherit_rights,
    is_writable,
    require_file,
)
from qa.index.manifest import REBUILD
from qa.index.schema import PAGE_SIZE, SCHEMA

_WAIT_SECONDS = 30.0
"""How long to wait for another process that commits, or recovers the file after a crash; both take milliseconds."""

_CANNOT_WRITE = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
"""Errors of the disk, not of the file."""


class FileVersion(NamedTuple):
    """A file as it is now."""

    path: Path
    """The file."""
    size: int = -1
    """Bytes; -1 if it is not there."""
    mtime_ns: int = -1
    """Modification time in nanoseconds since the epoch; -1 if it is not there."""

    @classmethod
    def of(cls, path: Path) -> FileVersion:
        """Return the present version of a file."""
        with suppress(OSError):
            status = path.stat()
            return cls(path, status.st_size, status.st_mtime_ns)
        return cls(path)


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
    except UnicodeDecodeError:
        connection.close()
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
    create_private(path)
    inherit_rights(path)  # SQLite gives what it creates beside it the same
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
    connection.execute("PRAGMA busy_timeout = 0")  # otherwise it would wait for the readers
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.execute(f"PRAGMA busy_timeout = {int(_WAIT_SECONDS * 1_000)}")
    return not busy


def is_read(path: Path) -> bool:
    """Whether anybody has a catalog open; one that cannot be opened is not read."""
    try:
        # Only the last connection can leave the mode in which a file is read and written at once.
        with closing(_connect(path, "mode=rw", wait=0.0)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError:
        return True
    except (sqlite3.DatabaseError, UnicodeDecodeError, IndexDamaged):
        return False
    return False


@contextmanager
def damage_reported(path: Path) -> Iterator[None]:
    """Report an error of SQLite while reading as damage to the index.

    Raises:
        IndexDamaged: instead of any other ``sqlite3.Error``.
        IndexLocked: instead of an error that says that another process did not let go of the file in time.
    """
    try:
        yield
    except sqlite3.Error as error:
        if _is_busy(error):
            raise _locked(path) from None
        raise IndexDamaged(f"{path} cannot be read: {error}", REBUILD) from None
    except UnicodeDecodeError:  # the message of SQLite quotes a damaged schema
        raise IndexDamaged(f"{path} cannot be read: malformed database schema", REBUILD) from None


@contextmanager
def write_errors_reported(root: Path) -> Iterator[None]:
    """Report errors while writing the index in the folder ``root``.

    Raises:
        IndexLocked: another process did not let go of a file in time.
        IndexDamaged: a file is no database, or is damaged.
        IndexNotWritten: instead of any other error of SQLite or of the system.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _is_busy(error):
            raise _locked(root) from error
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _CANNOT_WRITE:
            raise IndexDamaged(f"The index {root} cannot be read: {error}", REBUILD) from error
        raise _not_written(root, error) from error
    except UnicodeDecodeError as error:
        raise IndexDamaged(f"The index {root} cannot be read: malformed database schema", REBUILD) from error
    except OSError as error:
        raise _not_written(root, error.strerror or error) from error


def _is_busy(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)  # missing if Python itself raised it
    return code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _locked(path: Path) -> QAError:
    return IndexLocked(f"Another process does not let go of {path}", "Try again in a moment.")


def _not_written(root: Path, reason: object) -> QAError:
    return IndexNotWritten(f"The index {root} cannot be written: {reason}", FREE_SPACE)


def require_database(path: Path) -> None:
    """Check that a database of SQLite, and what SQLite opens beside it, are files.

    Raises:
        IndexDamaged: one is not, or there is no database.
    """
    require_file(path)
    for suffix in SQLITE_SUFFIXES:
        beside = path.with_name(path.name + suffix)
        if os.path.lexists(beside):
            require_file(beside)


def _connect(path: Path, options: str, wait: float = _WAIT_SECONDS) -> sqlite3.Connection:
    require_database(path)
    uri = f"{path.absolute().as_uri()}?{options}"
    connection = sqlite3.connect(uri, wait, isolation_level=None, check_same_thread=False, uri=True)
    # The file may be damaged, or made by somebody else: its schema may call no function, its pages are looked at twice.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection
