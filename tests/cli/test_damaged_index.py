"""A damaged index: what can be derived again is, silently; otherwise one line names the command that fixes it."""

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

import numpy as np
import pytest

import qa
from qa.index import Index, compaction
from tests.conftest import SMALL
from tests.helpers.commands import Commands, Outcome
from tests.helpers.index_files import build_of, change_manifest, opened_catalog, segments_of

LENGTH = "How long is the reading room of the library?"
REBUILD = "qa index --rebuild"
Damage = Callable[[Path], object]
"""Damages the index in a folder."""
CATALOG, SEGMENT = "catalog.sqlite", "SEGMENT"


@pytest.fixture
def index(small: qa.Assistant, tmp_path: Path) -> Path:
    """A copy of the small corpus's index that a test may damage."""
    return Path(shutil.copytree(small.settings.index_root, tmp_path / "index"))


@pytest.fixture
def town(index: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus and that index."""
    return Commands(capsys, SMALL, index)


@pytest.fixture
def growing(town: Commands, index: Path, tmp_path: Path) -> Commands:
    """Commands over a copy of the corpus that has an article more than the index."""
    town.corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    change_manifest(index, corpus="../corpus")
    (town.corpus / "new.txt").write_text("The tram stops at the Glass Market.\n")
    return town


def file_of(index: Path, name: str) -> Path:
    """Return a file or folder of the index: CURRENT, one of the only segment, or one of the build."""
    if name == "CURRENT":
        return index / name
    if name.startswith(SEGMENT):
        return segments_of(index)[0] / name[len(SEGMENT) + 1 :]
    return build_of(index) / name


def truncate(name: str, size: int) -> Damage:
    return lambda index: file_of(index, name).write_bytes(file_of(index, name).read_bytes()[:size])


def overwrite(name: str, data: bytes) -> Damage:
    return lambda index: file_of(index, name).write_bytes(data)


def remove(name: str) -> Damage:
    def delete(index: Path) -> None:
        path = file_of(index, name)
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return delete


def manifest(**changes: Any) -> Damage:
    return lambda index: change_manifest(index, **changes)


def sql(*statements: str) -> Damage:
    def execute(index: Path) -> None:
        with opened_catalog(index) as catalog:
            for statement in statements:
                catalog.execute(statement)

    return execute


def write_catalog_of_something_else(index: Path) -> None:
    path = build_of(index) / CATALOG
    path.unlink()
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA user_version = 4")
        database.execute("CREATE TABLE photos (name TEXT)")
        database.commit()


def forget_collection(index: Path) -> None:
    with closing(sqlite3.connect(file_of(index, "SEGMENT/chroma/chroma.sqlite3"))) as database:
        database.execute("DELETE FROM collections")
        database.commit()


def write_array(name: str, array: Any) -> Damage:
    return lambda index: np.save(file_of(index, f"SEGMENT/quantized/{name}.npy"), array)


NOT_A_DATABASE = b"something else entirely" * 500
MISMATCHES = {
    "next version": sql("PRAGMA user_version = 99"),
    "model": manifest(model="another-model"),
    "weights": manifest(weights_sha256="0" * 64),
    "chunk sizes": manifest(chunking={"max_tokens": 7, "overlap_tokens": 1, "header_tokens": 1, "heading_tokens": 1}),
    "comments": manifest(comments=True),
    "corpus": manifest(corpus="/another/corpus"),
}
NO_CATALOG = {
    "no manifest": sql("DELETE FROM manifest"),
    "no table of manifests": sql("DROP TABLE manifest"),
    "half a manifest": sql("UPDATE manifest SET json = substr(json, 1, 40)"),
    "an empty manifest": sql("UPDATE manifest SET json = ''"),
    "a manifest of something else": sql("UPDATE manifest SET json = '[1, 2]'"),
    "a manifest that is no text": sql("UPDATE manifest SET json = x'ff00'"),
    "a manifest of wrong types": manifest(documents="seven"),
    "a manifest that is incomplete": sql("UPDATE manifest SET json = json_remove(json, '$.dimension')"),
    "a manifest with more": manifest(colour="red"),
    "a catalog without version": sql("PRAGMA user_version = 0"),
    "no catalog": remove(CATALOG),
    "an empty catalog": truncate(CATALOG, 0),
    "a catalog that is not a database": overwrite(CATALOG, NOT_A_DATABASE),
    "a catalog of something else": write_catalog_of_something_else,
    "half a catalog": truncate(CATALOG, 8192),
}
NO_BUILD = {
    "no build": lambda index: shutil.rmtree(index / "builds"),
    "a pointer to nowhere": overwrite("CURRENT", b"99"),
    "an empty pointer": overwrite("CURRENT", b""),
    "a pointer outside the folder": overwrite("CURRENT", b"../../x"),
    "a pointer that is not text": overwrite("CURRENT", b"\xff\xfe\x00"),
}
NO_SEGMENT = {
    "no segments": remove("segments"),
    "no segment": remove("SEGMENT"),
    "an empty segment": lambda index: [remove(f"SEGMENT/{name}")(index) for name in ("chroma", "quantized")],
    "no vectors that can be read": lambda index: [
        overwrite(f"SEGMENT/{name}", NOT_A_DATABASE)(index) for name in ("chroma/chroma.sqlite3", "quantized/keys.npy")
    ],
}
UNUSABLE = NO_CATALOG | NO_BUILD | NO_SEGMENT
"""Damage that no question survives."""
CHROMA = {
    "no store": remove("SEGMENT/chroma"),
    "no database of vectors": remove("SEGMENT/chroma/chroma.sqlite3"),
    "an empty database of vectors": truncate("SEGMENT/chroma/chroma.sqlite3", 0),
    "vectors that are not a database": overwrite("SEGMENT/chroma/chroma.sqlite3", NOT_A_DATABASE),
    "half a database of vectors": truncate("SEGMENT/chroma/chroma.sqlite3", 8192),
    "vectors without a collection": forget_collection,
}
"""Damage to Chroma's files, which no question reads."""
DISAGREEING = {
    "a chunk less": sql("DELETE FROM chunks WHERE key = 1"),
    "a document more": sql(
        "INSERT INTO documents SELECT 99, 'x.txt', 1, 1, content_hash, encoding, title, source, published, notice, 0"
        " FROM documents WHERE id = 1"
    ),
    "no list of segments": sql("DELETE FROM segments"),
    "a damaged page": lambda index: overwrite_page(build_of(index) / CATALOG),
}
"""Damage that only a thorough check finds."""
COMPRESSED = {
    "none": remove("SEGMENT/quantized"),
    "no keys": remove("SEGMENT/quantized/keys.npy"),
    "no values": remove("SEGMENT/quantized/values.npy"),
    "empty": truncate("SEGMENT/quantized/values.npy", 0),
    "half": truncate("SEGMENT/quantized/values.npy", 1000),
    "only a header": truncate("SEGMENT/quantized/signs.npy", 128),
    "half a header": truncate("SEGMENT/quantized/scales.npy", 20),
    "no array": overwrite("SEGMENT/quantized/values.npy", NOT_A_DATABASE),
    "of other vectors": write_array("keys", np.arange(9)),
    "of another type": write_array("keys", np.arange(7, dtype=np.int32)),
    "objects, whose loading could run code": write_array("keys", np.array([{}] * 7)),
}
"""Damage to the compressed vectors, which are derived from Chroma again."""


def overwrite_page(path: Path) -> None:
    """Overwrite the last page of a catalog that is full of something."""
    content = path.read_bytes()
    start = max(start for start in range(0, len(content), 8192) if content[start : start + 8192].strip(b"\0"))
    path.write_bytes(content[:start] + b"\xa5" * 8192 + content[start + 8192 :])


def problems(doctor: Outcome) -> list[str]:
    return [line for line in doctor.out.splitlines() if line.startswith("PROBLEM")]


@pytest.mark.parametrize("name", [*MISMATCHES, *UNUSABLE])
def test_an_unusable_index_is_fixed_by_the_suggested_command(town: Commands, index: Path, name: str) -> None:
    """With and without refreshing, the exit code is 3, and the line suggests a rebuild."""
    (MISMATCHES | UNUSABLE)[name](index)

    for arguments in (["ask", LENGTH], ["search", "harbour", "--no-refresh"]):
        outcome = town(*arguments)
        assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), (arguments, outcome)
        assert REBUILD in outcome.err, arguments

    assert 0 == town("index", "--rebuild").code
    assert "140" == town("ask", LENGTH).out[:3]
    assert 0 == town("doctor").code


@pytest.mark.parametrize("name", [*UNUSABLE, *CHROMA, *DISAGREEING])
def test_status_and_doctor_handle_a_damaged_index(town: Commands, index: Path, name: str) -> None:
    """Neither crashes, and doctor reports every kind of damage that it cannot repair."""
    (UNUSABLE | CHROMA | DISAGREEING)[name](index)

    status, doctor = town("status"), town("doctor")

    assert status.code in (0, 3)
    assert "bug" not in status.err + doctor.out + doctor.err
    assert (4, "") == (doctor.code, doctor.err)
    assert [True] == [REBUILD in line for line in problems(doctor)]


@pytest.mark.parametrize("name", [*NO_CATALOG, *NO_SEGMENT])
def test_a_changed_corpus_does_not_hide_the_damage(growing: Commands, index: Path, name: str) -> None:
    """An update of a damaged index fails, and leaves the same build."""
    (NO_CATALOG | NO_SEGMENT)[name](index)
    before = (index / "CURRENT").read_bytes()

    outcome = growing("index")

    assert (3, "", 1) == (outcome.code, outcome.out, outcome.err.count("\n")), outcome
    assert REBUILD in outcome.err
    assert before == (index / "CURRENT").read_bytes()
    assert 0 == growing("index", "--rebuild").code


@pytest.mark.parametrize("name", [*COMPRESSED])
def test_compressed_vectors_are_derived_again(town: Commands, index: Path, name: str) -> None:
    """The next question does it, says nothing, and answers as before."""
    quantized = file_of(index, "SEGMENT/quantized")
    before = {path.name: path.read_bytes() for path in quantized.iterdir()}
    expected = town("search", LENGTH)
    COMPRESSED[name](index)

    assert expected == town("search", LENGTH)
    assert before == {path.name: path.read_bytes() for path in quantized.iterdir()}
    assert ["SEGMENT", "chroma", "quantized"] == sorted(path.name for path in quantized.parent.iterdir())
    assert "140" == town("ask", LENGTH).out[:3]


@pytest.mark.parametrize("name", [*COMPRESSED, "a changed number"])
def test_doctor_repairs_compressed_vectors(town: Commands, index: Path, name: str) -> None:
    """It says so, and the exit code is 0; also if only their hash differs."""
    quantized = file_of(index, "SEGMENT/quantized")
    before = {path.name: path.read_bytes() for path in quantized.iterdir()}
    changed = overwrite("SEGMENT/quantized/values.npy", before["values.npy"][:-1] + b"\x55")
    (COMPRESSED | {"a changed number": changed})[name](index)

    first, second = town("doctor"), town("doctor")

    assert (0, 0) == (first.code, second.code)
    assert "derived again" in first.out
    assert "derived again" not in second.out
    assert before == {path.name: path.read_bytes() for path in quantized.iterdir()}


@pytest.mark.parametrize("name", [*CHROMA])
def test_without_chroma_questions_are_answered(
    growing: Commands, index: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Articles can be added, too; only merging segments needs Chroma, and says how to get it again."""
    CHROMA[name](index)

    assert "140" == growing("ask", LENGTH, "--no-refresh").out[:3]
    assert 0 == growing("index").code
    assert "Glass Market" in growing("search", "Where does the tram stop?", "--no-refresh").out
    assert "140" == growing("ask", LENGTH).out[:3]
    assert [True] == [REBUILD in line for line in problems(growing("doctor"))]

    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    with qa.open(growing.corpus, index) as assistant, pytest.raises(qa.IndexDamaged, match="--rebuild"):
        assistant.compact()
    assert "140" == growing("ask", LENGTH).out[:3]
    assert 2 == len(segments_of(index))


def test_an_edited_article_needs_no_chroma(growing: Commands, index: Path) -> None:
    """The vectors of the text that stays are taken from the compressed ones."""
    assert growing.corpus
    remove("SEGMENT/chroma")(index)
    (growing.corpus / "tram-line.txt").write_text("The tram line was closed in 1960.\n")
    (growing.corpus / "choir-visit.txt").rename(growing.corpus / "choir_visit.txt")

    indexed = growing("index", "--json")

    assert (0, "") == (indexed.code, indexed.err)
    assert (["tram-line.txt"], 2) == (indexed.json["changed"], indexed.json["embedded"])


def test_doctor_removes_what_a_killed_run_left(town: Commands, index: Path) -> None:
    """A segment that no catalog lists, and a build that is not current; it says so, once."""
    unlisted = Path(shutil.copytree(segments_of(index)[0], build_of(index) / "segments" / "0123456789ab"))
    unfinished = index / "builds" / "2"
    unfinished.mkdir()
    (unfinished / "BUILD").touch()

    first, second = town("doctor"), town("doctor")

    assert (0, 0) == (first.code, second.code)
    assert "2 unfinished or outdated folders removed" in first.out
    assert "removed" not in second.out
    assert not unlisted.exists()
    assert not unfinished.exists()
    assert "140" == town("ask", LENGTH).out[:3]


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
def test_a_full_disk_leaves_the_index_in_use(growing: Commands, index: Path, kilobytes: int) -> None:
    """The exit code is 4; questions are answered from the index as it was, even while the disk is full."""
    assert growing.corpus
    text = "".join(f"The tram number {number} stops at the Glass Market at noon. " for number in range(2_000))
    (growing.corpus / "new.txt").write_text(text)
    before = build_of(index)
    code = (
        "import resource, sys; from qa.cli import main;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({kilobytes} << 10,) * 2); main(sys.argv[1:])"
    )

    indexed = run_code(code, "index", *growing.path_options)

    assert (4, "") == (indexed.returncode, indexed.stdout), indexed.stderr
    assert 1 == indexed.stderr.count("\n")
    assert f"The index {index} cannot be written" in indexed.stderr
    with closing(Index.open(index)) as unchanged:
        assert before == unchanged.folder
        assert (1, 7) == (unchanged.stats().generation, unchanged.stats().documents)
    assert "140" == growing("ask", LENGTH, "--no-refresh").out[:3]
    run = run_code(code, "ask", LENGTH, "--json", *growing.path_options)
    assert (0, "140 metres") == (run.returncode, json.loads(run.stdout)["short_answer"]), run.stderr
    assert run.stderr.startswith("Answering from the index as it is: ")
