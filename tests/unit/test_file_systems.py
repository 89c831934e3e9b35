"""File systems that refuse what others can do: a notice at most, and never a loss."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from tests.helpers.commands import Commands


def refuse(code: int) -> Callable[..., NoReturn]:
    """Return a function of the operating system that always fails."""

    def fail(*_: Any, **__: Any) -> NoReturn:
        raise OSError(code, os.strerror(code))

    return fail


def refuse_folders(descriptor: int) -> None:
    """Flush files, but no folders."""
    if stat.S_ISDIR(os.fstat(descriptor).st_mode):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))


def change(qa_: Commands) -> None:
    """Add an article, and check that it is found."""
    assert qa_.corpus
    (qa_.corpus / "ferry.txt").write_text("The ferry sails at ten.\n")
    assert "ten" in qa_("ask", "When does the ferry sail?").out


def test_a_folder_that_cannot_be_flushed_is_noticed(growing_town: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only a power failure could undo the last update there."""
    monkeypatch.setattr(os, "fsync", refuse_folders)

    change(growing_town)
    indexed = growing_town("index", "--rebuild")

    assert 0 == indexed.code
    assert "cannot flush folders" in indexed.err
    change(growing_town)


@pytest.mark.parametrize("name", ["chmod", "fchmod", "utime", "link", "symlink"])
def test_what_some_file_systems_lack_is_not_needed(
    growing_town: Commands, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Rights, times and links."""
    monkeypatch.setattr(os, name, refuse(errno.EPERM))

    change(growing_town)
    assert 0 == growing_town("index", "--rebuild").code
    change(growing_town)


@pytest.mark.skipif(os.name == "nt", reason="Windows locks in another manner")
@pytest.mark.parametrize(("code", "expected"), [(errno.ENOSYS, 0), (errno.ENOLCK, 4)])
def test_without_locks_nothing_is_written_by_two(
    growing_town: Commands, monkeypatch: pytest.MonkeyPatch, code: int, expected: int
) -> None:
    """Either something else is locked instead, or nothing is written and the old index answers."""
    monkeypatch.setattr("fcntl.flock", refuse(code))

    outcome = growing_town("index")

    assert expected == outcome.code
    assert "140" == growing_town("ask", "How long is the reading room of the library?").out[:3]
