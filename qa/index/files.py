"""Files and folders of an index: what qa may write, delete and rely on."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path

from qa.errors import IndexDamaged
from qa.index.manifest import REBUILD
from qa.private_files import unused_name

FREE_SPACE = "Free disk space or choose another folder with --index DIR."
"""What to do if an index cannot be written."""
SQLITE_SUFFIXES = ("-wal", "-shm", "-journal")
"""Added to the name of a database, these are the files that SQLite opens beside it."""
_TIMES_THE_ARTICLES = 5
"""How much larger an index is than its articles."""
_SIZE = 2_000_000
"""Bytes of an index of few articles, whose pages are mostly empty."""

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


def require_file(path: Path) -> None:
    """Check that there is a file, and not a link, a pipe or anything else that opening would follow or wait for.

    Raises:
        IndexDamaged: there is not.
    """
    _require(path, stat.S_ISREG, "file")


def require_folder(path: Path) -> None:
    """Check that there is a folder, and not a link, which would lead out of the index folder.

    Raises:
        IndexDamaged: there is not.
    """
    _require(path, stat.S_ISDIR, "folder")


def set_aside(path: Path, is_right: Callable[[int], bool] = stat.S_ISREG) -> None:
    """Rename what is in the place of a file, such as a link, a pipe or a folder; nothing is deleted or followed.

    Raises:
        OSError: it cannot be renamed.
    """
    with suppress(FileNotFoundError):
        if not is_right(path.lstat().st_mode):
            path.rename(unused_name(path.with_name(f"{path.name}.old")))


def make_folder(path: Path) -> None:
    """Make a folder with the rights of the one that it is in, unless there is one."""
    if not path.exists():
        path.mkdir(mode=0o700)
        inherit_rights(path)


def create_private(path: Path) -> None:
    """Create an empty file that only its owner can open, unless there is one."""
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))


def inherit_rights(path: Path, folder: Path | None = None) -> None:
    """Give a file, or a folder and all in it, the rights of ``folder``, or of the folder it is in.

    So an index is private as it was created, or shared as its owner chose to.
    """
    if os.name != "nt":
        rights = (folder or path.parent).stat().st_mode & 0o777
        for each in (path, *path.rglob("*")):
            with suppress(OSError):  # some file systems have no rights
                each.chmod(rights if each.is_dir() else rights & 0o666)


def _require(path: Path, is_right: Callable[[int], bool], kind: str) -> None:
    try:
        mode = path.lstat().st_mode
        if is_right(mode):
            return
        problem = "is a link, which qa does not follow" if stat.S_ISLNK(mode) else f"is not a {kind}"
    except (FileNotFoundError, NotADirectoryError):
        problem = "is missing"
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
    raise IndexDamaged(f"{path} {problem}", REBUILD)


def size_of(path: Path) -> int:
    """Return how many bytes a file has, or all files in a folder; 0 if it is missing."""
    return sum(file.lstat().st_size for file in (path, *path.rglob("*")) if file.is_file())


def index_bytes(article_bytes: int) -> int:
    """Return about how many bytes an index of articles takes."""
    return _SIZE + _TIMES_THE_ARTICLES * article_bytes


def free_bytes(folder: Path) -> int:
    """Return how many bytes are free where a folder is, or would be created."""
    return shutil.disk_usage(next(path for path in (folder, *folder.parents) if path.exists())).free


def space_needed(root: Path, article_bytes: int) -> str:
    """Return a sentence on how much space an index in ``root`` takes, unless there is as much; with a space behind."""
    needed, free = index_bytes(article_bytes), free_bytes(root)
    return "" if free >= needed else f"It takes about {needed / 1e6:.0f} MB, and {free / 1e6:.0f} MB are free. "


def sync_tree(folder: Path) -> None:
    """Flush a folder, all that is in it, and its entry in its parent to disk."""
    for path in [*sorted(folder.rglob("*")), folder, folder.parent]:
        sync(path)


def can_flush(folder: Path) -> bool:
    """Return whether the file system flushes a folder to disk; Windows does so by itself."""
    with suppress(OSError):
        return sync(folder)
    return False


def sync(path: Path) -> bool:
    """Flush a file or folder to disk; folders only where the system allows it, which is returned."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        if os.name != "nt":  # Windows cannot open a folder
            raise
        return True
    try:
        os.fsync(descriptor)
    except OSError:
        if not path.is_dir():  # some file systems refuse to flush a folder, after which nothing is lost but time
            raise
        return False
    finally:
        os.close(descriptor)
    return True
