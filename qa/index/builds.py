"""The folder of an index: which build is current, who may write, and what is removed.

index/
├── CURRENT                 the number of the current build
├── LOCK                    locked while a process writes; contains its process id
├── COMPACTING              locked while a process merges segments
└── builds/7/
    ├── BUILD               empty; marks a folder created by qa
    ├── catalog.sqlite      documents, chunks, their full text, and the list of segments
    └── segments/           vectors, see ``segments.py``

A build is made by a first run or a rebuild, beside the old one, and switched to with one rename. Updates change it in
place: one transaction of the catalog, which also lists the segment of the new vectors.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import IndexDamaged, IndexLocked, IndexOutdated
from qa.index.connections import is_read
from qa.index.files import (
    SQLITE_SUFFIXES,
    create_private,
    inherit_rights,
    is_ours,
    make_folder,
    remove,
    require_file,
    require_folder,
    set_aside,
    sync,
    sync_tree,
)
from qa.index.manifest import OUTDATED, REBUILD
from qa.private_files import acquire, create_folders

CATALOG = "catalog.sqlite"
"""The file of the catalog in a build."""
SEGMENTS = "segments"
"""The folder of all segments in a build."""
_MARKER = "BUILD"
_CONTENT = frozenset({_MARKER, CATALOG, SEGMENTS, *(CATALOG + suffix for suffix in SQLITE_SUFFIXES)})
_NEXT = "CURRENT.new"
"""The pointer to a new build before it replaces CURRENT."""
_LOCK_SECONDS = 2.0
_LONGEST_NUMBER = 20
"""Characters read of ``CURRENT``."""
FORMER = "generations"
"""Folder of the builds of earlier versions of qa."""
_FORMER_MARKERS = ("GENERATION", "manifest.json")
_FORMER_CONTENT = frozenset({*_FORMER_MARKERS, CATALOG, "chroma"})


class Builds:
    """The folder of an index and the builds in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        """The index folder; it need not exist."""

    def current(self) -> Path | None:
        """Return the folder of the current build, or None if no index has been built yet.

        Raises:
            IndexDamaged: the pointer is unreadable, or the build it names does not exist.
            IndexOutdated: an earlier version of qa built it.
        """
        if os.path.lexists(self._builds):
            require_folder(self._builds)
        number = self._pointer()
        if number is None:
            return None
        folder = self._builds / number
        if _is_number(number) and os.path.lexists(folder):
            require_folder(folder)
            return folder
        if self.former() is not None:
            raise IndexOutdated(*OUTDATED)
        raise IndexDamaged(f"{self.root} points to a build that does not exist ({number!r})", REBUILD)

    def former(self) -> Path | None:
        """Return the folder of the current index if an earlier version of qa built it."""
        with suppress(OSError, IndexDamaged):
            number = self._pointer()
            folder = self.root / FORMER / (number or "")
            if number and _is_number(number) and (folder / "manifest.json").is_file():
                return folder
        return None

    def begin(self) -> Path:
        """Create the folder of a new build; requires the lock."""
        set_aside(self._builds, stat.S_ISDIR)
        self.sweep()
        folder = self._builds / str(max(self._numbers(), default=0) + 1)
        create_folders(self._builds)
        make_folder(folder)
        create_private(folder / _MARKER)
        inherit_rights(folder / _MARKER)
        return folder

    def finish(self, folder: Path) -> None:
        """Flush a build to disk, and switch to it atomically."""
        sync_tree(folder)
        temporary, pointer = self.root / _NEXT, self.root / "CURRENT"
        for path in (temporary, pointer):
            set_aside(path)
        create_private(temporary)
        temporary.write_text(folder.name, encoding="ascii")
        inherit_rights(temporary, self._builds)
        sync(temporary)
        os.replace(temporary, pointer)
        sync(self.root)

    def make_private(self) -> None:
        """Let only the owner open the builds; earlier versions of qa let everybody."""
        if self._builds.is_dir() and not self._builds.is_symlink() and os.name != "nt":
            with suppress(OSError):
                self._builds.chmod(0o700)

    def abandon(self, folder: Path) -> None:
        """Remove a build unless it has become the current one."""
        number = None
        with suppress(IndexDamaged):
            number = self._pointer()
        if number != folder.name:
            remove(folder, _MARKER)

    @contextmanager
    def writing(self, wait_seconds: float = _LOCK_SECONDS) -> Iterator[None]:
        """Hold the lock that admits one writer at a time.

        Raises:
            IndexLocked: another process is writing and did not finish in this time.
        """
        create_folders(self.root)
        path = self.root / "LOCK"
        lock = _lock(path)
        try:
            acquire(lock, wait_seconds)
        except Timeout:
            holder = path.read_text(encoding="ascii", errors="replace").strip() or "unknown"
            raise IndexLocked(
                f"Another process ({holder}) is writing the index {self.root}",
                "Wait for it to finish, or use the existing index with --no-refresh.",
            ) from None
        try:
            path.write_text(str(os.getpid()), encoding="ascii")
            yield
        finally:
            lock.release()

    @contextmanager
    def compacting(self) -> Iterator[bool]:
        """Yield whether no other process merges segments, and admit none for that long."""
        lock = _lock(self.root / "COMPACTING")
        try:
            acquire(lock, 0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()

    def sweep(self) -> None:
        """Remove builds that are not current, unless somebody reads them; requires the lock."""
        with suppress(OSError, IndexDamaged):
            current = self._pointer()
            with suppress(OSError):  # there is none, or something else has its name
                (self.root / _NEXT).unlink()
            for number in map(str, self._numbers()):
                folder = self._builds / number
                if number != current and is_ours(folder, _MARKER, _CONTENT) and not is_read(folder / CATALOG):
                    remove(folder, _MARKER)
                folder = self.root / FORMER / number
                for marker in _FORMER_MARKERS:
                    if self.former() != folder and is_ours(folder, marker, _FORMER_CONTENT, f"{CATALOG}-"):
                        remove(folder, marker)
            with suppress(OSError):  # something else is in it
                (self.root / FORMER).rmdir()

    @property
    def _builds(self) -> Path:
        return self.root / "builds"

    def _pointer(self) -> str | None:
        """Return what ``CURRENT`` contains, or None if there is none.

        Raises:
            IndexDamaged: it cannot be read.
        """
        path = self.root / "CURRENT"
        try:
            if not os.path.lexists(path):
                return None
            require_file(path)
            with path.open("rb") as file:
                return file.read(_LONGEST_NUMBER).decode("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"{path} cannot be read: {error}", REBUILD) from None

    def _numbers(self) -> set[int]:
        folders = [self._builds, self.root / FORMER]
        return {
            int(path.name)
            for folder in folders
            if folder.is_dir()
            for path in folder.iterdir()
            if _is_number(path.name)
        }


def _lock(path: Path) -> FileLock:
    set_aside(path)
    return FileLock(path, mode=0o600)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit() and len(name) < _LONGEST_NUMBER
