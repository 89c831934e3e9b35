"""Where an index lies: a folder (``folder.py``) or servers (``servers/``), which are used alike.

In both, the catalog decides what exists. A build is made by a first run or a rebuild, beside the current one, which
goes on being read; updates change the current one in one transaction. One process writes at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from qa.datatypes import NO_FILTER, Filter

if TYPE_CHECKING:
    from qa.index.catalog_writer import CatalogWriter
    from qa.index.manifest import Manifest
    from qa.index.records import Described, Segment
    from qa.models.embedding import Vectors

Build = Any
"""Identifies a build; equal for the same one."""
OpenedCatalog = Any
"""The catalog of a build, as its storage has opened it."""


class Size(NamedTuple):
    """What an index takes, in bytes."""

    catalog: int
    """Catalog and full text."""
    segments: tuple[int, ...] | None
    """The vectors of each segment, in their order; None if only their server knows."""


@dataclass(slots=True)
class Health:
    """What a check of an index found."""

    manifest: Manifest
    """Describes the index."""
    segments: list[Segment]
    """Its segments."""
    repaired: list[str] = field(default_factory=list)
    """What was wrong and is in order now."""


class KnownVectors(Protocol):
    """Vectors that need not be computed."""

    def get(self, hashes: Sequence[str]) -> dict[str, Vectors]:
        """Return those of the vectors that are there, by the content hash of their chunk."""
        ...


class VectorSearch(Protocol):
    """The vectors of an index in one state."""

    def search(self, vector: Vectors, limit: int, meeting: Filter = NO_FILTER) -> dict[int, float]:
        """Return cosine similarities by key of the nearest ``limit`` chunks that meet a filter, best first."""
        ...

    def cosines(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return the cosine similarities of the chunks with these keys that are there."""
        ...

    def get(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those keys that are there."""
        ...


class VectorWriter(Protocol):
    """Stores the vectors of one run, which nobody finds before the catalog has their chunks."""

    def add(self, keys: Sequence[int], vectors: Vectors, documents: Sequence[Described]) -> None:
        """Store vectors by key, with what is known of their documents."""
        ...

    def finish(self) -> None:
        """Let the catalog list what was stored."""
        ...

    def abandon(self) -> None:
        """Remove what was stored, unless the catalog lists it."""
        ...


class BuildWriter(Protocol):
    """Changes a build, or writes a new one; closed by ``clean_up`` or ``abandon``."""

    @property
    def catalog(self) -> CatalogWriter:
        """Its catalog, in a transaction."""
        ...

    @property
    def former(self) -> KnownVectors:
        """Vectors of an earlier version of qa that can be taken over."""
        ...

    def vectors(self) -> VectorSearch:
        """Open the vectors that it had before."""
        ...

    def new_vectors(self) -> VectorWriter:
        """Begin to store vectors."""
        ...

    def commit(self) -> Manifest:
        """Make the changes visible; a new build becomes the current one."""
        ...

    def clean_up(self) -> None:
        """Remove what is no longer needed after a commit, as far as possible now, and close."""
        ...

    def abandon(self) -> None:
        """Undo what was not committed, and close; what is left behind, the next run removes."""
        ...


class StorageWriter(Protocol):
    """Writes an index."""

    def errors_reported(self) -> AbstractContextManager[None]:
        """Report errors of disk or servers as ``IndexNotWritten``, ``IndexDamaged``, ``IndexLocked`` and the like."""
        ...

    def writing(self) -> AbstractContextManager[None]:
        """Hold the lock that admits one writer at a time.

        Raises:
            IndexLocked: another process is writing and did not finish in a few seconds.
        """
        ...

    def last_generation(self) -> int:
        """Return the number of the last generation, as far as it can be read; 0 if there is none."""
        ...

    def begin(self, manifest: Manifest) -> BuildWriter:
        """Begin a new build; requires the lock."""
        ...

    def edit(self, build: Build) -> BuildWriter:
        """Begin to change the current build; requires the lock.

        Raises:
            UnusableIndex: it cannot be read.
        """
        ...

    def compact(self, on_begin: Callable[[], None]) -> None:
        """Remove what is outdated, and merge what many updates wrote in small pieces; no answer changes."""
        ...

    def check(self) -> Health:
        """Check the index, and repair what can be repaired.

        Raises:
            UnusableIndex: something cannot be repaired, or there is no index.
        """
        ...


class Storage(Protocol):
    """Where an index lies."""

    @property
    def name(self) -> str:
        """What messages call it; without passwords."""
        ...

    @property
    def local(self) -> Path:
        """A folder of this machine for what runs leave for the next one; it need not exist."""
        ...

    @property
    def is_shared(self) -> bool:
        """Whether others ask it too, on other machines: then no question updates it."""
        ...

    def is_current(self, build: Build) -> bool:
        """Whether a build may still be the current one, as far as that can be told without reading it.

        Raises:
            UnusableIndex: as ``current``.
        """
        ...

    def current(self) -> Build | None:
        """Return the current build; None if no index has been built yet.

        Raises:
            UnusableIndex: it cannot be read, or an earlier version of qa wrote it.
        """
        ...

    def open(self) -> tuple[Build, OpenedCatalog]:
        """Open the catalog of the current build; return both.

        Raises:
            IndexMissing: no index has been built yet.
            UnusableIndex: it cannot be read, or another version of qa wrote it.
            IndexLocked: it is rebuilt again and again.
        """
        ...

    def reading(self) -> AbstractContextManager[None]:
        """Report errors of disk or servers while reading as ``UnusableIndex`` or ``IndexLocked``."""
        ...

    def vectors(self, build: Build, catalog: OpenedCatalog) -> VectorSearch:
        """Open the vectors of a build.

        Raises:
            UnusableIndex: they cannot be read.
        """
        ...

    def size(self, build: Build, catalog: OpenedCatalog) -> Size:
        """Return how large a build is."""
        ...

    def for_writing(self) -> StorageWriter:
        """Return what writes it."""
        ...
