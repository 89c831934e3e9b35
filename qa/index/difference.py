"""The difference between corpus and catalog, computed without reading any article."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.corpus import FileState


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


def compare(files: Mapping[str, FileState], recorded: Mapping[str, FileState]) -> Difference:
    """Return how the corpus's ``files`` differ from what the catalog lists, both by path."""
    return Difference(
        new=tuple(path for path in files if path not in recorded),
        changed=tuple(path for path, state in files.items() if recorded.get(path, state) != state),
        removed=tuple(path for path in recorded if path not in files),
    )
