"""Vectors of an unfinished indexing run, so that an interrupted run can resume."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from qa.index.files import SQLITE_SUFFIXES, create_private, set_aside
from qa.models.embedding import Vectors
from qa.private_files import create_folders

_MAX_VARIABLES = 900
_SCHEMA = "CREATE TABLE vectors (model TEXT, hash TEXT PRIMARY KEY, vector BLOB, checksum INTEGER)"


class EmbeddingCache:
    """A small SQLite file next to the builds, removed when the run finishes."""

    def __init__(self, root: Path, weights_sha256: str, dimension: int) -> None:
        self._path = root / "unfinished.sqlite"
        self._model = weights_sha256
        self._bytes = 4 * dimension
        create_folders(root)
        for path in self._files:
            set_aside(path)
        create_private(self._path)
        self._connection = sqlite3.connect(self._path)
        try:
            self._prepare()
        except (sqlite3.DatabaseError, ValueError):  # corrupted by a power failure, or not a database of ours
            self._connection.close()
            for path in self._files:
                path.unlink(missing_ok=True)
            create_private(self._path)
            self._connection = sqlite3.connect(self._path)
            self._prepare()

    def _prepare(self) -> None:
        """Create the table, or check it: what is damaged would otherwise be found when nothing can be done about it.

        Raises:
            ValueError, sqlite3.DatabaseError: it is damaged.
        """
        self._connection.execute("PRAGMA trusted_schema = OFF")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        schema = [sql for (sql,) in self._connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")]
        if not schema:
            self._connection.execute(_SCHEMA)
        elif schema != [_SCHEMA] or self._connection.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise ValueError(f"{self._path} is damaged")
        self._connection.execute("DELETE FROM vectors WHERE model != ?", (self._model,))
        self._connection.commit()

    @property
    def _files(self) -> list[Path]:
        """The file, and what SQLite may open beside it."""
        return [self._path.with_name(self._path.name + suffix) for suffix in ("", *SQLITE_SUFFIXES)]

    def add(self, hashes: Iterable[str], vectors: Vectors) -> None:
        """Store these vectors by the content hash of their chunk."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
            (
                (self._model, content_hash, vector.tobytes(), _checksum(content_hash, vector.tobytes()))
                for content_hash, vector in zip(hashes, vectors, strict=True)
            ),
        )
        self._connection.commit()

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return those of the vectors that are stored, by content hash."""
        vectors: dict[str, Vectors] = {}
        for start in range(0, len(hashes), _MAX_VARIABLES):
            batch = hashes[start : start + _MAX_VARIABLES]
            rows = self._connection.execute(
                f"SELECT hash, vector, checksum FROM vectors WHERE hash IN ({','.join('?' * len(batch))})", batch
            )
            for content_hash, vector, checksum in rows:
                is_whole = isinstance(vector, bytes) and checksum == _checksum(content_hash, vector)
                if is_whole and len(vector) == self._bytes:
                    vectors[content_hash] = np.frombuffer(vector, dtype=np.float32)
        return vectors

    def close(self) -> None:
        """Close, leaving the file for the next run."""
        self._connection.close()

    def discard(self) -> None:
        """Close and delete the file, once the run has finished."""
        self.close()
        self._path.unlink(missing_ok=True)


def _checksum(content_hash: str, vector: bytes) -> int:
    return zlib.crc32(vector, zlib.crc32(content_hash.encode()))
