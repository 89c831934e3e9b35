"""Reads a file of a corpus: all of it as it was at one moment, and without following links that it was not meant to."""

from __future__ import annotations

import errno
import os
import time
from pathlib import PurePath
from stat import S_ISREG

from qa.corpus.file_states import UNSETTLED, FileState
from qa.corpus.loaders import UnreadableFile

_ATTEMPTS = 3
"""How often a file is read that changes while it is read."""
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""Does not wait for the writer of a named pipe."""
_OPENS_STEPWISE = os.open in os.supports_dir_fd
"""Whether a file can be opened folder by folder; not on Windows."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_file(root: str, real: str, max_bytes: int) -> tuple[bytes, FileState]:
    """Return up to ``max_bytes`` + 1 bytes of a file, and the state to record for them.

    Args:
        root: real path of the corpus.
        real: real path of the file; below the root, no link is followed that was put there since.
        max_bytes: of a longer file, one byte more is read.

    Raises:
        UnreadableFile: it cannot be read now, or it is no file.
    """
    try:
        return _read(root, real, max_bytes)
    except OSError as error:
        raise UnreadableFile(reason_of(error), may_pass=True) from None


def reason_of(error: OSError) -> str:
    """Return why a file or folder cannot be accessed, in human-readable form."""
    if isinstance(error, FileNotFoundError):
        return "file not found"
    return "permission denied" if isinstance(error, PermissionError) else error.strerror or str(error)


def _read(root: str, real: str, max_bytes: int) -> tuple[bytes, FileState]:
    for _ in range(_ATTEMPTS):
        began = time.time_ns()
        with open(real, "rb", opener=lambda path, _: _open(root, path)) as file:
            status = os.fstat(file.fileno())
            if not S_ISREG(status.st_mode):
                raise UnreadableFile("not a regular file", may_pass=True)
            data = file.read(max_bytes + 1)
            state = FileState.of(status)
            is_steady = state == FileState.of(os.fstat(file.fileno()))
        if is_steady and len(data) == min(state.size, max_bytes + 1):
            return data, state.read_at(began)
    return data, state._replace(ctime_ns=UNSETTLED)


def _open(root: str, real: str) -> int:
    """Open a file by its real path."""
    prefix = root.rstrip(os.sep) + os.sep
    if not _OPENS_STEPWISE:
        return _open_and_check(real)
    if not real.startswith(prefix):  # outside the corpus, where only its owner's links lead
        return os.open(real, _FILE | _NO_LINK)
    folder = os.open(root, _FOLDER)
    try:
        *folders, name = PurePath(real.removeprefix(prefix)).parts
        for inner in folders:
            outer, folder = folder, os.open(inner, _FOLDER | _NO_LINK, dir_fd=folder)
            os.close(outer)
        return os.open(name, _FILE | _NO_LINK, dir_fd=folder)
    finally:
        os.close(folder)


def _open_and_check(real: str) -> int:
    """Open a file where folders cannot be opened, and check that its path still leads to it without links."""
    descriptor = os.open(real, _FILE)
    try:
        if os.path.realpath(real) == real and os.path.samestat(os.fstat(descriptor), os.lstat(real)):
            return descriptor
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), real)
    except OSError:
        os.close(descriptor)
        raise
