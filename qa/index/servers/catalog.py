"""A catalog in PostgreSQL, as one reader sees it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from qa.datatypes import Filter
from qa.errors import IndexDamaged, IndexUnreachable
from qa.index.catalog import Catalog
from qa.index.manifest import Manifest, check_schema
from qa.index.queries import POSTGRES, condition_of
from qa.index.records import Segment
from qa.index.schema import SCHEMA_VERSION
from qa.index.servers.connection import Connection
from qa.index.servers.fulltext import PostgresFulltext
from qa.index.servers.schema import schema_of
from qa.index.servers.stored_vectors import StoredVectors


class StoredCollection(NamedTuple):
    """A collection on the Chroma server."""

    name: str
    """Its name there."""
    label: str
    """Which vectors it has: ``ALL``, or those of articles from a year."""
    vectors: int
    """How many were stored, about."""


class State(NamedTuple):
    """What is current in a database."""

    build: int
    """Number of the build."""
    version: int
    """Version of its tables."""


class PostgresCatalog(Catalog):
    """A catalog as of the moment its transaction began: what is committed later, it does not see."""

    def __init__(self, connection: Connection, manifest: Manifest, build: int) -> None:
        super().__init__(connection, manifest, PostgresFulltext(connection), POSTGRES)
        self._postgres = connection
        self.build = build
        """Number of its build."""

    @classmethod
    def of(cls, connection: Connection, state: State) -> PostgresCatalog:
        """Return the catalog of a state that ``begin_reading`` has begun to read.

        Raises:
            IndexDamaged: it was removed in this moment, or it cannot be read.
            IndexOutdated: an earlier version of qa wrote it.
            IndexMismatch: a later one did.
        """
        check_schema(state.version)
        return cls(connection, read_manifest(connection), state.build)

    def resume(self) -> bool:
        """Continue to read; return whether nothing was written since ``pause``, and the connection is not lost."""
        if self._postgres.in_transaction:
            return True
        # Lost, or removed in this moment: whoever opens the index again will see.
        with suppress(IndexUnreachable, IndexDamaged):
            state = begin_reading(self._postgres)
            if state == State(self.build, SCHEMA_VERSION) and self.manifest == read_manifest(self._postgres):
                return True
        with suppress(IndexUnreachable):
            self.pause()
        return False

    def segments(self) -> list[Segment]:
        """Return the collections as segments; what is outdated in them is removed after some minutes."""
        return [Segment(each.name, 0, 0, each.vectors, each.vectors, "") for each in self.collections()]

    def collections(self) -> list[StoredCollection]:
        """Return the collections that have the vectors, the oldest first."""
        rows = self._connection.execute("SELECT name, label, vectors FROM collections ORDER BY id")
        return [StoredCollection(*row) for row in rows]

    def count_vectors(self) -> int:
        """Return how many vectors PostgreSQL has."""
        return int(self._connection.execute("SELECT count(*) FROM vectors").fetchone()[0])

    def vectors(self, keys: Collection[int]) -> StoredVectors:
        """Return the vectors of those of these chunks that are there."""
        return self._vectors("key = ANY(?::bigint[])", ([*keys],))

    def vectors_meeting(self, meeting: Filter, most: int) -> StoredVectors | None:
        """Return the vectors of all chunks that meet a filter; None if these are more than ``most``."""
        condition, values = condition_of(meeting, POSTGRES)
        documents = f"document_id IN (SELECT id FROM documents WHERE {condition})"
        (count,) = self._connection.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM chunks WHERE {documents} LIMIT {most + 1}) AS meeting", values
        ).fetchone()
        return self._vectors(f"key IN (SELECT key FROM chunks WHERE {documents})", values) if count <= most else None

    def _vectors(self, condition: str, values: Sequence[Any]) -> StoredVectors:
        # As one value: many rows would take longer to receive than to read.
        (rows,) = self._postgres.execute_binary(
            "SELECT string_agg(int8send(key) || float4send(scale) || numbers, '' ORDER BY key) FROM vectors"
            f" WHERE {condition}",
            values,
        ).fetchone() or (None,)
        return StoredVectors.of(rows or b"", self.manifest.dimension)

    def size(self) -> int:
        """Return how many bytes the tables take."""
        (size,) = self._connection.execute(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = ? AND relkind = 'r'",
            (schema_of(self.build),),
        ).fetchone()
        return int(size)


def begin_reading(connection: Connection) -> State | None:
    """Begin a transaction that sees one state of the index to its end; return None, without one, if there is none."""
    connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    state = current_state(connection)
    if state is None:
        connection.execute("ROLLBACK")
    else:
        connection.execute(f"SET LOCAL search_path TO {schema_of(state.build)}")
    return state


def current_state(connection: Connection) -> State | None:
    """Return what is current in a database; None if it has no index."""
    (table,) = connection.execute("SELECT to_regclass('qa.state')").fetchone() or (None,)
    row = connection.execute("SELECT build, version FROM qa.state").fetchone() if table else None
    return State(*row) if row else None


def read_manifest(connection: Connection) -> Manifest:
    """Read the manifest of a build.

    Raises:
        IndexDamaged: it cannot be read.
    """
    row = connection.execute("SELECT json FROM manifest").fetchone()
    return Manifest.parse(row and row[0])
