"""The difference between corpus and catalog, computed without reading any article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.corpus import FileState
from qa.datatypes import Skipped
from qa.index.records import DocumentEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths added, changed and removed since the catalog was written; skipped files are treated like documents."""

    new: tuple[str, ...]
    """Files that are not in the catalog."""
    changed: tuple[str, ...]
    """Files whose size or modification time differs from the catalog."""
    removed: tuple[str, ...]
    """Paths in the catalog whose file no longer exists."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def compare(
    files: Mapping[str, FileState], documents: Iterable[DocumentEntry], skipped: Iterable[Skipped]
) -> Difference:
    """Return how the corpus's ``files`` differ from what the catalog lists."""
    recorded = {entry.path: FileState(entry.size, entry.mtime_ns) for entry in documents}
    recorded |= {file.path: FileState(file.size, file.mtime_ns) for file in skipped}
    return Difference(
        new=tuple(path for path in files if path not in recorded),
        changed=tuple(path for path, state in files.items() if recorded.get(path, state) != state),
        removed=tuple(path for path in recorded if path not in files),
    )
