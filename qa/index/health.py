"""Whether an index is whole, and repairing what a crash or a copy left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

from qa.errors import IndexDamaged, QAError
from qa.index.builds import CATALOG, SEGMENTS, Builds
from qa.index.catalog import Catalog
from qa.index.compaction import remove_unlisted
from qa.index.connections import damage_reported
from qa.index.manifest import REBUILD
from qa.index.segments import is_whole, restore_quantized
from qa.index.sqlite_catalog import SqliteCatalog
from qa.index.sqlite_catalog_writer import SqliteCatalogWriter
from qa.index.storage import Health
from qa.text.english import counted


def check(builds: Builds, folder: Path) -> Health:
    """Check the build in ``folder``, and repair what can be repaired.

    Raises:
        IndexDamaged: something cannot be repaired.
        IndexMismatch: another version of qa wrote it.
    """
    with damage_reported(folder / CATALOG), closing(SqliteCatalog.open(folder / CATALOG)) as catalog:
        health = Health(catalog.manifest, catalog.segments())
        _require_whole(catalog, health)
        for segment in health.segments:
            if not is_whole(folder / SEGMENTS / segment.name, segment):
                restore_quantized(folder / SEGMENTS / segment.name, segment, health.manifest.dimension)
                health.repaired.append(f"compressed vectors of segment {segment.name} derived again")
    health.repaired += _cleaned(builds, folder)
    return health


def _require_whole(catalog: Catalog, health: Health) -> None:
    """Check the catalog in itself, and that there is a vector for each chunk.

    Raises:
        IndexDamaged: they do not agree.
    """
    problem = catalog.problem()
    documents, chunks = catalog.counts()
    vectors = sum(segment.alive for segment in health.segments)
    expected = health.manifest.documents, health.manifest.chunks, health.manifest.chunks
    if problem is None and (documents, chunks, vectors) != expected:
        problem = (
            f"the manifest lists {expected[0]} documents and {expected[1]} chunks, the catalog has {documents} and"
            f" {chunks}, and there are {vectors} vectors"
        )
    if problem is not None:
        raise IndexDamaged(f"The index is damaged: {problem}", REBUILD)


def _cleaned(builds: Builds, folder: Path) -> Iterator[str]:
    """Remove builds and segments that a killed run left; yield what was removed."""
    before = _folders(builds, folder)
    with suppress(OSError, sqlite3.Error, QAError), builds.writing():
        builds.sweep()
        with closing(SqliteCatalogWriter.edit(folder / CATALOG)) as catalog:
            catalog.roll_back()
            remove_unlisted(builds, folder, catalog)
    removed = len(before - _folders(builds, folder))
    if removed:
        yield f"{counted(removed, 'unfinished or outdated folder')} removed"


def _folders(builds: Builds, folder: Path) -> set[Path]:
    return {*(builds.root / "builds").iterdir(), *(folder / SEGMENTS).iterdir()}
