"""Changing a catalog in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from qa.index.catalog import Catalog
from qa.index.catalog_writer import CatalogWriter
from qa.index.manifest import Manifest
from qa.index.quantized import QuantizedVectors
from qa.index.schema import SCHEMA_VERSION
from qa.index.servers.catalog import PostgresCatalog, read_manifest
from qa.index.servers.connection import Connection
from qa.index.servers.fulltext import PostgresFulltext
from qa.index.servers.schema import build_tables, schema_of
from qa.models.embedding import Vectors


class PostgresCatalogWriter(CatalogWriter, PostgresCatalog):
    """A catalog with an open transaction, which sees what it has changed."""

    def __init__(
        self, connection: Connection, journal: Connection, manifest: Manifest, build: int, is_new: bool = False
    ) -> None:
        PostgresCatalog.__init__(self, connection, manifest, build)
        self._journal = journal
        """Another connection, for what must be known after a run that never commits."""
        self._is_new = is_new
        self._chunks = 0 if is_new else manifest.chunks

    @classmethod
    def create(
        cls, connection: Connection, journal: Connection, build: int, manifest: Manifest
    ) -> PostgresCatalogWriter:
        """Create an empty catalog that nobody reads before ``publish``; ``manifest`` describes what it will have."""
        schema = schema_of(build)
        connection.execute("BEGIN")
        connection.execute(f"CREATE SCHEMA {schema}; SET search_path TO {schema}; {build_tables()}")
        connection.execute("INSERT INTO manifest VALUES (?)", (manifest.to_json(),))
        return cls(connection, journal, manifest, build, is_new=True)

    @classmethod
    def edit(cls, connection: Connection, journal: Connection, build: int) -> PostgresCatalogWriter:
        """Begin to change a catalog that others may read.

        Raises:
            IndexDamaged: it cannot be read.
        """
        connection.execute("BEGIN")
        connection.execute(f"SET search_path TO {schema_of(build)}")
        return cls(connection, journal, read_manifest(connection), build)

    @property
    def count_of_chunks(self) -> int:
        """How many chunks there are, counting what was changed."""
        return self._chunks

    def announce_collection(self, name: str) -> None:
        """Record the name of a collection before it is created, so that it can be removed after a crash."""
        self._journal.execute("INSERT INTO qa.collections VALUES (?, ?)", (name, self.build))

    def announce_vectors(self, keys: Collection[int]) -> None:
        """Record the keys of vectors before they are stored; a new build that is not completed goes as a whole."""
        if not self._is_new:
            sql = f"INSERT INTO {schema_of(self.build)}.stored VALUES (?, ?)"
            self._journal.execute(sql, (min(keys), max(keys)))

    def add_collection(self, name: str, label: str) -> None:
        """List a collection on the Chroma server."""
        self._connection.execute("INSERT INTO collections(name, label, vectors) VALUES (?, ?, 0)", (name, label))

    def add_vectors(self, keys: Sequence[int], vectors: Vectors) -> Vectors:
        """Store vectors, and return them as they are stored."""
        compressed = QuantizedVectors.of(np.array(keys, dtype=np.int64), vectors)
        values = map(bytes, compressed.values)
        self._postgres.copy("vectors", zip(keys, compressed.scales.tolist(), values, strict=True))
        return compressed.get(np.arange(len(keys)))

    def note_vectors(self, name: str, stored: int) -> None:
        """Note that so many vectors were stored in a collection."""
        self._connection.execute("UPDATE collections SET vectors = vectors + ? WHERE name = ?", (stored, name))

    def take_over_chunks(self, source: Catalog, keys: Collection[int]) -> None:
        """Copy chunks, as in any catalog; later ones get larger keys."""
        super().take_over_chunks(source, keys)
        self._connection.execute("SELECT setval('chunk_keys', greatest(last_value, ?)) FROM chunk_keys", (max(keys),))
        self._chunks += len(keys)

    def save_progress(self) -> None:
        """Commit what a new build has so far: PostgreSQL cannot clean up anything behind a transaction of days."""
        if self._is_new:
            self._connection.execute("COMMIT")
            self._connection.execute("BEGIN")

    def publish(self) -> Manifest:
        """Commit a new catalog as the current one."""
        self.flush()
        self._fulltext().create_index()
        self._connection.execute("DELETE FROM qa.state")
        self._connection.execute("INSERT INTO qa.state VALUES (?, ?)", (self.build, SCHEMA_VERSION))
        manifest = self.commit()
        self._connection.execute("ANALYZE documents, chunks, terms, fulltext, fulltext_words")
        return manifest

    def _fulltext(self) -> PostgresFulltext:
        assert isinstance(self.fulltext, PostgresFulltext)
        return self.fulltext

    def _add_rows(self, table: str, rows: Sequence[Sequence[Any]]) -> None:
        self._postgres.copy(table, rows)

    def _new_keys(self, count: int) -> range:
        # Not undone with the transaction: a vector that is left behind is never taken for that of another chunk.
        (last,) = self._connection.execute(
            "SELECT setval('chunk_keys', last_value + ?) FROM chunk_keys", (count,)
        ).fetchone()
        self._chunks += count
        return range(last - count + 1, last + 1)

    def _forget_vectors(self, keys: Collection[int]) -> None:
        self._connection.executemany("INSERT INTO removed(key) VALUES (?)", [(key,) for key in keys])
        self._connection.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])
        self._chunks -= len(keys)

    def _count_chunks(self) -> int:
        return self._chunks

    def _end_transaction(self) -> None:
        self._connection.execute("DELETE FROM stored")
        # The default of the column is when the transaction began, which may be hours ago.
        self._connection.execute("UPDATE removed SET at = clock_timestamp() WHERE at = now()")
        self._connection.execute("COMMIT")
