"""Files about what the user asked: only the user may read them, and none is lost or left half-written."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from qa import private_files

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows has other rights")

Write = Callable[[Path, bytes], None]
WRITERS = pytest.mark.parametrize("write", [private_files.write, private_files.append_line])


@pytest.fixture(autouse=True, params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    """Run each test with each umask."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    """Return the rights of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


@WRITERS
def test_only_the_user_may_read(write: Write, tmp_path: Path) -> None:
    """Neither the file, nor what is in any of the folders that were made for it."""
    path = tmp_path / "a" / "b" / "file"
    write(path, b"text")

    assert [0o600, 0o700, 0o700] == [rights(path), rights(path.parent), rights(path.parent.parent)]
    assert [path] == [*path.parent.iterdir()]


@WRITERS
def test_a_folder_that_others_may_read_is_closed(write: Write, tmp_path: Path) -> None:
    """An earlier version made it with the rights of any folder."""
    folder = tmp_path / "sessions"
    folder.mkdir()
    folder.chmod(0o755)
    write(folder / "file", b"text")

    assert 0o700 == rights(folder)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    """The link is replaced, or the file is not written."""
    target, link = tmp_path / "target", tmp_path / "folder" / "link"
    target.write_text("of somebody else")
    link.parent.mkdir()
    link.symlink_to(target)
    with pytest.raises(OSError, match="symbolic link"):
        private_files.append_line(link, b"text")
    private_files.write(link, b"text")

    assert (b"text", "of somebody else") == (private_files.read(link), target.read_text())
    assert not link.is_symlink()


@WRITERS
def test_a_full_disk_leaves_the_file_as_it_was(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No temporary file is left."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    path = tmp_path / "folder" / "file"
    write(path, b"before")
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(path, b"after")

    assert before == path.read_bytes()
    assert [path] == [*path.parent.iterdir()]


def test_a_line_that_was_cut_off_does_not_damage_the_next(tmp_path: Path) -> None:
    """It is ended first."""
    path = tmp_path / "file"
    path.write_bytes(b"one\ncut o")
    private_files.append_line(path, b"three")

    assert b"one\ncut o\nthree\n" == path.read_bytes()


def test_a_pipe_is_not_read(tmp_path: Path) -> None:
    """It would not end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        private_files.read(tmp_path / "pipe")


def test_what_is_set_aside_never_replaces_anything(tmp_path: Path) -> None:
    """Each file gets a name of its own."""
    path = tmp_path / "file"
    names = []
    for number in range(3):
        path.write_text(str(number))
        names.append(private_files.set_aside(path))

    assert ["0", "1", "2"] == [name.read_text() for name in names]
    assert not path.exists()
