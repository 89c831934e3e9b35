"""Faults at the calls that writing an index makes: interrupts, errors of the disk, and the death of the process.

The interpreter's profiling hook sees every call. What counts are the calls made in ``qa/index``, and those of the
operating system and of SQLite that the standard library makes for it. Interrupts within the library of file locks do
not count: some leave a lock locked, but only until the process ends.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import itertools
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


@contextlib.contextmanager
def calls_recorded() -> Iterator[list[Call]]:
    """Yield a list that the calls are added to."""
    calls: list[Call] = []
    with _profiled(lambda *event: calls.append(_call_of(*event))):
        yield calls


@contextlib.contextmanager
def at_call(number: int, act: Callable[[], None], call: Call | None = None) -> Iterator[None]:
    """Run ``act`` at the call of this number, from 0; what it raises is raised there.

    Runs differ by a few calls, so with ``call`` it waits for the next one like it.
    """
    numbers = itertools.count()
    acted = False

    def count(*event: Any) -> None:
        nonlocal acted
        if not acted and next(numbers) >= number and (call is None or call[:4] == _call_of(*event)[:4]):
            acted = True
            act()

    with _profiled(count):
        yield


@contextlib.contextmanager
def _profiled(on_call: Callable[[FrameType, str, Any], None]) -> Iterator[None]:
    """Call ``on_call`` with what the interpreter says of each call that counts, until it raises anything."""
    ignored, sys.unraisablehook = sys.unraisablehook, lambda _: None  # an interrupt of a destructor is lost
    is_qa = functools.cache(lambda file: file.startswith(_QA))
    is_library = functools.cache(lambda file: file.startswith(_LIBRARIES))

    def observe(frame: FrameType, event: str, argument: Any) -> None:
        caller = frame if event.startswith("c_") else frame.f_back
        if event == "c_exception" or caller is None:
            return
        file = caller.f_code.co_filename
        if is_qa(file) or (caller is frame and is_library(file) and _is_of_system(argument)):
            on_call(frame, event, argument)

    sys.setprofile(observe)
    try:
        yield
    finally:
        sys.setprofile(None)
        sys.unraisablehook = ignored


def _is_of_system(function: Any) -> bool:
    return _module_of(function) in (*_SYSTEM, "sqlite3", "_sqlite3")


def _module_of(function: Any) -> str:
    """Return the module of a function, or of the object whose method it is."""
    owner = getattr(function, "__self__", None)
    return function.__module__ or type(owner).__module__


def _call_of(frame: FrameType, event: str, argument: Any) -> Call:
    if event.startswith("c_"):
        file = Path(frame.f_code.co_filename).name
        return Call(file, frame.f_lineno, argument.__qualname__, event == "c_return", _error_of_c(argument))
    caller = frame.f_back
    assert caller is not None
    file = Path(caller.f_code.co_filename).name
    return Call(file, caller.f_lineno, frame.f_code.co_qualname, event == "return", _error_of_python(frame))


def _error_of_python(frame: FrameType) -> Callable[[], Exception] | None:
    file = frame.f_code.co_filename
    if f"{os.sep}chromadb{os.sep}" in file and frame.f_code.co_name != "close":
        return lambda: chromadb.errors.InternalError("database or disk is full")
    is_pure = frame.f_code.co_name in _HARMLESS or frame.f_code.co_qualname.startswith("PurePath")
    return disk_full if file.endswith(_FILES) and not is_pure else None


def _error_of_c(function: Any) -> Callable[[], Exception] | None:
    if _module_of(function) in ("sqlite3", "_sqlite3"):
        return sqlite_full if function.__name__ != "close" else None
    return disk_full if _is_of_system(function) and function.__name__ not in _HARMLESS else None


def disk_full() -> OSError:
    """Return the error of the operating system."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def sqlite_full() -> sqlite3.Error:
    """Return the error of SQLite."""
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = sqlite3.SQLITE_FULL
    error.sqlite_errorname = "SQLITE_FULL"
    return error
