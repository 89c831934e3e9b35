"""A connection to PostgreSQL that is used like one to SQLite: the same statements, question marks for values."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.pq import TransactionStatus

from qa.errors import IndexDamaged, IndexNotWritten, IndexUnreachable, QAError
from qa.index.manifest import REBUILD
from qa.index.queries import UNSTORABLE

_CONNECT_SECONDS = 10
LOST_SECONDS = 30
"""How long a server or a network may be silent before a connection counts as lost."""
_SILENT_SECONDS = LOST_SECONDS
"""How long to wait for an answer before it is checked that the server is still there."""
_NOT_WRITTEN = (psycopg.errors.DiskFull, psycopg.errors.ReadOnlySqlTransaction)
_LOST = (psycopg.OperationalError, psycopg.InterfaceError)

Row = tuple[Any, ...]
"""Values of a row."""


class _WatchedConnection(psycopg.Connection[Row]):
    """A connection that does not wait for ever for a server that is frozen, or behind a network that swallows all."""

    probe: Callable[[], None] = lambda: None
    """Raises an error if the server does not answer."""

    def wait(self, gen: Generator[Any, Any, Any], *options: Any, **named: Any) -> Any:
        """Wait for an answer; whenever it takes long, ask whether the server is still there."""
        return super().wait(self._watched(gen), *options, **named)

    def _watched(self, gen: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        last = time.monotonic()
        try:
            state = next(gen)
            while True:
                ready = yield state
                now = time.monotonic()
                if ready:
                    last = now
                elif now - last > _SILENT_SECONDS:
                    self._require_server()
                    last = time.monotonic()
                state = gen.send(ready)
        except StopIteration as end:
            return end.value

    def _require_server(self) -> None:
        try:
            self.probe()
        except psycopg.Error:
            self.close()
            raise


class Connection:
    """A connection in which every transaction is begun explicitly; its errors are those of an index.

    Raises:
        IndexUnreachable: the server does not answer, or refuses the connection; as in all methods.
    """

    def __init__(self, url: str, name: str) -> None:
        self._name = name
        with self._errors_reported():
            self._connection = _WatchedConnection.connect(
                url,
                autocommit=True,
                application_name=f"qa {socket.gethostname()} {os.getpid()}",
                connect_timeout=_CONNECT_SECONDS,
                keepalives_idle=LOST_SECONDS // 3,
                keepalives_interval=LOST_SECONDS // 6,
                keepalives_count=4,
                tcp_user_timeout=1000 * LOST_SECONDS,
            )
            self._connection.execute("SET jit = off")  # compiling a search takes longer than running it
        self._connection.probe = lambda: psycopg.connect(url, connect_timeout=_CONNECT_SECONDS).close()

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Row]:
        """Run a statement; iterate over what it returns, or fetch it.

        Raises:
            IndexNotWritten: PostgreSQL has no space left, or takes no changes.
            IndexDamaged: instead of any other error.
        """
        return self._execute(sql, values, is_binary=False)

    def execute_binary(self, sql: str, values: Sequence[Any] = ()) -> psycopg.Cursor[Row]:
        """Run a statement whose large values are sent as they are stored."""
        return self._execute(sql, values, is_binary=True)

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> None:
        """Run a statement with each of these rows of values."""
        with self._errors_reported(), self._connection.cursor() as cursor:
            cursor.executemany(_translated(sql), rows)

    def copy(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        """Add many rows to a table, given with its columns: ``words(word, chunks)``."""
        sql = f"COPY {table} FROM STDIN"
        with self._errors_reported(), self._connection.cursor() as cursor, cursor.copy(sql) as copied:
            for row in rows:
                copied.write_row(row)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, failed ones included; not if the connection is lost."""
        return self._connection.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    @property
    def is_lost(self) -> bool:
        """Whether the connection is known to be lost or closed."""
        return bool(self._connection.closed)

    def close(self) -> None:
        """Close, undoing what was not committed."""
        self._connection.close()

    def _execute(self, sql: str, values: Sequence[Any], is_binary: bool) -> psycopg.Cursor[Row]:
        with self._errors_reported():
            if values:
                return self._connection.execute(_translated(sql), [*map(_sent, values)], binary=is_binary)
            return self._connection.execute(sql, binary=is_binary)

    @contextmanager
    def _errors_reported(self) -> Iterator[None]:
        try:
            yield
        except _NOT_WRITTEN as error:
            raise self._not_written(error) from error
        except psycopg.errors.InsufficientPrivilege as error:
            hint = "Ask its owner for this right; docs/large.md names those that are needed."
            raise IndexUnreachable(f"{self._name} refuses access: {_first_line(error)}", hint) from error
        except _LOST as error:
            raise self._unreachable(error) from None
        except psycopg.Error as error:
            raise IndexDamaged(f"The index {self._name} cannot be read: {_first_line(error)}", REBUILD) from error

    def _unreachable(self, error: psycopg.Error) -> QAError:
        hint = "Start it, or correct index; a password comes from PGPASSWORD."
        return IndexUnreachable(f"{self._name} does not answer: {_first_line(error)}", hint)

    def _not_written(self, error: psycopg.Error) -> QAError:
        hint = "Nothing has changed; correct that, and run it again."
        return IndexNotWritten(f"The index {self._name} cannot be written: {_first_line(error)}", hint)


def _sent(value: Any) -> Any:
    """Return a value as it is sent: characters that PostgreSQL refuses are in no text of an index, so none is found."""
    if isinstance(value, str):
        return UNSTORABLE.sub("\ufffd", value)
    return [*map(_sent, value)] if isinstance(value, list) and value and isinstance(value[0], str) else value


def _first_line(error: psycopg.Error) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


@lru_cache(maxsize=512)
def _translated(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")
