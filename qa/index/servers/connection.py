"""A connection to PostgreSQL that reads like one to SQLite: the same statements, question marks for values."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.pq import TransactionStatus

from qa.errors import IndexDamaged, IndexNotWritten, IndexUnreachable
from qa.index.manifest import REBUILD

_CONNECT_SECONDS = 10
_LOST_SECONDS = 30
"""How long a server or a network may be silent before the connection counts as lost."""
_UNREACHABLE = (psycopg.OperationalError, psycopg.InterfaceError)

Row = tuple[Any, ...]
"""Values of a row."""


class Connection:
    """A connection in which every transaction is begun explicitly, as in the connections to SQLite."""

    def __init__(self, url: str) -> None:
        self.url = url
        """Address of the database, without a password."""
        self._connection: psycopg.Connection[Row] = psycopg.connect(
            url,
            autocommit=True,
            application_name=f"qa {socket.gethostname()} {os.getpid()}",
            connect_timeout=_CONNECT_SECONDS,
            keepalives_idle=_LOST_SECONDS // 3,
            keepalives_interval=_LOST_SECONDS // 6,
            keepalives_count=4,
            tcp_user_timeout=1000 * _LOST_SECONDS,
        )

    def execute(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Row]:
        """Run a statement; iterate over what it returns, or fetch it."""
        return self._connection.execute(_translated(sql), values)

    def execute_binary(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Row]:
        """Run a statement whose large values are sent as they are stored."""
        return self._connection.execute(_translated(sql), values, binary=True)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement with each of these rows of values."""
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(sql), rows)

    def copy(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add many rows to a table, given with its columns: ``words(word, chunks)``."""
        with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copied:
            for row in rows:
                copied.write_row(row)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, failed ones included."""
        return self._connection.info.transaction_status != TransactionStatus.IDLE

    def close(self) -> None:
        """Close, undoing what was not committed."""
        self._connection.close()


def shown(url: str) -> str:
    """Return the address of a database as messages show it: without user and options."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or 'localhost'}{port}{parts.path}"


@contextmanager
def reading_errors_reported(url: str) -> Iterator[None]:
    """Report errors of PostgreSQL while reading.

    Raises:
        IndexUnreachable: the server does not answer, or refuses the connection.
        IndexDamaged: instead of any other ``psycopg.Error``.
    """
    try:
        yield
    except _UNREACHABLE as error:
        raise _unreachable(url, error) from None
    except psycopg.Error as error:
        raise IndexDamaged(f"The index {shown(url)} cannot be read: {_first_line(error)}", REBUILD) from error


@contextmanager
def write_errors_reported(url: str) -> Iterator[None]:
    """Report errors of PostgreSQL while writing.

    Raises:
        IndexUnreachable: the server does not answer, or refuses the connection.
        IndexNotWritten: instead of any other ``psycopg.Error``.
    """
    try:
        yield
    except (psycopg.errors.DiskFull, psycopg.errors.InsufficientPrivilege) as error:
        raise _not_written(url, error) from error
    except _UNREACHABLE as error:
        raise _unreachable(url, error) from None
    except psycopg.Error as error:
        raise _not_written(url, error) from error


def _unreachable(url: str, error: psycopg.Error) -> IndexUnreachable:
    return IndexUnreachable(
        f"PostgreSQL at {shown(url)} does not answer: {_first_line(error)}",
        "Start it, or correct index; a password is taken from PGPASSWORD.",
    )


def _not_written(url: str, error: psycopg.Error) -> IndexNotWritten:
    hint = "Nothing has changed; correct that and run it again."
    return IndexNotWritten(f"The index {shown(url)} cannot be written: {_first_line(error)}", hint)


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


@lru_cache(maxsize=512)
def _translated(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
