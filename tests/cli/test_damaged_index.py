"""A damaged index: one line names the command that fixes it, and that command works."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from qa.index import Index
from tests.helpers.commands import Commands, problems_of
from tests.helpers.damages import (
    CHROMA,
    DISAGREEING,
    MISMATCHES,
    NO_BUILD,
    NO_CATALOG,
    NO_SEGMENT,
    UNUSABLE,
    Damage,
)
from tests.helpers.index_files import build_of, segments_of

LENGTH = "How long is the reading room of the library?"
REBUILD = "qa index --rebuild"


@pytest.mark.parametrize("name", [*MISMATCHES, *UNUSABLE])
def test_an_unusable_index_is_refused_with_the_command_that_fixes_it(
    copied_town: Commands, small_copy: Path, name: str
) -> None:
    """With and without refreshing, the exit code is 3, and the line suggests a rebuild."""
    (MISMATCHES | UNUSABLE)[name](small_copy)

    for arguments in (["ask", LENGTH], ["search", "harbour", "--no-refresh"]):
        outcome = copied_town(*arguments)
        assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), (arguments, outcome)
        assert REBUILD in outcome.err, arguments
    if name in UNUSABLE:
        assert_named(copied_town)


@pytest.mark.parametrize("name", [*CHROMA, *DISAGREEING])
def test_doctor_names_damage_that_no_question_meets(copied_town: Commands, small_copy: Path, name: str) -> None:
    """And what to do about it."""
    (CHROMA | DISAGREEING)[name](small_copy)

    assert_named(copied_town)


def assert_named(commands: Commands) -> None:
    """Check that neither status nor doctor crashes, and that doctor names a rebuild as the only problem's solution."""
    status, doctor = commands("status"), commands("doctor")
    assert status.code in (0, 3)
    assert "bug" not in status.err + doctor.out + doctor.err
    assert (4, "") == (doctor.code, doctor.err)
    assert [True] == [REBUILD in line for line in problems_of(doctor)]


@pytest.mark.parametrize("kinds", [MISMATCHES, NO_CATALOG, NO_BUILD, NO_SEGMENT], ids=lambda kinds: next(iter(kinds)))
def test_the_suggested_command_works(copied_town: Commands, small_copy: Path, kinds: dict[str, Damage]) -> None:
    """Even if everything of a kind happened at once; what cannot happen after something else is left out."""
    for damage in kinds.values():
        with suppress(OSError, sqlite3.Error, IndexError, TypeError, ValueError):
            damage(small_copy)
    assert 3 == copied_town("ask", LENGTH).code

    assert 0 == copied_town("index", "--rebuild").code
    assert "140" == copied_town("ask", LENGTH).out[:3]
    assert 0 == copied_town("doctor").code


@pytest.mark.parametrize("name", [*NO_CATALOG, *NO_SEGMENT])
def test_a_changed_corpus_does_not_hide_the_damage(growing_town: Commands, small_copy: Path, name: str) -> None:
    """An update of a damaged index fails, and leaves the same build."""
    (NO_CATALOG | NO_SEGMENT)[name](small_copy)
    before = (small_copy / "CURRENT").read_bytes()

    outcome = growing_town("index")

    assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), outcome
    assert REBUILD in outcome.err
    assert before == (small_copy / "CURRENT").read_bytes()


def test_doctor_removes_what_a_killed_run_left(copied_town: Commands, small_copy: Path) -> None:
    """A segment that no catalog lists, and a build that is not current; it says so, once."""
    unlisted = Path(shutil.copytree(segments_of(small_copy)[0], build_of(small_copy) / "segments" / "0123456789ab"))
    unfinished = small_copy / "builds" / "2"
    unfinished.mkdir()
    (unfinished / "BUILD").touch()

    first, second = copied_town("doctor"), copied_town("doctor")

    assert (0, 0) == (first.code, second.code)
    assert "2 unfinished or outdated folders removed" in first.out
    assert "removed" not in second.out
    assert not unlisted.exists()
    assert not unfinished.exists()
    assert "140" == copied_town("ask", LENGTH).out[:3]


def test_a_missing_index_is_created_by_the_suggested_command(copied_town: Commands, tmp_path: Path) -> None:
    """``qa index``, without ``--rebuild``."""
    copied_town.index = tmp_path / "none"

    outcome = copied_town("ask", LENGTH, "--no-refresh")

    assert (3, "") == (outcome.code, outcome.out)
    assert outcome.err.endswith("Run: qa index\n")
    assert not copied_town.index.exists()


def run_code(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
@pytest.mark.parametrize("kilobytes", [1, 200])
def test_a_full_disk_leaves_the_index_in_use(growing_town: Commands, small_copy: Path, kilobytes: int) -> None:
    """The exit code is 4; questions are answered from the index as it was, even while the disk is full."""
    assert growing_town.corpus
    text = "".join(f"The tram number {number} stops at the Glass Market at noon. " for number in range(2_000))
    (growing_town.corpus / "new.txt").write_text(text)
    before = build_of(small_copy)
    code = (
        "import resource, sys; from qa.cli import main;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes} << 10,) * 2); main(sys.argv[1:])"
    )

    indexed = run_code(code, "index", *growing_town.path_options)

    assert (4, "") == (indexed.returncode, indexed.stdout), indexed.stderr
    assert 1 == indexed.stderr.count("\n")
    assert f"The index {small_copy} cannot be written" in indexed.stderr
    assert "Free disk space" in indexed.stderr
    with closing(Index.open(small_copy)) as unchanged:
        assert before == unchanged.build
        assert (1, 7) == (unchanged.stats().generation, unchanged.stats().documents)
    assert "140" == growing_town("ask", LENGTH, "--no-refresh").out[:3]
    run = run_code(code, "ask", LENGTH, "--json", *growing_town.path_options)
    assert (0, "140 metres") == (run.returncode, json.loads(run.stdout)["short_answer"]), run.stderr
    assert run.stderr.startswith("Answering from the index as it is: ")
