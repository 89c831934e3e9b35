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
from qa.index import compaction
from tests.conftest import SMALL
from tests.helpers.commands import Commands
from tests.helpers.index_files import build_of, change_manifest, segments_of

pytestmark = pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")

EVIL = "import pathlib\npathlib.Path('ran').touch()\nclass Evil: pass\n"


@pytest.fixture
def index(small: qa.Assistant, tmp_path: Path) -> Path:
    """A copy of the small corpus's index."""
    return Path(shutil.copytree(small.settings.index_root, tmp_path / "index"))


def name_embedding_function(segment: Path) -> None:
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

    with closing(sqlite3.connect(segment / "chroma" / "chroma.sqlite3")) as database:
        schema = json.loads(database.execute("SELECT schema_str FROM collections").fetchone()[0])
        replace_function(schema)
        database.execute("UPDATE collections SET schema_str = ?", (json.dumps(schema),))
        database.commit()


def test_an_index_that_names_code_is_refused(
    index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chroma could run that code, so what opens its files refuses; questions do not open them."""
    corpus = Path(shutil.copytree(SMALL, tmp_path / "articles"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "em").mkdir()
    (tmp_path / "em" / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "modeling_evil.Evil"}]')
    (tmp_path / "em" / "modeling_evil.py").write_text(EVIL)
    qa_ = Commands(capsys, corpus, index)
    assert qa_("index", "--rebuild").code == 0
    (segment,) = segments_of(index)
    name_embedding_function(segment)
    (corpus / "new.txt").write_text("The ferry sails at ten.\n")

    assert qa_("ask", "When does the ferry sail?").code == 0
    assert qa_("doctor").code == 4
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    refused = qa_("index")
    assert refused.code == 3
    assert "qa index --rebuild" in refused.err
    shutil.rmtree(segment / "quantized")
    assert qa_("ask", "When does the ferry sail?").code == 3
    assert not (tmp_path / "ran").exists()
    assert qa_("index", "--rebuild").code == 0
    assert qa_("ask", "When does the ferry sail?").code == 0
    assert not (tmp_path / "ran").exists()


CONTENTS = {
    "nothing": [],
    "a picture": ["wedding.jpg"],
    "a picture among our files": ["BUILD", "GENERATION", "SEGMENT", "wedding.jpg"],
    "our files without a marker": ["catalog.sqlite"],
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=[*CONTENTS])
@pytest.mark.parametrize("parent", ["builds", "generations", "builds/1/segments"])
def test_folders_of_others_are_not_removed(
    index: Path, capsys: pytest.CaptureFixture[str], parent: str, content: list[str]
) -> None:
    """A folder among the builds and segments that qa did not create is preserved, whether empty or not."""
    foreign = index / parent / "2021"
    foreign.mkdir(parents=True)
    for name in content:
        (foreign / name).touch()
    qa_ = Commands(capsys, SMALL, index)

    assert qa_("doctor").code == 0
    if not foreign.is_relative_to(build_of(index)):
        assert qa_("index", "--rebuild").code == 0
    assert sorted(path.name for path in foreign.iterdir()) == sorted(content)


def test_old_and_unfinished_builds_are_removed(index: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the builds that qa created, finished or not, only the last remains; of former ones, none."""
    unfinished = index / "builds" / "90"
    (unfinished / "segments").mkdir(parents=True)
    former = index / "generations" / "7"
    (former / "chroma").mkdir(parents=True)
    for file in (unfinished / "BUILD", unfinished / "catalog.sqlite-journal", former / "manifest.json"):
        file.touch()
    qa_ = Commands(capsys, SMALL, index)
    for _ in range(3):
        assert qa_("index", "--rebuild").code == 0

    assert [build_of(index)] == list((index / "builds").iterdir())
    assert not (index / "generations").exists()


def test_unfinished_segments_are_removed(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The next update removes what a killed one left."""
    corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    change_manifest(index, corpus="../corpus")
    (corpus / "new.txt").write_text("The ferry sails at ten.\n")
    unfinished = build_of(index) / "segments" / "0123456789ab"
    (unfinished / "chroma").mkdir(parents=True)
    (unfinished / "SEGMENT").touch()
    qa_ = Commands(capsys, corpus, index)

    assert qa_("index").code == 0
    assert not unfinished.exists()
    assert len(segments_of(index)) == 2


def test_links_are_not_followed(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Links among the index's files lead neither to deleting nor to overwriting their targets."""
    photos = tmp_path / "photos"
    (photos / "2019").mkdir(parents=True)
    (photos / "2019" / "wedding.jpg").touch()
    notes = tmp_path / "notes.txt"
    notes.write_text("private")
    fresh = tmp_path / "fresh"
    fresh.mkdir()
    (fresh / "builds").symlink_to(photos, target_is_directory=True)
    refused = Commands(capsys, SMALL, fresh)("index")
    assert refused.code == 3
    assert "is a link" in refused.err
    assert Commands(capsys, SMALL, fresh)("index", "--rebuild").code == 0
    assert (fresh / "builds.old").is_symlink()

    (photos / "2019" / "BUILD").touch()
    (index / "builds" / "77").symlink_to(photos / "2019", target_is_directory=True)
    (index / "CURRENT.new").symlink_to(notes)
    assert Commands(capsys, SMALL, index)("index", "--rebuild").code == 0
    for name in ("unfinished.sqlite", "COMPACTING", "LOCK"):
        (index / name).unlink(missing_ok=True)
        (index / name).symlink_to(notes)
    assert Commands(capsys, SMALL, index)("index", "--rebuild").code == 0
    for name in ("unfinished.sqlite", "COMPACTING", "LOCK"):
        assert (index / f"{name}.old").is_symlink()

    assert notes.read_text() == "private"
    assert (photos / "2019" / "wedding.jpg").exists()


def test_links_in_a_build_are_not_followed(index: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Vectors are neither written nor removed where a link leads."""
    corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    change_manifest(index, corpus="../corpus")
    qa_ = Commands(capsys, corpus, index)
    photos = tmp_path / "photos"
    photos.mkdir()
    (photos / "wedding.jpg").touch()
    (segment,) = segments_of(index)
    shutil.rmtree(segment / "quantized")
    (segment / "quantized").symlink_to(photos, target_is_directory=True)
    assert qa_("ask", "How long is the reading room of the library?").code == 0
    assert ["wedding.jpg"] == [path.name for path in photos.iterdir()]

    segments = build_of(index) / "segments"
    segments.rename(tmp_path / "segments")
    segments.symlink_to(tmp_path / "segments", target_is_directory=True)
    (tmp_path / "segments" / "0123456789ab").mkdir()
    (tmp_path / "segments" / "0123456789ab" / "SEGMENT").touch()
    before = sorted((tmp_path / "segments").iterdir())
    (corpus / "new.txt").write_text("The ferry sails at ten.\n")
    refused = qa_("index")
    assert (refused.code, "is a link" in refused.err) == (3, True)
    assert before == sorted((tmp_path / "segments").iterdir())


def test_models_run_without_telemetry(tmp_path: Path) -> None:
    """ONNX Runtime writes no device identity to the user's home folder, so it has none to send."""
    code = "from qa.reader.network import SpanNetwork; SpanNetwork().judge('It is old.', 'It was built long ago.')"
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    environment |= {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / ".cache")}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    assert not list(tmp_path.rglob("*onnxruntime*"))
