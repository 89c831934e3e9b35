"""Vectors of an unfinished indexing run, so that an interrupted run can resume."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from qa.index.files import require_no_link
from qa.models.embedding import Vectors

_MAX_VARIABLES = 900


class EmbeddingCache:
    """A small SQLite file next to the builds, removed when the run finishes."""

    def __init__(self, root: Path, weights_sha256: str, dimension: int) -> None:
        self._path = root / "unfinished.sqlite"
        require_no_link(self._path)
        self._model = weights_sha256
        self._dimension = dimension
        self._connection = sqlite3.connect(self._path)
        try:
            self._prepare()
        except sqlite3.DatabaseError:  # corrupted by a power failure, or not a database at all
            self._connection.close()
            self._path.unlink(missing_ok=True)
            self._connection = sqlite3.connect(self._path)
            self._prepare()

    def _prepare(self) -> None:
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (model TEXT, hash TEXT PRIMARY KEY, vector BLOB)")
        self._connection.execute(
            "DELETE FROM vectors WHERE model != ? OR length(vector) != ?", (self._model, 4 * self._dimension)
        )
        self._connection.commit()

    def add(self, hashes: Iterable[str], vectors: Vectors) -> None:
        """Store these vectors by the content hash of their chunk."""
        self._connection.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
            (
                (self._model, content_hash, vector.tobytes())
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
                f"SELECT hash, vector FROM vectors WHERE hash IN ({','.join('?' * len(batch))})", batch
            )
            vectors |= {content_hash: np.frombuffer(vector, dtype=np.float32) for content_hash, vector in rows}
        return vectors

    def close(self) -> None:
        """Close, leaving the file for the next run."""
        self._connection.close()

    def discard(self) -> None:
        """Close and delete the file, once the run has finished."""
        self.close()
        self._path.unlink(missing_ok=True)
