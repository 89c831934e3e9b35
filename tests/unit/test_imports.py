"""Each command imports only what it uses."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

import qa
from qa.index import Index
from tests.conftest import SMALL
from tests.helpers.index_files import change_manifest
from tests.helpers.storages import StoredIndex

MODELS = ("torch", "transformers", "sentence_transformers", "llama_index")
UI = ("textual", "rich")
STORES = ("chromadb", "rensa", "onnxruntime")
WEB = ("qa.web", "trafilatura", "feedparser", "lxml")
SERVERS = ("psycopg", "qa.index.servers", "qa.index.copying")
"""For an index on servers."""


def imported(statement: str, forbidden: tuple[str, ...]) -> tuple[int, list[str]]:
    """Run a statement in a new interpreter; return its exit code and the forbidden modules that it imported."""
    code = (
        f"import sys\ncode = 0\n{statement}\n"
        f"print(*sorted({{*{forbidden!r}}} & {{*sys.modules}}), file=sys.stderr)\nsys.exit(code)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return run.returncode, run.stderr.split()


def command(*arguments: str) -> str:
    return f"from qa.cli import run; code = int(run({[*arguments]!r}))"


@pytest.mark.parametrize("statement", ["import qa", "import qa.cli", command("--help"), command("ask", "--help")])
def test_help_and_import_load_nothing_heavy(statement: str) -> None:
    """Help and plain imports load no models, stores, user interface, NumPy, Pydantic or SQLite."""
    forbidden = (*MODELS, *STORES, *SERVERS, *UI, *WEB, "httpx", "numpy", "pydantic", "sqlite3")

    assert (0, []) == imported(statement, forbidden)


@pytest.mark.parametrize(
    ("line", "forbidden"),
    [("qa st", ("pydantic",)), ("qa show ", ()), ("qa watch remove ", ())],
    ids=["names", "articles", "saved questions"],
)
def test_completion_loads_nothing_heavy(monkeypatch: pytest.MonkeyPatch, line: str, forbidden: tuple[str, ...]) -> None:
    """It runs at each press of Tab; only for articles, it has to know the settings."""
    for name, value in {
        "_QA_COMPLETE": "bash_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": str(line.count(" ")),
    }.items():
        monkeypatch.setenv(name, value)

    assert (0, []) == imported(command(), (*MODELS, *STORES, *UI, "numpy", "sqlite3", *forbidden))


@pytest.mark.parametrize(
    "arguments", [["status"], ["show", "tram-line.txt:3"], ["watch", "list"]], ids=lambda arguments: arguments[0]
)
def test_what_only_shows_loads_no_model_and_no_vectors(small: qa.Assistant, arguments: list[str]) -> None:
    """Showing sizes, times, an article and saved questions needs neither models nor vectors."""
    options = ["--corpus", str(SMALL), "--index", str(small.settings.index_root)]

    assert (0, []) == imported(command(*options, *arguments), (*MODELS, *STORES, *SERVERS, *UI, "httpx"))


@pytest.mark.parametrize("touched", [False, True], ids=["up to date", "touched"])
def test_a_question_loads_no_training_library_and_no_chroma(small: qa.Assistant, tmp_path: Path, touched: bool) -> None:
    """A question needs only ONNX Runtime, also if it first has to remove an article and to record new times."""
    corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    index = Path(shutil.copytree(small.settings.index_root, tmp_path / "index"))
    change_manifest(index, corpus="../corpus")
    if touched:
        (corpus / "choir-visit.txt").unlink()
        for path in corpus.iterdir():
            os.utime(path, ns=(1, 1))
    options = ["--corpus", str(corpus), "--index", str(index)]
    statement = command("ask", "How long is the reading room of the library?", *options)

    assert (0, ["onnxruntime"]) == imported(statement, (*MODELS, *STORES, *SERVERS, *WEB, *UI, "httpx"))
    with closing(Index.open(index)) as opened:
        assert touched == ({1} == {mtime_ns for _, _, mtime_ns, _ in opened.states()})


def test_an_update_in_a_folder_needs_no_client_of_servers(tmp_path: Path) -> None:
    """Chroma's own, which comes with it, is imported only where there is something to write."""
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "tram.txt").write_text("The tram stops at the ropeworks.\n")
    statement = command("--corpus", str(tmp_path / "articles"), "--index", str(tmp_path / "index"), "index")

    assert (0, []) == imported(statement, SERVERS)
    assert (0, []) == imported(statement, (*SERVERS, "chromadb", "httpx"))


@pytest.mark.servers
def test_the_status_of_servers_loads_no_vectors_and_nothing_that_writes(on_servers: StoredIndex) -> None:
    """It asks PostgreSQL only."""
    on_servers.update()
    writing = ("qa.index.servers.writing", "qa.index.update", "qa.index.copying")
    status = command(*on_servers.arguments, "status")

    assert (0, []) == imported(status, (*MODELS, *STORES, *writing, *UI))
