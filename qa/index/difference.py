"""The difference between corpus and catalog, computed without reading any article."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from qa.corpus import FileState

RecordedState = tuple[str, int, int, int]
"""Path, size in bytes, and times of modification and change in nanoseconds of a file as it was indexed or skipped."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Paths added, changed and removed since the catalog was written; skipped files are treated like documents."""

    new: tuple[str, ...]
    """Files that are not in the catalog."""
    changed: tuple[str, ...]
    """Files whose size or times differ from the catalog."""
    removed: tuple[str, ...]
    """Paths in the catalog whose file no longer exists."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def compare(files: Mapping[str, FileState], recorded: Collection[RecordedState]) -> Difference:
    """Return how the corpus's ``files``, by path, differ from what the catalog lists."""
    changed, removed = list[str](), list[str]()
    known = 0
    for path, size, mtime_ns, ctime_ns in recorded:
        state = files.get(path)
        if state is None:
            removed.append(path)
            continue
        known += 1
        if state != (size, mtime_ns, ctime_ns):
            changed.append(path)
    new: tuple[str, ...] = ()
    if known < len(files):
        paths = {path for path, *_ in recorded}
        new = tuple(path for path in files if path not in paths)
    return Difference(new, tuple(sorted(changed)), tuple(sorted(removed)))
