"""The size of an index, and the results of updating it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexStats:
    """The size of an index."""

    generation: int
    """Number of the generation, from 1."""
    documents: int
    """Articles indexed."""
    chunks: int
    """Chunks indexed."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder that is not in the index as it is now, and why."""

    path: str
    """Relative to the corpus."""
    reason: str
    """Why it was skipped, in human-readable form."""
    size: int = 0
    """Bytes on disk, to detect a change."""
    mtime_ns: int = 0
    """Modification time, nanoseconds since the epoch, to detect a change."""
    ctime_ns: int = 0
    """When it was last changed in any respect, to detect a change; -1 if it may have changed since it was read."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """The result of an index update."""

    stats: IndexStats
    """The size of the index afterwards."""
    added: tuple[str, ...] = ()
    """Paths of new documents."""
    changed: tuple[str, ...] = ()
    """Paths of documents whose content changed."""
    removed: tuple[str, ...] = ()
    """Paths of documents no longer in the corpus."""
    renamed: tuple[tuple[str, str], ...] = ()
    """Old and new paths of documents that only moved."""
    skipped: tuple[Skipped, ...] = ()
    """Files and folders that are not indexed, or not as they are now, with the reasons."""
    embedded: int = 0
    """Chunks that had to be embedded."""
    seconds: float = math.nan
    """Duration, wall-clock time."""

    @property
    def unchanged(self) -> bool:
        """Whether no document was added, changed, removed or renamed."""
        return not (self.added or self.changed or self.removed or self.renamed)
