"""An unusable index: one line names the command that fixes it, and that command works."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.index import Index
from tests.conftest import SMALL
from tests.helpers.commands import Commands

LENGTH = "How long is the reading room of the library?"
REBUILD = "qa index --rebuild"
Damage = Callable[[Path], object]
"""Damages the index in a folder."""


@pytest.fixture
def town(small: qa.Assistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus and a copy of its index that a test may damage."""
    index = Path(shutil.copytree(small.settings.index_root, tmp_path / "index"))
    return Commands(capsys, SMALL, index)


def current(index: Path) -> Path:
    return index / "generations" / (index / "CURRENT").read_text()


def manifest(**changes: Any) -> Damage:
    def edit(index: Path) -> None:
        path = current(index) / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | changes))

    return edit


def truncate(name: str, size: int) -> Damage:
    return lambda index: (current(index) / name).write_bytes((current(index) / name).read_bytes()[:size])


def overwrite(name: str, data: bytes) -> Damage:
    return lambda index: (index / name if name == "CURRENT" else current(index) / name).write_bytes(data)


def remove(name: str) -> Damage:
    def delete(index: Path) -> None:
        path = current(index) / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return delete


def forget_vectors(index: Path) -> None:
    with closing(sqlite3.connect(current(index) / "chroma" / "chroma.sqlite3")) as database:
        database.execute("DELETE FROM collections")
        database.commit()


MISMATCHES = {
    "next version": manifest(schema=99),
    "model": manifest(model="another-model"),
    "weights": manifest(weights_sha256="0" * 64),
    "chunks": manifest(chunking={"max_tokens": 7}),
    "corpus": manifest(corpus="/another/corpus"),
}
DAMAGES = {
    "no manifest": remove("manifest.json"),
    "half a manifest": truncate("manifest.json", 40),
    "an empty manifest": overwrite("manifest.json", b""),
    "a manifest of something else": overwrite("manifest.json", b"[1, 2]"),
    "no catalog": remove("catalog.sqlite"),
    "an empty catalog": truncate("catalog.sqlite", 0),
    "a catalog that is not a database": overwrite("catalog.sqlite", b"something else entirely" * 500),
    "half a catalog": truncate("catalog.sqlite", 8192),
    "no vectors": remove("chroma"),
    "no database of vectors": remove("chroma/chroma.sqlite3"),
    "an empty database of vectors": truncate("chroma/chroma.sqlite3", 0),
    "vectors that are not a database": overwrite("chroma/chroma.sqlite3", b"something else entirely" * 500),
    "half a database of vectors": truncate("chroma/chroma.sqlite3", 8192),
    "vectors without a collection": forget_vectors,
    "no generation": lambda index: shutil.rmtree(index / "generations"),
    "a pointer to nowhere": overwrite("CURRENT", b"99"),
    "an empty pointer": overwrite("CURRENT", b""),
    "a pointer outside the folder": overwrite("CURRENT", b"../../x"),
    "a pointer that is not text": overwrite("CURRENT", b"\xff\xfe\x00"),
}


@pytest.mark.parametrize("name", [*MISMATCHES, *DAMAGES])
def test_an_unusable_index_is_fixed_by_the_suggested_command(town: Commands, name: str) -> None:
    """With and without refreshing, the exit code is 3, and the line suggests a rebuild."""
    assert town.index
    (MISMATCHES | DAMAGES)[name](town.index)

    for arguments in (["ask", LENGTH], ["search", "harbour", "--no-refresh"]):
        outcome = town(*arguments)
        assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), (arguments, outcome)
        assert REBUILD in outcome.err, arguments

    assert 0 == town("index", "--rebuild").code
    assert "140" == town("ask", LENGTH).out[:3]


@pytest.mark.parametrize("name", [*DAMAGES])
def test_status_and_doctor_handle_a_damaged_index(town: Commands, name: str) -> None:
    """Neither crashes, and doctor reports every kind of damage."""
    assert town.index
    DAMAGES[name](town.index)

    status, doctor = town("status"), town("doctor")

    assert status.code in (0, 3)
    assert "bug" not in status.err + doctor.out + doctor.err
    assert (4, "") == (doctor.code, doctor.err)
    problems = [line for line in doctor.out.splitlines() if line.startswith("PROBLEM")]
    assert [True] == [REBUILD in line for line in problems]


DAMAGED_STORES = [name for name in DAMAGES if "catalog" in name or "vectors" in name]


@pytest.mark.parametrize("name", DAMAGED_STORES)
def test_a_changed_corpus_does_not_hide_the_damage(town: Commands, tmp_path: Path, name: str) -> None:
    """An update of a damaged index fails, and leaves no new generation."""
    assert town.index
    corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    manifest(corpus="../corpus")(town.index)
    (corpus / "new.txt").write_text("The tram stops at the Glass Market.\n")
    DAMAGES[name](town.index)
    before = (town.index / "CURRENT").read_bytes()
    town.corpus = corpus

    outcome = town("index")

    assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), outcome
    assert REBUILD in outcome.err
    assert before == (town.index / "CURRENT").read_bytes()
    assert 0 == town("index", "--rebuild").code


def test_a_missing_index_is_created_by_the_suggested_command(town: Commands, tmp_path: Path) -> None:
    """``qa index``, without ``--rebuild``."""
    town.index = tmp_path / "none"

    outcome = town("ask", LENGTH, "--no-refresh")

    assert (3, "") == (outcome.code, outcome.out)
    assert outcome.err.endswith("Run: qa index\n")
    assert not town.index.exists()


def run_code(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform == "win32", reason="needs resource limits")
@pytest.mark.parametrize("kilobytes", [1, 200])
def test_a_full_disk_leaves_the_old_generation_in_use(town: Commands, tmp_path: Path, kilobytes: int) -> None:
    """The exit code is 4; questions are answered from the old generation, even while the disk is full."""
    assert town.index
    town.corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    manifest(corpus="../corpus")(town.index)
    text = "".join(f"The tram number {number} stops at the Glass Market at noon. " for number in range(2_000))
    (town.corpus / "new.txt").write_text(text)
    code = (
        "import resource, sys; from qa.cli import main;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes} << 10,) * 2); main(sys.argv[1:])"
    )

    indexed = run_code(code, "index", *town.path_options)

    assert (4, "") == (indexed.returncode, indexed.stdout), indexed.stderr
    assert 1 == indexed.stderr.count("\n")
    assert f"The index {town.index} cannot be written" in indexed.stderr
    assert "1" == Index.open(town.index).folder.name
    assert "140" == town("ask", LENGTH, "--no-refresh").out[:3]
    if kilobytes > 100:  # Chroma writes a few even when it only reads
        run = run_code(code, "ask", LENGTH, "--json", *town.path_options)
        assert (0, "140 metres") == (run.returncode, json.loads(run.stdout)["short_answer"]), run.stderr
        assert run.stderr.startswith("Answering from the index as it is: ")
