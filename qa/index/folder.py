"""An index in a folder: the catalog in SQLite, the vectors in segments beside it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from qa.index.builds import CATALOG, SEGMENTS, Builds
from qa.index.catalog import Catalog
from qa.index.connections import damage_reported
from qa.index.files import size_of
from qa.index.sqlite_catalog import open_current
from qa.index.storage import Size, StorageWriter, VectorSearch


class FolderStorage(Builds):
    """The folder of an index; its builds are folders too."""

    is_shared = False
    """One person asks it."""

    @property
    def name(self) -> str:
        """The path of the folder."""
        return str(self.root)

    @property
    def local(self) -> Path:
        """The folder."""
        return self.root

    def is_current(self, build: Path) -> bool:
        """Whether a build is the current one."""
        return build == self.current()

    def open(self) -> tuple[Path, Catalog]:
        """Open the catalog of the current build, as ``open_current``."""
        return open_current(self)

    def reading(self) -> AbstractContextManager[None]:
        """Report errors of SQLite, as ``damage_reported``."""
        return damage_reported(self.root)

    def vectors(self, build: Path, catalog: Catalog) -> VectorSearch:
        """Open the vectors of all segments, as ``open_vectors``."""
        # Imported late: commands that need no vectors, such as qa status, save the 0.1 s of importing numpy.
        from qa.index.vectors import open_vectors

        return open_vectors(build, catalog)

    def size(self, build: Path, catalog: Catalog) -> Size:
        """Return the sizes of the files."""
        segments = tuple(size_of(build / SEGMENTS / segment.name) for segment in catalog.segments())
        return Size(sum(size_of(path) for path in build.glob(f"{CATALOG}*")), segments)

    def for_writing(self) -> StorageWriter:
        """Return what writes the index."""
        from qa.index.folder_writing import FolderWriter

        return FolderWriter(self)
