"""Files about what the user asked, such as sessions: only the user may read them, and none is left half-written.

The rights are 600 in folders of 700, whatever the umask. Nothing is written through a link.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from qa.errors import QAError

if TYPE_CHECKING:
    from filelock import FileLock


class DamagedFile(QAError):
    """A file has other content than qa wrote; it was renamed, so that nothing is lost."""

    def __init__(self, path: Path, renamed: Path) -> None:
        super().__init__(f"{path} cannot be read; it is now {renamed.name}", "It is not needed to go on.")


def read(path: Path) -> bytes:
    """Return the content of a regular file.

    Raises:
        OSError: it cannot be read, or is a pipe or a device.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123
        if not S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(None, "not a regular file", str(path))
        return file.read()


def write(path: Path, content: bytes) -> None:
    """Replace a file in one step; another process sees the old content or the new one.

    Raises:
        OSError: it cannot be written; an old file is left as it was.
    """
    make_folder(path.parent)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # created with mode 600
    temporary = Path(name)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def append_line(path: Path, line: bytes) -> None:
    """Add a line to a file, which is created if it does not exist; a line that a crash cut off is ended first.

    Raises:
        OSError: it cannot be written, or is a link.
    """
    make_folder(path.parent)
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, flags, 0o600), "r+b") as file:  # noqa: PTH123
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        is_cut_off = file.read(1) not in (b"", b"\n")
        try:
            file.write(b"\n" * is_cut_off + line + b"\n")
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            file.truncate(size)
            raise


def acquire(lock: FileLock, wait_seconds: float) -> None:
    """Acquire a lock between processes.

    Raises:
        Timeout: another process holds it for longer.
        OSError: there can be no such file.
    """
    with warnings.catch_warnings():
        # Where files cannot be locked, the library locks by their existence instead, which serves as well.
        warnings.simplefilter("ignore", UserWarning)
        lock.acquire(timeout=wait_seconds)


def set_aside(path: Path) -> Path:
    """Rename a damaged file to a name that is not taken, and return its new path.

    Raises:
        OSError: it cannot be renamed.
    """
    renamed = unused_name(path.with_name(f"{path.name}.damaged"))
    path.rename(renamed)
    return renamed


def unused_name(path: Path) -> Path:
    """Return ``path``, or the first of ``NAME-2``, ``NAME-3`` … that does not exist."""
    candidate, number = path, 1
    while os.path.lexists(candidate):
        number += 1
        candidate = path.with_name(f"{path.name}-{number}")
    return candidate


def make_folder(folder: Path) -> None:
    """Create a folder and those above it, or close an existing one to other users.

    Raises:
        OSError: it cannot be created.
    """
    create_folders(folder)
    status = folder.stat()
    if os.name == "posix" and status.st_mode & 0o077 and status.st_uid == os.getuid():
        folder.chmod(0o700)


def create_folders(folder: Path) -> None:
    """Create a folder and those above it that do not exist, open to their owner only, whatever the umask.

    Raises:
        OSError: one cannot be created.
    """
    for path in reversed([path for path in (folder, *folder.parents) if not path.exists()]):
        with suppress(FileExistsError):  # made by another process meanwhile
            path.mkdir(mode=0o700)
