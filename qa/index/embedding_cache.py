"""Vectors of an unfinished indexing run, so that an interrupted run can resume."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from qa.models.embedding import Vectors


class EmbeddingCache:
    """A small SQLite file next to the generations, removed when the run finishes."""

    def __init__(self, root: Path, weights_sha256: str) -> None:
        self._path = root / "unfinished.sqlite"
        self._connection = sqlite3.connect(self._path)
        try:
            self._prepare(weights_sha256)
        except sqlite3.DatabaseError:  # corrupted by a power failure, or not a database at all
            self._connection.close()
            self._path.unlink(missing_ok=True)
            self._connection = sqlite3.connect(self._path)
            self._prepare(weights_sha256)

    def _prepare(self, weights_sha256: str) -> None:
        self._connection.execute("PRAGMA synchronous=NORMAL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS vectors (model TEXT, hash TEXT PRIMARY KEY, vector BLOB)")
        self._connection.execute("DELETE FROM vectors WHERE model != ?", (weights_sha256,))
        self._connection.commit()
        self._model = weights_sha256

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

    def vectors(self) -> dict[str, Vectors]:
        """Return all stored vectors by content hash."""
        rows = self._connection.execute("SELECT hash, vector FROM vectors")
        return {content_hash: np.frombuffer(vector, dtype=np.float32) for content_hash, vector in rows}

    def close(self) -> None:
        """Close, leaving the file for the next run."""
        self._connection.close()

    def discard(self) -> None:
        """Close and delete the file, once the run has finished."""
        self.close()
        self._path.unlink(missing_ok=True)
