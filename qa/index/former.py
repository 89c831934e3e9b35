"""The vectors of an index that an earlier version of qa built: embedding takes longest, so they are taken over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from qa.errors import IndexDamaged
from qa.index.builds import CATALOG
from qa.index.chroma import ChromaStore
from qa.models.embedding import Vectors


class FormerVectors:
    """The vectors of a former index by the content hash of their chunk; none if it cannot be read."""

    def __init__(self, folder: Path | None, weights_sha256: str) -> None:
        self._keys: dict[str, str] = {}
        self._store: ChromaStore | None = None
        if folder is None:
            return
        with suppress(OSError, ValueError, KeyError, TypeError, sqlite3.Error, IndexDamaged):
            if json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["weights_sha256"] == weights_sha256:
                uri = f"{(folder / CATALOG).absolute().as_uri()}?mode=ro&immutable=1"
                with closing(sqlite3.connect(uri, uri=True)) as catalog:
                    keys = dict(catalog.execute("SELECT content_hash, key FROM chunks").fetchall())
                self._store = ChromaStore.open(folder / "chroma")
                self._keys = keys

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return those of the vectors that are there, by content hash."""
        names = {self._keys[content_hash]: content_hash for content_hash in hashes if content_hash in self._keys}
        if self._store is None or not names:
            return {}
        with suppress(IndexDamaged):
            return {names[name]: vector for name, vector in self._store.get([*names]).items()}
        return {}

    def close(self) -> None:
        """Close the former vectors."""
        if self._store is not None:
            self._store.close()
