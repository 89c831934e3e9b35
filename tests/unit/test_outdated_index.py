"""An index of an earlier version is built again when it is next written, and refused when it may not be."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

import qa
from qa.errors import IndexOutdated
from qa.index.folder import FolderStorage
from qa.index.maintenance import OUTDATED
from tests.helpers.commands import Commands
from tests.helpers.former_index import make_former, make_unchecked
from tests.helpers.index_contents import assert_same_content, refresh
from tests.helpers.index_files import opened_catalog, segments_of

QUESTION = "Which Russian defence minister visited North Korea?"


@pytest.fixture
def outdated(corpus: Path, index: Path) -> Path:
    """An index of the seeds as the former version wrote it: a folder of its own for each generation."""
    qa.open(corpus=corpus, index=index).close()
    make_former(index)
    return index


def build(index: Path) -> str:
    return (index / "CURRENT").read_text()


def test_opening_rebuilds_it_with_one_notice_that_says_why(outdated: Path, corpus: Path) -> None:
    """Answers come from the new index, the former one is gone, and the next time nothing is said."""
    notices: list[str] = []

    with qa.open(corpus=corpus, index=outdated, on_notice=notices.append) as assistant:
        assert 2 == assistant.index.stats().generation
        assert "Sergei Shoigu" == assistant.ask(QUESTION).short_answer

    assert not (outdated / "generations").exists()
    assert [OUTDATED] == notices
    assert "earlier version" in OUTDATED
    assert "\n" not in OUTDATED
    fresh = outdated.with_name("fresh")
    qa.open(corpus=corpus, index=fresh).close()
    assert_same_content(outdated, fresh)
    qa.open(corpus=corpus, index=outdated, on_notice=notices.append).close()
    assert [OUTDATED] == notices
    assert "2" == build(outdated)


def test_an_assistant_that_is_open_reports_what_the_rebuild_did(outdated: Path, corpus: Path) -> None:
    """The report of ``refresh`` is that of a first run, but no vector is computed that was there."""
    (corpus / "new.txt").write_text("The lighthouse of Saltmere was lit in 1887.\n")
    with qa.Assistant(qa.load_settings(corpus=corpus, index=outdated)) as assistant:
        report = assistant.refresh()

    assert 6 == len(report.added) == report.stats.documents
    assert 1 == report.embedded < report.stats.chunks


UNUSABLE: dict[str, Callable[[Path], object]] = {
    "no vectors": lambda folder: shutil.rmtree(folder / "chroma"),
    "damaged vectors": lambda folder: (folder / "chroma" / "chroma.sqlite3").write_bytes(b"something else" * 500),
    "no catalog": lambda folder: (folder / "catalog.sqlite").unlink(),
    "a damaged catalog": lambda folder: (folder / "catalog.sqlite").write_bytes(b"something else" * 500),
    "another model": lambda folder: change_weights(folder / "manifest.json"),
}


def change_weights(manifest: Path) -> None:
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"weights_sha256": "0" * 64}))


@pytest.mark.parametrize("name", [*UNUSABLE])
def test_vectors_that_cannot_be_taken_over_are_computed(outdated: Path, corpus: Path, name: str) -> None:
    """Damage to a former index, or another model, costs time, but is no error."""
    UNUSABLE[name](outdated / "generations" / "1")
    with qa.Assistant(qa.load_settings(corpus=corpus, index=outdated)) as assistant:
        report = assistant.refresh()

        assert report.embedded == report.stats.chunks
        assert "Sergei Shoigu" == assistant.ask(QUESTION).short_answer
    assert not (outdated / "generations").exists()


def test_an_interrupted_rebuild_leaves_the_former_index(
    outdated: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next one takes its vectors over."""

    def interrupt(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(FolderStorage, "finish", interrupt)
        qa.open(corpus=corpus, index=outdated)
    assert "1" == build(outdated)
    with qa.Assistant(qa.load_settings(corpus=corpus, index=outdated)) as assistant:
        assert 0 == assistant.refresh().embedded


@pytest.mark.parametrize("is_whole", [True, False], ids=["whole", "damaged"])
def test_the_vectors_of_an_index_without_checksums_are_taken_over(corpus: Path, index: Path, is_whole: bool) -> None:
    """Unless they are not those that were written."""
    chunks = refresh(corpus, index).stats.chunks
    make_unchecked(index)
    values = segments_of(index)[0] / "quantized" / "values.npy"
    if not is_whole:
        values.write_bytes(values.read_bytes()[:-1] + b"\x55")

    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        report = assistant.refresh()
        assert "Sergei Shoigu" == assistant.ask(QUESTION).short_answer

    assert report.embedded == (0 if is_whole else chunks)


def test_a_build_of_an_earlier_version_is_rebuilt_too(corpus: Path, index: Path) -> None:
    """If only the tables of its catalog were others."""
    qa.open(corpus=corpus, index=index).close()
    with opened_catalog(index) as catalog:
        catalog.execute("PRAGMA user_version = 3")
        catalog.execute("ALTER TABLE chunks RENAME TO passages")
    notices: list[str] = []

    with qa.open(corpus=corpus, index=index, on_notice=notices.append) as assistant:
        assert assistant.ask(QUESTION).answered

    assert [OUTDATED] == notices
    assert "2" == build(index)


@pytest.mark.parametrize("command", [["index"], ["ask", QUESTION], ["search", "Kursk"]])
def test_a_command_rebuilds_it_with_one_line(
    outdated: Path, corpus: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """The command succeeds; the line on stderr says why it takes longer, once."""
    run = Commands(capsys, corpus, outdated)

    first, second = run(*command), run(*command)

    assert (0, 0) == (first.code, second.code)
    assert 1 == first.err.count(OUTDATED)
    assert OUTDATED not in second.err
    assert "2" == build(outdated)


def test_without_refresh_it_is_an_error_with_the_command_that_fixes_it(outdated: Path, corpus: Path) -> None:
    """Nothing is written."""
    with pytest.raises(IndexOutdated, match="earlier version") as failure:
        qa.open(corpus=corpus, index=outdated, refresh=False)

    assert "Run: qa index" == failure.value.hint
    assert isinstance(failure.value, qa.IndexMismatch)
    assert "1" == build(outdated)
    assert not (outdated / "builds").exists()


@pytest.mark.parametrize(
    "command", [["ask", QUESTION, "--no-refresh"], ["search", "Kursk", "--no-refresh"], ["status"]]
)
def test_commands_that_do_not_write_name_the_command_that_fixes_it(
    outdated: Path, corpus: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """Exit code 3 and one line; after the command in it, the same command succeeds."""
    run = Commands(capsys, corpus, outdated)

    refused = run(*command)

    assert (3, "", 1) == (refused.code, refused.out, refused.err.count("\n"))
    assert refused.err.endswith("Run: qa index\n")
    assert "1" == build(outdated)
    assert 0 == run("index").code
    assert (0, "") == run(*command)[::2]


def test_doctor_names_the_command_that_fixes_it(
    outdated: Path, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is the only problem, and gone after a rebuild."""
    run = Commands(capsys, corpus, outdated)

    problems = [line for line in run("doctor").out.splitlines() if line.startswith("PROBLEM")]

    assert [True] == [line.endswith("Run: qa index") for line in problems], problems
    assert 0 == run("index").code
    assert "PROBLEM" not in run("doctor").out
