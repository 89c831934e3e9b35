"""Files and folders of an index: what qa may write, delete and rely on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from qa.errors import IndexNotWritten

FREE_SPACE = "Free disk space or choose another folder with --index DIR."
"""What to do if an index cannot be written."""

UNFLUSHED = "The file system of the index cannot flush folders: a power failure may undo the last update."
"""What to say where it does not matter to the next run."""


def is_writable(file: Path) -> bool:
    """Return whether a file and the folder it is in may be written to."""
    effective = os.access in os.supports_effective_ids
    return all(os.access(path, os.W_OK, effective_ids=effective) for path in (file, file.parent))


def is_ours(folder: Path, marker: str, content: Collection[str], prefixes: str | tuple[str, ...] = ()) -> bool:
    """Whether qa created a folder: it is no link, and has our marker and nothing but what we write there."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    return marker in names and all(name in content or name.startswith(prefixes) for name in names)


def remove(folder: Path, marker: str) -> None:
    """Remove a folder that qa created, as far as possible; the marker last, for the next run to remove the rest."""
    with suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            elif path.name != marker:
                path.unlink()
        shutil.rmtree(folder)


def require_no_link(path: Path) -> None:
    """Check that ``path``, which is about to be written, does not lead out of the index folder.

    Raises:
        IndexNotWritten: it is a link.
    """
    if path.is_symlink():
        hint = "Remove it, or choose another folder with --index DIR."
        raise IndexNotWritten(f"{path} is a link, which qa does not follow", hint)


def size_of(path: Path) -> int:
    """Return how many bytes a file has, or all files in a folder; 0 if it is missing."""
    return sum(file.lstat().st_size for file in (path, *path.rglob("*")) if file.is_file())


def sync_tree(folder: Path) -> None:
    """Flush a folder, all that is in it, and its entry in its parent to disk."""
    for path in [*sorted(folder.rglob("*")), folder, folder.parent]:
        sync(path)


def can_flush(folder: Path) -> bool:
    """Return whether the file system flushes a folder to disk; Windows does so by itself."""
    if os.name == "nt":
        return True
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return False
    try:
        os.fsync(descriptor)
    except OSError:
        return False
    finally:
        os.close(descriptor)
    return True


def sync(path: Path) -> None:
    """Flush a file or folder to disk; folders only where the system allows it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        if os.name != "nt":  # Windows cannot open a folder
            raise
        return
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():  # some file systems refuse to flush a folder, after which nothing is lost but time
            raise
    finally:
        os.close(descriptor)
