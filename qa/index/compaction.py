"""Keeping the number of segments small: merging small ones, and leaving out the vectors of removed chunks.

Segments are never changed, so this goes on beside readers and writers; only listing the result takes the lock.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np

from qa.errors import IndexLocked, QAError
from qa.index.builds import CATALOG, SEGMENTS, Builds
from qa.index.catalog import Catalog
from qa.index.connections import write_errors_reported
from qa.index.records import Segment
from qa.index.segments import SegmentWriter, opened_store, sweep
from qa.index.sqlite_catalog import SqliteCatalog, open_current
from qa.index.sqlite_catalog_writer import SqliteCatalogWriter

MOST_SEGMENTS = 8
"""Segments beyond which the newest are merged; each takes a question about a millisecond."""
MOST_REMOVED = 0.2
"""Share of the vectors of a large segment that may belong to removed chunks."""
LARGE = 1_000
"""Vectors from which a segment is rewritten on its own; smaller ones wait for being merged."""
_WAIT_SECONDS = 60.0
"""How long to wait for a writer before giving up what was merged."""


def segments_to_merge(segments: Sequence[Segment]) -> Sequence[Segment]:
    """Return which segments, given by key, should become one; none if nothing needs to be done.

    Past ``MOST_SEGMENTS``, those are merged that are no larger than all newer ones together: every vector is rewritten
    only about as often as the index doubles, as in a log-structured merge tree (O'Neil et al. 1996).
    """
    if len(segments) > MOST_SEGMENTS:
        newer = 0
        first = len(segments) - 2
        for index in reversed(range(len(segments) - 1)):
            newer += segments[index + 1].alive
            if segments[index].alive <= newer:
                first = index
        return segments[first:]
    for segment in segments:
        if segment.vectors >= LARGE and segment.alive < (1 - MOST_REMOVED) * segment.vectors:
            return [segment]
    return []


def compact(builds: Builds, on_begin: Callable[[], None] = lambda: None) -> None:
    """Merge segments until nothing needs to be done; interrupted at any moment, the index stays as it was.

    ``on_begin`` is called once if there is something to do. Nothing is done while another process does it, or if
    another process writes for a minute.

    Raises:
        IndexMissing, IndexDamaged: there is no index, or a segment cannot be read.
        IndexNotWritten: the disk is full or the folder is read-only.
    """
    with write_errors_reported(builds.root), builds.compacting() as alone:
        began = False
        while alone:
            folder, opened = open_current(builds)
            with closing(opened) as catalog:  # as long as it is open, nothing is removed
                chosen = segments_to_merge(catalog.segments())
                if not chosen:
                    return
                if not began:
                    on_begin()
                began = True
                writer = _merged(folder / SEGMENTS, catalog, chosen)
            try:
                new = writer.finish()
                if not _list(builds, folder, chosen, new):
                    writer.abandon()
                    return
            except BaseException as error:
                _abandon(folder, writer)
                if isinstance(error, IndexLocked):
                    return
                raise


def remove_unlisted(builds: Builds, folder: Path, catalog: SqliteCatalogWriter) -> None:
    """Remove segments that the newest catalog does not list, unless somebody reads an older one; requires the lock."""
    with builds.compacting() as alone:
        if alone:
            _sweep(folder, catalog)


def _sweep(folder: Path, catalog: SqliteCatalogWriter) -> None:
    if catalog.is_unread():
        sweep(folder / SEGMENTS, {segment.name for segment in catalog.segments()})


def _merged(segments: Path, catalog: Catalog, chosen: Sequence[Segment]) -> SegmentWriter:
    """Write the vectors of these segments that belong to chunks into a new one."""
    writer = SegmentWriter(segments, catalog.manifest.dimension)
    try:
        for segment in chosen:
            with opened_store(segments / segment.name, segment) as store:
                for keys, vectors, metadata in store.read():
                    existing = catalog.existing(keys.tolist())
                    rows = np.flatnonzero([key in existing for key in keys.tolist()])
                    if len(rows):
                        writer.add(keys[rows].tolist(), vectors[rows], [metadata[row] for row in rows])
    except BaseException:
        writer.abandon()
        raise
    return writer


def _list(builds: Builds, folder: Path, old: Sequence[Segment], new: Segment) -> bool:
    """List a segment instead of others; return whether the build is still the current one."""
    with builds.writing(_WAIT_SECONDS):
        if builds.current() != folder:
            return False
        with closing(SqliteCatalogWriter.edit(folder / CATALOG)) as catalog:
            catalog.replace_segments(old, new)
            catalog.commit_segments()
            with suppress(sqlite3.Error, OSError):
                _sweep(folder, catalog)
    return True


def _abandon(folder: Path, writer: SegmentWriter) -> None:
    """Remove what was merged unless it was listed; what is left behind, the next run removes."""
    with suppress(sqlite3.Error, OSError, QAError), closing(SqliteCatalog.open(folder / CATALOG)) as catalog:
        if all(segment.name != writer.name for segment in catalog.segments()):
            writer.abandon()
