"""State that is saved between runs in the user's data folder: one versioned JSON file for each corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol, TypeVar

from qa import private_files
from qa.errors import QAError
from qa.private_files import DamagedFile


class Versioned(Protocol):
    """A dataclass whose field ``version`` is the number of its format."""

    @property
    def version(self) -> int:
        """The format that it was saved in."""


State = TypeVar("State", bound=Versioned)


def load_state(path: Path, empty: State) -> State:
    """Return what ``save_state`` saved, or ``empty`` if there is nothing.

    Args:
        path: the file.
        empty: the state to begin with; its class and version are those expected.

    Raises:
        DamagedFile: it has other content; it was renamed, so that the next call returns ``empty``.
        QAError: it cannot be opened, or a later version of qa wrote it; it is left as it is.
    """
    from pydantic import TypeAdapter  # takes 0.1 s, which must not delay completion

    try:
        content = private_files.read(path)
    except FileNotFoundError:
        return empty
    except OSError as error:
        raise QAError(f"{path} cannot be read: {error.strerror}", "Make it a file that you can read.") from None
    with suppress(ValueError):  # pydantic's errors are
        state = TypeAdapter(type(empty)).validate_json(content)
        if state.version == empty.version:
            return state
    if _version(content) > empty.version:
        raise QAError(f"{path} was written by a later version of qa", "Update qa.")
    with write_errors_reported(path):
        renamed = private_files.set_aside(path)
    raise DamagedFile(path, renamed)


def save_state(path: Path, state: Versioned) -> None:
    """Replace what is saved, in one step.

    Raises:
        QAError: it cannot be written; what was saved is left as it was.
    """
    from pydantic import TypeAdapter

    content = TypeAdapter(type(state)).dump_json(state)
    with write_errors_reported(path):
        private_files.write(path, content)


@contextmanager
def only_process(path: Path, wait_seconds: float = 10.0) -> Iterator[None]:
    """Let no other process that calls this for the same file continue meanwhile.

    Raises:
        QAError: another one did not finish in this time, or there can be no lock.
    """
    from filelock import FileLock, Timeout  # imports sqlite3, which completion does not need

    with write_errors_reported(path):
        private_files.make_folder(path.parent)
        lock = FileLock(path.with_suffix(".lock"), mode=0o600)
        try:
            private_files.acquire(lock, wait_seconds)
        except Timeout:
            raise QAError(f"Another process is changing {path}", "Wait for it to finish, and try again.") from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def write_errors_reported(path: Path) -> Iterator[None]:
    """Turn an error of the file system into one line.

    Raises:
        QAError: there was one.
    """
    try:
        yield
    except OSError as error:
        reason = error.strerror or str(error)
        raise QAError(f"{path} cannot be written: {reason}", "Free some space, or make it writable.") from None


def _version(content: bytes) -> int:
    """Return the version that a file states; 0 if none."""
    with suppress(ValueError, RecursionError):
        match json.loads(content):
            case {"version": int(version)}:
                return version
    return 0
