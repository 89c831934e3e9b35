"""Whether a change of a file is seen: by its size and times, or else by its content."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from qa.corpus import Corpus, FileState, UnreadableFile, file_states, reading
from qa.corpus.file_states import UNSETTLED
from qa.index import Index
from tests.helpers.index_contents import refresh

OPENED, CLOSED = "The harbour was opened in 1887.\n", "The harbour was closed in 1953.\n"
HOUR = 3_600 * 10**9
POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows does not tell when a file was changed")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with one article."""
    root = tmp_path / "articles"
    root.mkdir()
    (root / "a.md").write_text(OPENED)
    return root


def edit_unseen(file: Path) -> None:
    """Replace a text by one of the same size, and set the time back."""
    status = file.stat()
    file.write_text(CLOSED)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


def state_in(index: Path) -> FileState:
    with closing(Index.open(index)) as opened:
        ((_, *state),) = opened.states()
        return FileState(*state)


@pytest.mark.parametrize("moment", ["at once", pytest.param("later", marks=POSIX)])
def test_an_edit_of_the_same_size_and_time_is_seen(
    root: Path, index: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """In the tick of the clock in which the file was read, also without a time of change; and later by that time."""
    if moment == "at once":
        monkeypatch.setattr(file_states, "_TELLS_CHANGE", False)
    else:  # the clock of whoever reads is an hour ahead, so that the file seems old
        monkeypatch.setattr(time, "time_ns", lambda: time.monotonic_ns() + 10**18 * 5)
    refresh(root, index)
    assert (state_in(index).ctime_ns == UNSETTLED) == (moment == "at once")
    edit_unseen(root / "a.md")

    assert ("a.md",) == refresh(root, index).changed


def test_the_same_content_is_not_written_again(root: Path, index: Path) -> None:
    """Whether a file was only just written, or its times changed; they are recorded with the next change."""
    first = refresh(root, index)
    os.utime(root / "a.md", ns=(HOUR, HOUR))

    second = refresh(root, index)
    (root / "b.md").write_text(CLOSED)
    refresh(root, index)

    assert (first.stats, True) == (second.stats, second.unchanged)
    with closing(Index.open(index)) as opened:
        assert HOUR in {mtime for _, _, mtime, _ in opened.states()}


def test_new_times_of_many_files_are_recorded_at_once(root: Path, index: Path) -> None:
    """So that their contents need not be compared before each question."""
    for number in range(25):
        (root / f"{number}.md").write_text(f"Number {number}.")
    generation = refresh(root, index).stats.generation
    for path in root.iterdir():
        os.utime(path, ns=(HOUR, HOUR))

    report = refresh(root, index)

    assert (generation + 1, True, 0) == (report.stats.generation, report.unchanged, report.embedded)
    with closing(Index.open(index)) as opened:
        assert {HOUR} == {mtime for _, _, mtime, _ in opened.states()}


@pytest.mark.parametrize("seconds", [-(10**9), -1, 0, 10_413_792_000])
def test_odd_times(root: Path, index: Path, seconds: int) -> None:
    """Before 1970, after 2038, and after 2262, whose nanoseconds do not fit into 64 bits."""
    try:
        os.utime(root / "a.md", (seconds, seconds))
    except OSError:
        pytest.skip("the file system has no such times")
    first = refresh(root, index)
    os.utime(root / "a.md", (seconds + 2, seconds + 2))
    (root / "a.md").write_text(CLOSED)
    os.utime(root / "a.md", (seconds, seconds))

    assert (("a.md",), ("a.md",)) == (first.added, refresh(root, index).changed)


def test_times_beyond_64_bits_differ() -> None:
    """They are not cut off at the largest number."""
    status = Path(__file__).stat()

    class Status:
        st_size, st_ctime_ns = status.st_size, 0

        def __init__(self, mtime_ns: int) -> None:
            self.st_mtime_ns = mtime_ns

    times = [FileState.of(Status(2**63 + offset)).mtime_ns for offset in (0, 1)]  # type: ignore[arg-type]

    assert [-(2**63), -(2**63) + 1] == times


@pytest.mark.parametrize(
    ("age", "is_settled"), [(0, False), (HOUR, True), (-HOUR, False), (-100 * HOUR, True), (10**9, False)]
)
def test_what_was_just_changed_may_change_unseen(age: int, is_settled: bool) -> None:
    """Also by the clock of a server that is an hour ahead; a time in the far future was set by a program."""
    now = 10**18

    state = FileState(1, now - age, HOUR).read_at(now)

    assert is_settled == (state.ctime_ns != UNSETTLED)


class Changing:
    """Changes a file while it is read: after so many of its states were asked for."""

    def __init__(self, change: Callable[[], object], times: int) -> None:
        self._change = change
        self._left = times

    def __call__(self, descriptor: int) -> os.stat_result:
        status = os.fstat(descriptor)
        if self._left:
            self._left -= 1
            self._change()
        return status


@pytest.mark.parametrize(("times", "is_settled"), [(1, True), (100, False)], ids=["once", "all the time"])
def test_a_file_that_grows_while_it_is_read(
    root: Path, monkeypatch: pytest.MonkeyPatch, times: int, is_settled: bool
) -> None:
    """It is read again; if it goes on, what was read counts until the next run."""
    file = root / "a.md"

    def grow() -> None:
        file.write_text(file.read_text() + CLOSED)
        os.utime(file, ns=(HOUR, HOUR))

    monkeypatch.setattr(reading, "os", type("System", (), {**vars(os), "fstat": staticmethod(Changing(grow, times))}))
    monkeypatch.setattr(time, "time_ns", lambda: 5 * 10**18)

    document = Corpus(root).read("a.md")

    assert is_settled == (document.ctime_ns != UNSETTLED)
    assert document.text.startswith(OPENED + CLOSED)
    assert not is_settled or document.text == file.read_text()


@pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")
@pytest.mark.parametrize("stepwise", [True, False], ids=["folder by folder", "checked afterwards"])
@pytest.mark.parametrize("name", ["sub", "sub/b.md"])
@pytest.mark.parametrize("path", ["sub/b.md", "link/b.md"])
def test_a_link_put_in_between_is_not_followed(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, name: str, stepwise: bool
) -> None:
    """In the moment between the check of a path and its opening, a folder or a file becomes a link to the outside."""
    (root / "sub").mkdir()
    (root / "sub" / "b.md").write_text(OPENED)
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "b.md").write_text("Secret.")
    (root / "link").symlink_to("sub")
    resolve = Corpus._resolved

    def swap() -> None:
        (root / name).rename(tmp_path / "aside")
        (root / name).symlink_to(tmp_path / "secret" / ("b.md" if name.endswith(".md") else ""))

    def resolve_and_swap(corpus: Corpus, path: str) -> str:
        real = resolve(corpus, path)
        swap()
        return real

    if stepwise and path == "sub/b.md":  # nothing is resolved
        swap()
    else:
        monkeypatch.setattr(Corpus, "_resolved", resolve_and_swap)
    monkeypatch.setattr(reading, "_OPENS_STEPWISE", stepwise)

    with pytest.raises(UnreadableFile) as caught:
        Corpus(root).read(path)
    assert caught.value.may_pass


@pytest.mark.skipif(sys.platform != "linux", reason="needs folders deeper than a path can be long")
@pytest.mark.parametrize("depth", [1_200, 2_200])
def test_deep_folders_are_read_or_named(root: Path, index: Path, depth: int) -> None:
    """A path can have 4,095 bytes; what is below is named."""
    folder = os.open(root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=folder)
        outer, folder = folder, os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(outer)
    file = os.open("deep.md", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    os.write(file, CLOSED.encode())
    os.close(file)
    os.close(folder)

    try:
        report = refresh(root, index)
        again = refresh(root, index)
    finally:
        subprocess.run([str(shutil.which("rm")), "-rf", str(root)], check=True)  # shutil.rmtree calls itself

    assert (report.stats, report.skipped) == (again.stats, again.skipped)
    reasons = [file.reason for file in report.skipped]
    assert (report.stats.documents, reasons) == ((2, []) if depth < 2_000 else (1, ["File name too long"]))
