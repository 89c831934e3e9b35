"""An index of an earlier version is built again when it is next written, and refused when it may not be."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import qa
from qa.assistant import OUTDATED
from qa.errors import IndexOutdated
from tests.helpers.commands import Commands
from tests.helpers.index_contents import assert_same_content

QUESTION = "Which Russian defence minister visited North Korea?"


@pytest.fixture
def outdated(corpus: Path, index: Path) -> Path:
    """An index of the seeds as version 1 wrote it: without headings, and with other tables."""
    with qa.open(corpus=corpus, index=index):
        pass
    folder = index / "generations" / "1"
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["schema"] = 1
    del manifest["chunking"]["heading_tokens"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as catalog:
        catalog.execute("ALTER TABLE chunks RENAME TO passages")
    return index


def generation(index: Path) -> str:
    return (index / "CURRENT").read_text()


def test_opening_rebuilds_it_with_one_notice_that_says_why(outdated: Path, corpus: Path) -> None:
    """Every article is embedded again, answers come from the new index, and the next time nothing is said."""
    notices: list[str] = []

    with qa.open(corpus=corpus, index=outdated, on_notice=notices.append) as assistant:
        assert 2 == assistant.index.stats().generation
        assert assistant.ask(QUESTION).answered

    assert [OUTDATED] == notices
    assert "earlier version" in OUTDATED
    assert "\n" not in OUTDATED
    fresh = outdated.with_name("fresh")
    qa.open(corpus=corpus, index=fresh).close()
    assert_same_content(outdated, fresh)
    qa.open(corpus=corpus, index=outdated, on_notice=notices.append).close()
    assert [OUTDATED] == notices
    assert "2" == generation(outdated)


def test_an_assistant_that_is_open_reports_what_the_rebuild_did(outdated: Path, corpus: Path) -> None:
    """The report of ``refresh`` is that of a first run."""
    with qa.Assistant(qa.load_settings(corpus=corpus, index=outdated)) as assistant:
        report = assistant.refresh()

    assert 5 == len(report.added) == report.stats.documents
    assert report.embedded == report.stats.chunks


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
    assert "2" == generation(outdated)


def test_without_refresh_it_is_an_error_with_the_command_that_fixes_it(outdated: Path, corpus: Path) -> None:
    """Nothing is written."""
    with pytest.raises(IndexOutdated, match="earlier version") as failure:
        qa.open(corpus=corpus, index=outdated, refresh=False)

    assert "Run: qa index" == failure.value.hint
    assert isinstance(failure.value, qa.IndexMismatch)
    assert "1" == generation(outdated)
    assert ["1"] == [path.name for path in (outdated / "generations").iterdir()]


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
    assert "1" == generation(outdated)
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
