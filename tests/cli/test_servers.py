"""The command line over an index on servers: the same answers as in a folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qa.corpus import Corpus
from tests.conftest import PROJECT, RunQA
from tests.helpers.commands import Commands, problems_of
from tests.helpers.storages import Servers, StoredIndex

pytestmark = pytest.mark.servers

QUESTION = "Where does the ferry sail from?"
MISSING = "Who founded the Lindholm observatory?"


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


def test_a_first_index_and_its_answers(on_servers: StoredIndex, run_qa: RunQA, command: Commands) -> None:
    """Real runs of qa: the exit codes are those of an index in a folder, and each statement is cited."""
    before = run_qa(*on_servers.arguments, "ask", QUESTION)
    assert (3, "", 1) == (before.returncode, before.stdout, before.stderr.count("\n"))
    assert f"There is no index in {on_servers.storage.name}. Run: qa index" in before.stderr

    first = run_qa(*on_servers.arguments, "index")
    assert (0, "") == (first.returncode, first.stderr)
    assert first.stdout.startswith("7 documents, 9 chunks: 7 added ")

    answer = run_qa(*on_servers.arguments, "ask", "--json", QUESTION)
    assert (0, "") == (answer.returncode, answer.stderr)
    (citation, *_) = json.loads(answer.stdout)["citations"]
    text = (on_servers.corpus / citation["path"]).read_text(encoding="utf-8")
    assert "Saltmere" in text[citation["start"] : citation["end"]]

    assert 1 == command(*on_servers.arguments, "ask", MISSING).code


def _comparable(value: Any) -> Any:
    """Return a value without what differs from run to run, numbers rounded."""
    if isinstance(value, dict):
        return {name: _comparable(each) for name, each in value.items() if name not in ("index", "timings_ms")}
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    return pytest.approx(value, abs=1e-5) if isinstance(value, float) else value


def test_answers_are_those_of_a_folder(in_folder: StoredIndex, built: StoredIndex, command: Commands) -> None:
    """In every type of question, with filters, and for a search."""
    in_folder.update()
    questions = [
        ("ask", QUESTION),
        ("ask", MISSING),
        ("ask", "Which articles mention Tollhaven?"),
        ("ask", "What are the articles about?"),
        ("ask", "When was the light house lit?", "--path", "*.txt"),
        ("ask", "Is the café a bank?", "--explain"),
        ("ask", "What happened in 2024?"),
        ("search", "ferrry of Saltmere", "--source", "gazette"),
        ("search", "choir or tram", "--since", "2024", "-k", "3"),
        ("status",),
        ("news", "--since", "2020-01-01"),
    ]
    for arguments in questions:
        folder, servers = (command(*each.arguments, *arguments, "--json") for each in (in_folder, built))
        assert (folder.code, folder.err) == (servers.code, servers.err), arguments
        if arguments != ("status",):
            assert _comparable(folder.json) == _comparable(servers.json), arguments
        else:
            same = ("documents", "chunks", "generation", "mismatch", "new", "changed", "removed", "skipped", "left_out")
            assert {name: folder.json[name] for name in same} == {name: servers.json[name] for name in same}


def test_status_doctor_and_index(built: StoredIndex, command: Commands) -> None:
    """They name the database, without its user."""
    name = built.storage.name
    assert "@" not in name
    status = command(*built.arguments, "status")
    assert 0 == status.code
    assert f"index       {name}\n" in status.out
    assert "state       up to date\n" in status.out
    assert (True, None) == (command(*built.arguments, "status", "--json").json["on_servers"], None)
    doctor = command(*built.arguments, "doctor")
    assert (0, []) == (doctor.code, problems_of(doctor))
    assert f"{name}, generation 1, 7 documents, 9 chunks" in doctor.out

    built.write({"mill.txt": "The mill stands beside the ferry.\n"})
    assert "1 new; qa index updates the index\n" in command(*built.arguments, "status").out
    report = command(*built.arguments, "index", "--json").json
    assert (["mill.txt"], 1) == (report["added"], report["embedded"])
    assert "up to date\n" in command(*built.arguments, "status").out


# A question updates nothing


def test_a_question_never_lists_the_articles(
    built: StoredIndex, command: Commands, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What changed is found by qa index only, and the articles may lie elsewhere on the machine that asks."""
    (built.corpus / "choir.txt").unlink()
    elsewhere = Path(shutil.copytree(built.corpus, tmp_path / "mounted" / "news"))
    arguments = ["--corpus", str(elsewhere), *built.arguments[2:]]
    with monkeypatch.context() as patch:
        patch.setattr(Corpus, "scan", lambda self: pytest.fail("the articles are listed"))
        with built.assistant() as assistant:
            assert assistant.refresh_if_possible() is None
        assert 0 == command(*arguments, "search", "choir").code
        outcome = command(*arguments, "ask", QUESTION, "--json")
        assert 0 == outcome.code
        assert outcome.json["citations"]
        stale = command(*arguments, "ask", "What does the choir of Tollhaven sing on Fridays?")
        assert "choir.txt:1 (the file no longer contains the quote, or cannot be read)" in stale.out

    refusal = command(*arguments, "index")
    assert 3 == refusal.code
    assert "another corpus" in refusal.err
    assert 0 == command(*built.arguments, "index").code


class Watcher:
    """``qa index --watch`` in a process of its own."""

    def __init__(self, stored: StoredIndex) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qa", *stored.arguments, "index", "--watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            text=True,
        )

    def line(self) -> str:
        """Return the next line, as soon as there is one."""
        assert self.process.stdout
        return self.process.stdout.readline()


@pytest.fixture
def watcher(built: StoredIndex) -> Iterator[Watcher]:
    """A process that follows the articles of the index."""
    watcher = Watcher(built)
    try:
        yield watcher
    finally:
        watcher.process.kill()
        watcher.process.communicate()


def test_others_see_what_a_watcher_has_written(built: StoredIndex, watcher: Watcher) -> None:
    """With their next question, even if the connections of both were lost meanwhile."""
    with built.assistant() as assistant:
        assert "mill.txt" not in {passage.path for passage in assistant.search("mill")}
        assert "no changes" in watcher.line()
        assert "Following" in watcher.line()
        built.write({"mill.txt": "The mill stands beside the ferry.\n"})
        assert "8 documents" in watcher.line()
        assert ["mill.txt"] == [passage.path for passage in assistant.search("mill stands", top_k=1)]

        Servers(built).end_connections()
        built.write({"mill.txt": "The mill burnt down, and a bakery was built.\n"})
        assert "1 changed" in watcher.line()
        assert ["mill.txt"] == [passage.path for passage in assistant.search("bakery", top_k=1)]
    watcher.process.send_signal(signal.SIGINT)
    assert 130 == watcher.process.wait()
