"""Generations on disk: finding the current one, and beginning, finishing and switching to a new one.

index/
├── CURRENT                 the number of the current generation
├── LOCK                    locked while a process writes; contains its process id
└── generations/7/
    ├── GENERATION          empty; marks a folder created by qa
    ├── manifest.json       written last: a generation without it is unfinished
    ├── catalog.sqlite      documents, chunks and the full-text index
    └── chroma/             vectors
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from filelock import FileLock, Timeout

from qa.errors import IndexDamaged, IndexLocked, IndexNotWritten
from qa.index.manifest import REBUILD, Manifest

MARKER = "GENERATION"
"""File in every generation folder; distinguishes an empty one from a folder that something else created."""
_GENERATION_FILES = frozenset({MARKER, "manifest.json", "catalog.sqlite", "chroma"})
"""What a generation contains, apart from SQLite's temporary files."""
_LOCK_SECONDS = 2.0


class Generations:
    """The folder of an index and the generations in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        """The index folder; it need not exist."""

    def current(self) -> Path | None:
        """Return the folder of the current generation, or None if no index has been built yet.

        Raises:
            IndexDamaged: the pointer is unreadable, or the generation it names does not exist.
        """
        try:
            number = self._pointer()
        except (OSError, UnicodeDecodeError) as error:
            raise IndexDamaged(f"{self.root / 'CURRENT'} cannot be read: {error}", REBUILD) from None
        if number is None:
            return None
        folder = self._folder(number)
        if not _is_number(number) or not (folder / "manifest.json").is_file():
            raise IndexDamaged(f"{self.root} points to a generation that does not exist ({number[:20]!r})", REBUILD)
        return folder

    def begin(self, base: Path | None) -> Path:
        """Create the folder of a new generation, as a copy of ``base`` if given; requires the lock."""
        _require_no_link(self.root / "generations")
        number = max((int(name) for name in self._names()), default=0) + 1
        self._remove_unused()
        folder = self._folder(str(number))
        folder.mkdir(parents=True)
        (folder / MARKER).touch()
        if base is not None:
            _copy(base, folder)
        return folder

    def finish(self, folder: Path, manifest: Manifest) -> None:
        """Write the manifest, flush everything to disk, and switch to ``folder`` atomically."""
        (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2), encoding="utf-8")
        for path in [*sorted(folder.rglob("*")), folder, folder.parent]:
            _sync(path)
        pointer = self.root / "CURRENT"
        temporary = self.root / "CURRENT.new"
        temporary.unlink(missing_ok=True)  # it may be a link, which writing would follow
        temporary.write_text(folder.name, encoding="ascii")
        _sync(temporary)
        os.replace(temporary, pointer)
        _sync(self.root)

    def abandon(self, folder: Path) -> None:
        """Empty an unfinished generation; its number is not reused, since Chroma cannot open a path twice."""
        shutil.rmtree(folder, ignore_errors=True)
        with suppress(OSError):
            folder.mkdir()
            (folder / MARKER).touch()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the lock that admits one writer at a time.

        Raises:
            IndexLocked: another process is writing and did not finish within two seconds.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        path = self.root / "LOCK"
        _require_no_link(path)
        lock = FileLock(path)
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
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

    def _pointer(self) -> str | None:
        try:
            return (self.root / "CURRENT").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None

    def _folder(self, number: str) -> Path:
        return self.root / "generations" / number

    def _names(self) -> list[str]:
        folder = self.root / "generations"
        return [path.name for path in folder.iterdir() if _is_number(path.name)] if folder.is_dir() else []

    def _remove_unused(self) -> None:
        """Remove unfinished generations and the previous one, which readers have had time to close."""
        try:
            current = self._pointer()
        except (OSError, UnicodeDecodeError):
            current = None
        for name in self._names():
            if name != current and _is_generation(self._folder(name)):
                shutil.rmtree(self._folder(name), ignore_errors=True)


def _is_number(name: str) -> bool:
    return name.isascii() and name.isdigit()


def _is_generation(folder: Path) -> bool:
    """Whether qa created the folder: a directory, not a link, with a generation's files and nothing else."""
    if folder.is_symlink() or not folder.is_dir():
        return False
    names = {path.name for path in folder.iterdir()}
    return bool(names) and all(name in _GENERATION_FILES or name.startswith("catalog.sqlite-") for name in names)


def _require_no_link(path: Path) -> None:
    """Check that ``path``, which is about to be written, does not lead out of the index folder.

    Raises:
        IndexNotWritten: it is a link.
    """
    if path.is_symlink():
        hint = "Remove it, or choose another folder with --index DIR."
        raise IndexNotWritten(f"{path} is a link, which qa does not follow", hint)


def _copy(base: Path, folder: Path) -> None:
    for source in base.rglob("*"):
        target = folder / source.relative_to(base)
        if source.is_symlink():
            raise IndexDamaged(f"{source} is a link, which qa does not follow", REBUILD)
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        elif source.suffix in (".sqlite", ".sqlite3"):
            target.parent.mkdir(parents=True, exist_ok=True)
            # Opening Chroma for reading also writes to its database, so copy under SQLite's own lock.
            try:
                with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
                    old.backup(new)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # a problem of the disk, not of the file
                    raise
                raise IndexDamaged(f"{source} cannot be read: {error}", REBUILD) from None
        elif source.name != "manifest.json" and not source.name.endswith(("-wal", "-shm", "-journal")):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        if os.name != "nt":  # Windows cannot open a folder
            raise
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
