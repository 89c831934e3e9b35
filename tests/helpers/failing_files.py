"""Errors of the file system where a corpus is listed and read: what a broken disk, a lost share or missing rights do.

Tests may run as root, who may read everything, so the errors are raised where ``qa.corpus`` calls the system.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from qa.corpus import listing, reading


class Failures:
    """Which files and folders fail, and how; may be changed at any time."""

    def __init__(self) -> None:
        self.listing: dict[str, int] = {}
        """Error numbers of listing, by the path of the folder."""
        self.status: dict[str, int] = {}
        """Of the status of a file, while its folder is listed."""
        self.opening: dict[str, int] = {}
        """Of opening a file."""
        self.reading: dict[str, int] = {}
        """Of reading an open file."""
        self.on_call: Callable[[], None] = lambda: None
        """Called before each call of the system."""

    def clear(self) -> None:
        """Let nothing fail any more."""
        for errors in (self.listing, self.status, self.opening, self.reading):
            errors.clear()

    def hides(self, path: Path) -> bool:
        """Whether a file cannot be read, or not be listed."""
        failing = self.status.keys() | self.opening.keys() | self.reading.keys()
        return str(path) in failing or any(str(folder) in failing | self.listing.keys() for folder in path.parents)

    def check(self, errors: dict[str, int], path: str) -> None:
        """Raise the error that ``path`` has, if any."""
        self.on_call()
        if path in errors:
            raise OSError(errors[path], os.strerror(errors[path]), path)


class _Entry:
    """An entry of a folder whose status may be unknown."""

    def __init__(self, entry: os.DirEntry[str], failures: Failures) -> None:
        self._entry = entry
        self._failures = failures

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        self._failures.check(self._failures.status, self._entry.path)
        return self._entry.stat(follow_symlinks=follow_symlinks)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entry, name)


class _File:
    """An open file whose content may not be readable."""

    def __init__(self, file: Any, path: str, failures: Failures) -> None:
        self._file = file
        self._path = path
        self._failures = failures

    def __enter__(self) -> _File:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def read(self, size: int) -> bytes:
        self._failures.check(self._failures.reading, self._path)
        return bytes(self._file.read(size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


@contextmanager
def failing_files() -> Iterator[Failures]:
    """Let files and folders fail while a corpus is listed and read."""
    failures = Failures()

    def list_folder(folder: str) -> Iterator[Any]:
        failures.check(failures.listing, folder)
        return iter([_Entry(entry, failures) for entry in os.scandir(folder)])

    def open_descriptor(path: str, flags: int, dir_fd: int | None = None) -> int:
        folder = Path() if dir_fd is None else Path(f"/proc/self/fd/{dir_fd}").readlink()
        failures.check(failures.opening, str(folder / path))
        return os.open(path, flags, dir_fd=dir_fd)

    def open_file(descriptor: int, mode: str, closefd: bool) -> _File:
        path = str(Path(f"/proc/self/fd/{descriptor}").readlink())
        return _File(os.fdopen(descriptor, mode, closefd=closefd), path, failures)

    with (
        mock.patch.object(listing, "os", SimpleNamespace(**vars(os) | {"scandir": list_folder})),
        mock.patch.object(reading, "os", SimpleNamespace(**vars(os) | {"open": open_descriptor, "fdopen": open_file})),
    ):
        yield failures
