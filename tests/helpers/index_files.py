"""The files of an index, for tests that look at them or damage them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from qa.index.integrity import seal


def build_of(index: Path) -> Path:
    """Return the folder of the current build."""
    return index / "builds" / (index / "CURRENT").read_text()


def segments_of(index: Path) -> list[Path]:
    """Return the folders of all segments in the current build, listed or not, in the order in which they were made."""
    folders = (build_of(index) / "segments").iterdir()
    return sorted(folders, key=lambda folder: (folder / "SEGMENT").stat().st_mtime_ns)


@contextmanager
def opened_catalog(index: Path) -> Iterator[sqlite3.Connection]:
    """Open the catalog of the current build, and commit what is changed, as if qa had changed it."""
    with closing(sqlite3.connect(build_of(index) / "catalog.sqlite", isolation_level=None)) as catalog:
        catalog.execute("BEGIN")
        yield catalog
        seal(catalog)
        catalog.execute("COMMIT")


def manifest_of(index: Path) -> dict[str, Any]:
    """Return the manifest of an index as it is stored."""
    with opened_catalog(index) as catalog:
        (stored,) = catalog.execute("SELECT json FROM manifest").fetchone()
    values: dict[str, Any] = json.loads(stored)
    return values


def change_manifest(index: Path, **changes: Any) -> None:
    """Change values in the manifest of an index."""
    stored = json.dumps(manifest_of(index) | changes)
    with opened_catalog(index) as catalog:
        catalog.execute("UPDATE manifest SET json = ?", (stored,))


def contents_of(folder: Path) -> dict[str, bytes]:
    """Return the contents of all files in a folder, by path in it."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def share(index: Path) -> None:
    """Let everybody read an index; what is written to it later, they may read too."""
    for path in (index, *index.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
