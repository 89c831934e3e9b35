"""Files that libraries would read as settings or run as code, in the current folder, a model or an index."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest

from qa.errors import IndexDamaged, ModelError
from qa.index.chroma import ChromaStore, readable_store
from qa.index.quantized import QuantizedVectors
from qa.models.export import _load, package_folder
from tests.conftest import PROJECT, SMALL
from tests.helpers.commands import Commands
from tests.helpers.index_files import segments_of

EVIL = "import pathlib\npathlib.Path({!r}).touch()\n"


def test_chroma_takes_no_settings_from_the_folder(
    tmp_path: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file ``.env`` could name a server for the vectors, code to import, and a reader that unpickles files."""
    (tmp_path / ".env").write_text(
        "CHROMA_API_IMPL=chromadb.api.fastapi.FastAPI\nCHROMA_SERVER_HOST=models.example\n"
        "CHROMA_PRODUCT_TELEMETRY_IMPL=evil.Telemetry\nANONYMIZED_TELEMETRY=true\n"
    )
    qa_ = Commands(capsys, SMALL, index)

    assert qa_("index").code == 0
    assert qa_("doctor").code == 0


def test_wrong_settings_for_chroma_are_one_line(tmp_path: Path) -> None:
    """Chroma reads ``.env`` when it is imported, and fails if a value is of the wrong type."""
    (tmp_path / ".env").write_text("CHROMA_SERVER_HTTP_PORT=many\n")
    command = [sys.executable, "-P", "-m", "qa", "index", "--corpus", str(SMALL), "--index", "index"]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert (2, 1) == (run.returncode, run.stderr.count("\n"))
    assert "Chroma's settings in the environment or in .env are wrong: 1 validation error" in run.stderr


def test_a_view_cannot_hide_an_embedding_function(
    tmp_path: Path, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What Chroma itself has read is checked: a view can show every version of SQLite another schema."""
    assert Commands(capsys, SMALL, index)("index").code == 0
    (segment,) = segments_of(index)
    folder = segment / "chroma"
    with closing(sqlite3.connect(folder / "chroma.sqlite3")) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(collections)")]
        function = {"type": "known", "name": "sentence_transformer", "config": {"model_name": "./em"}}
        schema = json.loads(database.execute("SELECT schema_str FROM collections").fetchone()[0])
        vectors = schema["defaults"]["float_list"]["vector_index"]["config"]
        vectors["embedding_function"] = function
        hidden = f"CASE WHEN sqlite_version() = '{sqlite3.sqlite_version}' THEN schema_str ELSE other END"
        database.execute("ALTER TABLE collections RENAME TO real")
        database.execute("ALTER TABLE real ADD COLUMN other")
        database.execute("UPDATE real SET other = ?", (json.dumps(schema),))
        shown = [f"{hidden} AS schema_str" if name == "schema_str" else name for name in columns]
        database.execute(f"CREATE VIEW collections AS SELECT {', '.join(shown)} FROM real")
        database.commit()
        assert json.dumps(function) not in str(database.execute("SELECT schema_str FROM collections").fetchall())

    with pytest.raises(IndexDamaged):
        ChromaStore.open(folder)


def test_the_terminal_ui_starts_no_code_of_the_folder(tmp_path: Path) -> None:
    """Python's process that keeps track of shared memory would import modules from the current folder."""
    folder = tmp_path / "download"
    folder.mkdir()
    for module in ("multiprocessing", "threading", "signal"):
        (folder / f"{module}.py").write_text(EVIL.format(str(tmp_path / "ran")))
    (tmp_path / "start.py").write_text(
        "import os, tui.app\nfrom multiprocessing import resource_tracker\n"
        "async def run_async(app): pass\ntui.app.QAApp.run_async = run_async\n"
        "before = {**os.environ}\ntui.app.run()\nassert before == {**os.environ}\n"
        "resource_tracker._resource_tracker._stop()"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run([sys.executable, tmp_path / "start.py"], cwd=folder, env=environment, check=True)

    assert not (tmp_path / "ran").exists()


def test_a_model_in_a_folder_runs_no_code_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither modules that it names nor pickled weights."""
    ran = tmp_path / "ran"
    named = tmp_path / "named"
    named.mkdir()
    (named / "modules.json").write_text('[{"idx": 0, "name": "0", "path": "", "type": "modeling_evil.Evil"}]')
    (named / "modeling_evil.py").write_text(EVIL.format(str(ran)))
    weights = shutil.ignore_patterns("*.safetensors")
    pickled = Path(shutil.copytree(package_folder(), tmp_path / "pickled", ignore=weights))
    (pickled / "pytorch_model.bin").write_bytes(pickle.dumps(Touching(ran)))
    for folder in (named, pickled):
        with pytest.raises(ModelError):
            _load(str(folder))
    with pytest.raises(ModelError, match=r"names code of its own, modeling_evil\.Evil"):
        _load(str(named))

    assert not ran.exists()


def test_pickled_files_of_an_index_are_not_loaded(tmp_path: Path) -> None:
    """Chroma's Rust code reads ``index_metadata.pickle`` as data; arrays of objects are refused by their headers."""
    ran = tmp_path / "ran"
    pickled = pickle.dumps(Touching(ran))
    store = ChromaStore.create(tmp_path / "chroma")
    vectors = np.random.default_rng(1).random((1_200, 8), dtype=np.float32)
    store.add(range(1_200), vectors, [{"file_name": "a.txt"}] * 1_200)
    store.close()
    (metadata,) = (tmp_path / "chroma").rglob("index_metadata.pickle")
    metadata.write_bytes(pickled)
    with readable_store(tmp_path / "chroma") as opened, suppress(IndexDamaged):
        assert len([*opened.read()]) == 2
        opened.add([1_200], vectors[:1], [{"file_name": "b.txt"}])

    folder = tmp_path / "quantized"
    QuantizedVectors.write(folder, 1, 64, [(np.array([1]), np.ones((1, 64), dtype=np.float32))])
    np.save(folder / "values.npy", np.array([Touching(ran)], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="is of other vectors"):
        QuantizedVectors.open(folder, 1, 64)
    assert not ran.exists()
    pickle.loads(pickled)
    assert ran.exists()


class Touching:
    """An object that creates a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (self._path,)
