"""Faults at the calls that writing an index makes: interrupts, errors of the disk, and the death of the process.

The interpreter's profiling hook sees every call. What counts are the calls made in ``qa/index``, and those of the
operating system and of SQLite that the standard library makes for it. Interrupts within the library of file locks do
not count: some leave a lock locked, but only until the process ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import chromadb.errors

import qa.index

_QA = str(Path(qa.index.__file__).parent) + os.sep
_LIBRARIES = tuple(str(module.__file__) for module in (contextlib, pathlib, shutil, tempfile))
_SYSTEM = frozenset({"posix", "fcntl", "_io"})
_HARMLESS = frozenset({"fspath", "getpid", "access", "urandom", "fsencode", "fsdecode"})
"""Functions of the operating system that raise no errors."""
_FILES = ("os.py", "shutil.py", "pathlib.py", "tempfile.py", "memmap.py", "format.py", "_npyio_impl.py")
"""Modules whose functions raise an ``OSError`` if the disk is full."""


class Call(NamedTuple):
    """A moment of a run: just before or after a call."""

    file: str
    """Name of the module that calls."""
    line: int
    """Its line."""
    callee: str
    """Qualified name of what is called."""
    is_over: bool
    """Whether this is the moment after the call."""
    error: Callable[[], Exception] | None
    """Returns the error that this call raises if the disk is full; None if it does not write."""

    @property
    def site(self) -> tuple[str, int]:
        """Where in the source this is."""
        return self.file, self.line


OnCall = Callable[[Call], None]


@contextlib.contextmanager
def calls_observed(on_call: OnCall) -> Iterator[None]:
    """Call ``on_call`` at each moment; what it raises is raised there, after which it is not called any more."""
    ignored, sys.unraisablehook = sys.unraisablehook, lambda _: None  # an interrupt of a destructor is lost

    def observe(frame: FrameType, event: str, argument: Any) -> None:
        call = _call_of(frame, event, argument)
        if call is not None:
            on_call(call)

    sys.setprofile(observe)
    try:
        yield
    finally:
        sys.setprofile(None)
        sys.unraisablehook = ignored


def _call_of(frame: FrameType, event: str, argument: Any) -> Call | None:
    if event in ("call", "return"):
        caller = frame.f_back
        if caller is None or not caller.f_code.co_filename.startswith(_QA):
            return None
        error = _error_of_python(frame)
        file = Path(caller.f_code.co_filename).name
        return Call(file, caller.f_lineno, frame.f_code.co_qualname, event == "return", error)
    if event in ("c_call", "c_return"):
        file = frame.f_code.co_filename
        module = getattr(argument, "__module__", None)
        owner = type(getattr(argument, "__self__", None)).__module__
        is_system = module in _SYSTEM or owner in (*_SYSTEM, "sqlite3")
        if file.startswith(_QA) or (is_system and file.startswith(_LIBRARIES)):
            error = _error_of_c(argument.__name__, module, owner)
            return Call(Path(file).name, frame.f_lineno, argument.__qualname__, event == "c_return", error)
    return None


def _error_of_python(frame: FrameType) -> Callable[[], Exception] | None:
    file = frame.f_code.co_filename
    if f"{os.sep}chromadb{os.sep}" in file and frame.f_code.co_name != "close":
        return lambda: chromadb.errors.InternalError("database or disk is full")
    is_pure = frame.f_code.co_name in _HARMLESS or frame.f_code.co_qualname.startswith("PurePath")
    return disk_full if file.endswith(_FILES) and not is_pure else None


def _error_of_c(name: str, module: str | None, owner: str) -> Callable[[], Exception] | None:
    if owner == "sqlite3" or module == "_sqlite3":
        return sqlite_full if name != "close" else None
    return disk_full if (module in _SYSTEM or owner in _SYSTEM) and name not in _HARMLESS else None


def disk_full() -> OSError:
    """Return the error of the operating system."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sqlite_full() -> sqlite3.Error:
    """Return the error of SQLite."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    error.sqlite_errorname = "SQLITE_FULL"
    return error
