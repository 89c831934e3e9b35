"""The vectors of an index that an earlier version of qa built: embedding takes longest, so they are taken over."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from qa.errors import IndexDamaged
from qa.index.builds import CATALOG, SEGMENTS, Builds
from qa.index.checksums import GRAPH
from qa.index.chroma import ChromaStore
from qa.index.connections import open_to_read
from qa.index.quantized import QuantizedVectors
from qa.index.vectors import VectorIndex
from qa.models.embedding import Vectors

_VERSION = 4
"""Version of the last catalog without checksums of rows."""


class FormerVectors(NamedTuple):
    """The vectors of a former index by the content hash of their chunk."""

    keys: Mapping[str, Any]
    """Keys by content hash."""
    read: Callable[[Sequence[Any]], Mapping[Any, Vectors]]
    """Returns vectors by key."""
    close: Callable[[], None] = lambda: None
    """Closes the former vectors."""

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return those of the vectors that are there, by content hash."""
        wanted = {self.keys[content_hash]: content_hash for content_hash in hashes if content_hash in self.keys}
        with suppress(IndexDamaged):
            return {wanted[key]: vector for key, vector in self.read([*wanted]).items()} if wanted else {}
        return {}


NO_VECTORS = FormerVectors({}, lambda _: {})
"""If there is no former index, or it cannot be read."""


def open_former(builds: Builds, weights_sha256: str) -> FormerVectors:
    """Open the vectors of the current index, if an earlier version of qa built it with the model of these weights."""
    with suppress(OSError, ValueError, KeyError, TypeError, sqlite3.Error, IndexDamaged):
        former = builds.former()
        if former is not None:
            return _in_chroma(former, weights_sha256)
        current = builds.current()
        if current is not None:
            return _compressed(current, weights_sha256)
    return NO_VECTORS


def _in_chroma(folder: Path, weights_sha256: str) -> FormerVectors:
    """Open a former generation, whose catalog is beside one Chroma folder."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    if manifest["weights_sha256"] != weights_sha256 or any(folder.rglob(GRAPH)):
        return NO_VECTORS  # a graph has no checksum here
    with _opened(folder / CATALOG) as catalog:
        keys = dict(catalog.execute("SELECT content_hash, key FROM chunks").fetchall())
    store = ChromaStore.open(folder / "chroma")
    return FormerVectors(keys, store.get, store.close)


def _compressed(folder: Path, weights_sha256: str) -> FormerVectors:
    """Open a build whose catalog has no checksums of rows; its compressed vectors have one."""
    with _opened(folder / CATALOG) as catalog:
        (version,) = catalog.execute("PRAGMA user_version").fetchone()
        manifest = json.loads(catalog.execute("SELECT json FROM manifest").fetchone()[0])
        if version != _VERSION or manifest["weights_sha256"] != weights_sha256:
            return NO_VECTORS
        keys = dict(catalog.execute("SELECT lower(hex(content_hash)), key FROM chunks").fetchall())
        listed = catalog.execute("SELECT name, vectors, sha256 FROM segments ORDER BY first").fetchall()
    segments = []
    for name, count, sha256 in listed:
        vectors = QuantizedVectors.open(folder / SEGMENTS / name / "quantized", count, manifest["dimension"])
        if vectors.sha256() == sha256:
            segments.append(vectors)
    return FormerVectors(keys, VectorIndex(segments, None).get)


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a former catalog, if it has no views or triggers, which could do anything."""
    with closing(open_to_read(path)) as catalog:
        kinds = {kind for (kind,) in catalog.execute("SELECT type FROM sqlite_schema")}
        if not kinds <= {"table", "index"}:
            raise ValueError(f"{path} is no catalog of qa")
        yield catalog
