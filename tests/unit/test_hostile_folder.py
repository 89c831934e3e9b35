"""Untrusted folders: no code in them is run, and nothing outside the index is deleted or overwritten."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import qa
from tests.conftest import SMALL
from tests.helpers.commands import Commands

pytestmark = pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")

EVIL = "import pathlib\npathlib.Path('ran').touch()\nclass Evil: pass\n"


@pytest.fixture
def index(small: qa.Assistant, tmp_path: Path) -> Path:
    """A copy of the small corpus's index."""
    return Path(shutil.copytree(small.settings.index_root, tmp_path / "index"))


def current(index: Path) -> Path:
    return index / "generations" / (index / "CURRENT").read_text()


def name_embedding_function(generation: Path) -> None:
    """Change Chroma's schema so that code in the folder ``em`` computes the vectors."""
    function = {
        "type": "known",
        "name": "sentence_transformer",
        "config": {"model_name": "./em", "device": "cpu", "kwargs": {"trust_remote_code": True}},
    }

    def replace_function(node: Any) -> None:
        for name, value in node.items() if isinstance(node, dict) else ():
            if name == "embedding_function" and value is not None:
                node[name] = function
            else:
                replace_function(value)

    with closing(sqlite3.connect(generation / "chroma" / "chroma.sqlite3")) as database:
        schema = json.loads(database.execute("SELECT schema_str FROM collections").fetchone()[0])
        replace_function(schema)
        database.execute("UPDATE collections SET schema_str = ?", (json.dumps(schema),))
        database.commit()


def test_an_index_that_names_code_is_refused(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma would run that code when a chunk is added, so only a rebuild, which discards it, is possible."""
    corpus = Path(shutil.copytree(SMALL, tmp_path / "articles"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "em").mkdir()
    (tmp_path / "em" / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "modeling_evil.Evil"}]')
    (tmp_path / "em" / "modeling_evil.py").write_text(EVIL)
    qa_ = Commands(capsys, corpus, index)
    assert qa_("index", "--rebuild").code == 0
    name_embedding_function(current(index))
    (corpus / "new.txt").write_text("The ferry sails at ten.\n")

    refused = qa_("ask", "When does the ferry sail?")
    assert refused.code == 3
    assert "qa index --rebuild" in refused.err
    assert qa_("index").code == 3
    assert not (tmp_path / "ran").exists()
    assert qa_("index", "--rebuild").code == 0
    assert qa_("ask", "When does the ferry sail?").code == 0
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("content", ["wedding.jpg", None])
def test_folders_of_others_are_not_removed(
    index: Path, capsys: pytest.CaptureFixture[str], content: str | None
) -> None:
    """A folder with a number as its name that qa did not create is preserved, whether empty or not."""
    foreign = index / "generations" / "2021"
    foreign.mkdir()
    if content:
        (foreign / content).touch()

    assert Commands(capsys, SMALL, index)("index", "--rebuild").code == 0
    assert [path.name for path in foreign.iterdir()] == ([content] if content else [])


def test_old_and_unfinished_generations_are_removed(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the generations that qa created, finished or not, only the last two remain."""
    unfinished = index / "generations" / "90"
    (unfinished / "chroma").mkdir(parents=True)
    (unfinished / "catalog.sqlite-wal").touch()
    qa_ = Commands(capsys, SMALL, index)
    for _ in range(3):
        assert qa_("index", "--rebuild").code == 0

    assert not unfinished.exists()
    assert len(list((index / "generations").iterdir())) == 2


def test_links_are_not_followed(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Links among the index's files lead neither to deleting nor to overwriting their targets."""
    photos = tmp_path / "photos"
    (photos / "2019").mkdir(parents=True)
    (photos / "2019" / "wedding.jpg").touch()
    notes = tmp_path / "notes.txt"
    notes.write_text("private")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "generations").symlink_to(photos, target_is_directory=True)
    refused = Commands(capsys, SMALL, fresh)("index")
    assert refused.code == 4
    assert "is a link" in refused.err

    (index / "generations" / "77").symlink_to(photos / "2019", target_is_directory=True)
    (index / "CURRENT.new").symlink_to(notes)
    assert Commands(capsys, SMALL, index)("index", "--rebuild").code == 0
    (index / "LOCK").unlink(missing_ok=True)
    (index / "LOCK").symlink_to(notes)
    assert Commands(capsys, SMALL, index)("index", "--rebuild").code == 4

    assert notes.read_text() == "private"
    assert (photos / "2019" / "wedding.jpg").exists()


def test_models_run_without_telemetry(tmp_path: Path) -> None:
    """ONNX Runtime writes no device identity to the user's home folder, so it has none to send."""
    code = "from qa.reader.network import SpanNetwork; SpanNetwork().judge('It is old.', 'It was built long ago.')"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    assert not list(tmp_path.rglob("*onnxruntime*"))
