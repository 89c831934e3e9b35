"""Reads a file of a corpus: all of it as it was at one moment, and without following links that it was not meant to."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from stat import S_ISDIR, S_ISREG

from qa.corpus.file_states import UNSETTLED, FileState
from qa.corpus.loaders import UnreadableFile

_ATTEMPTS = 3
"""How often a file is read that changes while it is read."""
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
"""Does not wait for the writer of a named pipe."""
_SPECIAL = frozenset({"", ".", ".."})
"""Names that lead elsewhere than to a file below."""
_MAY_BE_LINK = (errno.ELOOP, errno.ENOTDIR)
"""Errors of opening a link."""
_OPENS_STEPWISE = os.open in os.supports_dir_fd
"""Whether a file can be opened folder by folder; not on Windows."""
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def read_file(root: str, path: str, resolve: Callable[[], str], max_bytes: int) -> tuple[bytes, FileState]:
    """Return up to ``max_bytes`` + 1 bytes of a file, and the state to record for them.

    Args:
        root: the corpus.
        path: of the file, relative to the corpus.
        resolve: returns the real path of the file, if there may be links in its path and it may be read; below the
            corpus, no link is followed that was put there since.
        max_bytes: of a longer file, one byte more is read.

    Raises:
        UnreadableFile: it cannot be read now, or it is no file.
    """
    try:
        return _read(lambda: _open(root, path, resolve), max_bytes)
    except OSError as error:
        raise UnreadableFile(reason_of(error), may_pass=True) from None


def reason_of(error: OSError) -> str:
    """Return why a file or folder cannot be accessed, in human-readable form."""
    if isinstance(error, FileNotFoundError):
        return "file not found"
    return "permission denied" if isinstance(error, PermissionError) else error.strerror or str(error)


def _read(open_file: Callable[[], int], max_bytes: int) -> tuple[bytes, FileState]:
    for _ in range(_ATTEMPTS):
        began = time.time_ns()
        descriptor = open_file()
        try:
            status = os.fstat(descriptor)
            if S_ISDIR(status.st_mode):
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            if not S_ISREG(status.st_mode):
                raise UnreadableFile("not a regular file", may_pass=True)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                data = file.read(max_bytes + 1)
            state = FileState.of(status)
            is_steady = state == FileState.of(os.fstat(descriptor))
        finally:
            os.close(descriptor)
        if is_steady and len(data) == min(state.size, max_bytes + 1):
            return data, state.read_at(began)
    return data, state._replace(ctime_ns=UNSETTLED)


def _open(root: str, path: str, resolve: Callable[[], str]) -> int:
    """Open a file; most have no link in their path, so that nothing needs to be resolved."""
    names = path.split("/")
    if _OPENS_STEPWISE and not _SPECIAL.intersection(names) and "\0" not in path:
        try:
            return _open_stepwise(root, names)
        except OSError as error:
            if error.errno not in _MAY_BE_LINK:
                raise
    real, prefix = resolve(), os.path.realpath(root).rstrip(os.sep) + os.sep
    if not _OPENS_STEPWISE:
        return _open_and_check(real)
    if not real.startswith(prefix):  # outside the corpus, where only its owner's links lead
        return os.open(real, _FILE | _NO_LINK)
    return _open_stepwise(prefix, real.removeprefix(prefix).split("/"))


def _open_stepwise(root: str, names: list[str]) -> int:
    """Open a file folder by folder from the root, without following links below it."""
    folder = os.open(root, _FOLDER)
    try:
        for name in names[:-1]:
            outer, folder = folder, os.open(name, _FOLDER | _NO_LINK, dir_fd=folder)
            os.close(outer)
        return os.open(names[-1], _FILE | _NO_LINK, dir_fd=folder)
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
