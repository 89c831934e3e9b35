"""Writing an index in a folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, suppress
from pathlib import Path

from qa.errors import IndexMissing, IndexOutdated, UnusableIndex
from qa.index.builds import CATALOG, SEGMENTS, Builds
from qa.index.chroma import metadata_of
from qa.index.compaction import compact, remove_unlisted
from qa.index.connections import write_errors_reported
from qa.index.former import NO_VECTORS, FormerVectors, open_former
from qa.index.health import check
from qa.index.manifest import Manifest
from qa.index.records import Described
from qa.index.segments import SegmentWriter
from qa.index.sqlite_catalog import open_current
from qa.index.sqlite_catalog_writer import SqliteCatalogWriter
from qa.index.storage import Health, VectorSearch
from qa.index.vectors import open_vectors
from qa.models.embedding import Vectors


class FolderWriter:
    """Writes the index in a folder."""

    def __init__(self, builds: Builds) -> None:
        self._builds = builds

    def errors_reported(self) -> AbstractContextManager[None]:
        """Report errors of SQLite and of the system, as ``write_errors_reported``."""
        return write_errors_reported(self._builds.root)

    def writing(self) -> AbstractContextManager[None]:
        """Hold the lock, as ``Builds.writing``."""
        return self._builds.writing()

    def last_generation(self) -> int:
        """Return the number of the last generation, as far as it can be read; one of an earlier version is closed."""
        try:
            _, catalog = open_current(self._builds)
        except UnusableIndex as error:
            if isinstance(error, IndexOutdated):
                self._builds.make_private()
            former = self._builds.former()
            return int(former.name) if former else 0
        with closing(catalog):
            return catalog.manifest.generation

    def begin(self, manifest: Manifest) -> FolderBuild:
        """Begin a new build; the vectors of a current one of an earlier version are taken over."""
        folder = self._builds.begin()
        try:
            former = open_former(self._builds, manifest.weights_sha256)
            try:
                catalog = SqliteCatalogWriter.create(folder / CATALOG, manifest)
            except BaseException:
                former.close()
                raise
        except BaseException:
            self._builds.abandon(folder)
            raise
        return FolderBuild(self._builds, folder, catalog, former, is_new=True)

    def edit(self, build: Path) -> FolderBuild:
        """Begin to change the current build, as ``SqliteCatalogWriter.edit``."""
        return FolderBuild(self._builds, build, SqliteCatalogWriter.edit(build / CATALOG), NO_VECTORS)

    def compact(self, on_begin: Callable[[], None]) -> None:
        """Merge segments, as ``compact``."""
        compact(self._builds, on_begin)

    def check(self) -> Health:
        """Check the index, as ``check``."""
        folder = self._builds.current()
        if folder is None:
            raise IndexMissing(f"There is no index in {self._builds.root}", "Run: qa index")
        return check(self._builds, folder)


class FolderBuild:
    """A build that is changed."""

    def __init__(
        self, builds: Builds, folder: Path, catalog: SqliteCatalogWriter, former: FormerVectors, is_new: bool = False
    ) -> None:
        self.catalog = catalog
        """Its catalog."""
        self.former = former
        """Vectors that can be taken over."""
        self._builds = builds
        self._folder = folder
        self._is_new = is_new

    def vectors(self) -> VectorSearch:
        """Open the vectors of the segments that are listed."""
        return open_vectors(self._folder, self.catalog)

    def new_vectors(self) -> FolderVectors:
        """Begin a segment."""
        return FolderVectors(self._folder / SEGMENTS, self.catalog)

    def commit(self) -> Manifest:
        """Commit the catalog; switch to a new build."""
        if not self._is_new:
            return self.catalog.commit()
        manifest = self.catalog.publish()
        self._builds.finish(self._folder)
        return manifest

    def clean_up(self) -> None:
        """Remove segments and builds that are no longer needed."""
        with suppress(sqlite3.Error, OSError):
            remove_unlisted(self._builds, self._folder, self.catalog)
        self._close()
        self._builds.sweep()

    def abandon(self) -> None:
        """Undo what was not committed; remove a new build that was not switched to."""
        with suppress(sqlite3.Error, OSError):  # what is left behind, the next run removes
            self.catalog.roll_back()
        self._close()
        if self._is_new:
            self._builds.abandon(self._folder)

    def _close(self) -> None:
        self.catalog.close()
        self.former.close()


class FolderVectors:
    """A new segment."""

    def __init__(self, segments: Path, catalog: SqliteCatalogWriter) -> None:
        self._catalog = catalog
        self._segment = SegmentWriter(segments, catalog.manifest.dimension)

    def add(self, keys: Sequence[int], vectors: Vectors, documents: Sequence[Described]) -> None:
        """Add vectors by key."""
        self._segment.add(keys, vectors, [metadata_of(document) for document in documents])

    def finish(self) -> None:
        """Complete the segment and list it."""
        self._catalog.add_segment(self._segment.finish())

    def abandon(self) -> None:
        """Remove the segment unless the catalog lists it; call after the catalog was rolled back."""
        if not self._catalog.has_segment(self._segment.name):
            self._segment.abandon()
