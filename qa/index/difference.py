"""What tells corpus and catalog apart, without reading an article."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qa.corpus import FileState
from qa.datatypes import Skipped
from qa.index.catalog import DocumentEntry


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths by what happened to them since the catalog was written; skipped files count like documents."""

    new: tuple[str, ...]
    """Files that the catalog does not know."""
    changed: tuple[str, ...]
    """Files of another size or time than it knows."""
    removed: tuple[str, ...]
    """Paths it knows whose file is gone."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def compare(
    files: Mapping[str, FileState], documents: Iterable[DocumentEntry], skipped: Iterable[Skipped]
) -> Difference:
    """Return how the corpus's ``files`` differ from what the catalog lists."""
    seen = {entry.path: FileState(entry.size, entry.mtime_ns) for entry in documents}
    seen |= {file.path: FileState(file.size, file.mtime_ns) for file in skipped}
    return Difference(
        new=tuple(path for path in files if path not in seen),
        changed=tuple(path for path, state in files.items() if seen.get(path, state) != state),
        removed=tuple(path for path in seen if path not in files),
    )
