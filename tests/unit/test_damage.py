"""Damage to an index is found before anything wrong is said, whatever its size."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import qa
from qa.errors import IndexDamaged
from qa.index import Index, integrity
from qa.index.checksums import read_checksums, require_chroma
from qa.index.embedding_cache import EmbeddingCache
from qa.index.files import space_needed
from qa.index.records import Segment
from qa.index.segments import SegmentWriter, opened_store
from qa.index.sqlite_catalog import SqliteCatalog
from qa.models.embedding import Embedder, Vectors
from tests.conftest import SMALL
from tests.helpers.commands import Commands
from tests.helpers.index_files import build_of, share

QUESTION = "How long is the reading room of the library?"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat any catalog as too large for a checksum of all of it."""
    monkeypatch.setattr(integrity, "LARGEST_CHECKED", 0)


def read_all(root: Path) -> None:
    """Read every row of documents and chunks."""
    with closing(Index.open(root)) as index:
        index.documents()
        index.chunks(range(1, 8))


def test_every_changed_value_of_a_row_is_found(small_copy: Path, large: None) -> None:
    """Of documents and chunks, in any column but size and times, which only make an article be read again."""
    read_all(small_copy)
    path = build_of(small_copy) / "catalog.sqlite"
    changed = 0
    for table in ("documents", "chunks"):
        with closing(sqlite3.connect(path)) as catalog:
            columns = [row[1] for row in catalog.execute(f"PRAGMA table_info({table})")]
        for column in set(columns) - {"size", "mtime_ns", "ctime_ns"}:
            for value in ("1887", 7, None, b"\xff", 2**40, 0.5):
                changed += changes(path, small_copy, table, column, value)
    assert changed > 60


def changes(path: Path, root: Path, table: str, column: str, value: object) -> bool:
    """Change a value, check that this is found, and change it back; return whether it could be changed."""
    with closing(sqlite3.connect(path)) as catalog:
        (before,) = catalog.execute(f'SELECT "{column}" FROM {table} WHERE rowid = 3').fetchone()
        try:
            catalog.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = 3', (value,))
        except sqlite3.IntegrityError:
            return False
        (after,) = catalog.execute(f'SELECT "{column}" FROM {table} WHERE "{column}" IS ?', (value,)).fetchone()
        if (type(after), after) == (type(before), before):
            return False
        catalog.commit()
        with pytest.raises(IndexDamaged):
            read_all(root)
        identifier = value if column in ("id", "key") else 3
        catalog.execute(f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?', (before, identifier))
        catalog.commit()
    return True


def test_lists_of_other_types_are_damage(small_copy: Path, large: None) -> None:
    """Those without a checksum have the types that are expected, or are refused."""
    reads: dict[str, Callable[[Index], object]] = {
        "UPDATE documents SET file = x'ff' WHERE id = 3": Index.states,
        "UPDATE documents SET source = x'ff' WHERE id = 3": Index.sources,
        "UPDATE documents SET published = 'yesterday' WHERE id = 3": Index.published,
        "UPDATE skipped SET reason = x'ff'": Index.skipped,
        "UPDATE segments SET vectors = 'many'": Index.segments,
    }
    for statement, read in reads.items():
        with closing(sqlite3.connect(build_of(small_copy) / "catalog.sqlite")) as catalog:
            catalog.execute(statement)
            catalog.commit()
        with closing(Index.open(small_copy)) as index, pytest.raises((IndexDamaged, sqlite3.Error)):
            read(index)


def test_every_bit_of_a_catalog_counts(small_copy: Path) -> None:
    """Wherever it is, in the file or in the log."""
    path = build_of(small_copy) / "catalog.sqlite"
    content = path.read_bytes()
    generator = random.Random(5)
    positions = [*range(16), *range(20, 24), *range(28, 92), *generator.sample(range(100, len(content)), 150)]
    for position in positions:
        damaged = bytearray(content)
        damaged[position] ^= 1 << generator.randrange(8)
        path.write_bytes(damaged)
        with pytest.raises(qa.QAError):
            SqliteCatalog.open(path).close()
    path.write_bytes(content)
    SqliteCatalog.open(path).close()


def test_damage_is_not_sealed_by_an_update(growing_town: Commands, small_copy: Path) -> None:
    """Whoever writes checks first, even if the process has seen the catalog whole."""
    path = build_of(small_copy) / "catalog.sqlite"
    with closing(sqlite3.connect(path)) as catalog:
        catalog.execute("UPDATE words SET chunks = 99 WHERE word = 'library'")
        catalog.commit()

    assert growing_town("index").code == 3
    assert growing_town("doctor").code == 4


def test_chroma_opens_only_what_it_wrote(tmp_path: Path, embedder: Embedder) -> None:
    """A bit of its graph, of which one may end the process; a file more or less; a row of its database."""
    segments = tmp_path / "segments"
    segments.mkdir()
    vectors: Vectors = embedder.embed([f"number {number}" for number in range(8)]).repeat(128, axis=0)
    writer = SegmentWriter(segments, vectors.shape[1])
    writer.add(range(len(vectors)), vectors, [{"file_name": "a.txt"}] * len(vectors))
    segment = writer.finish()
    folder = segments / segment.name
    for _ in range(3):  # opening writes to the database
        with opened_store(folder, segment) as store:
            assert store.count() == len(vectors)
    (graph,) = {path.parent for path in folder.rglob("index_metadata.pickle")}
    for path in (*graph.iterdir(), folder / "SEGMENT"):
        content = path.read_bytes()
        damaged = bytearray(content)
        damaged[len(content) // 2] ^= 4
        path.write_bytes(damaged)
        refuse(folder, segment)
        path.write_bytes(content)
    (graph / "more.bin").touch()
    refuse(folder, segment)
    (graph / "more.bin").unlink()
    with closing(sqlite3.connect(folder / "chroma" / "chroma.sqlite3")) as database:
        database.execute("UPDATE collections SET name = 'others'")
        database.commit()
    refuse(folder, segment)


def refuse(folder: Path, segment: Segment) -> None:
    with pytest.raises(IndexDamaged, match=r"changed|does not have"):
        require_chroma(folder, read_checksums(folder, segment.sha256))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_nothing_waits_for_a_pipe(copied_town: Commands, small_copy: Path) -> None:
    """In the place of any file: exit code 3, or the right answer; and a rebuild works."""
    whole = small_copy.with_name("whole")
    shutil.copytree(small_copy, whole)
    for path in sorted(path.relative_to(small_copy) for path in small_copy.rglob("*") if path.is_file()):
        (small_copy / path).unlink()
        os.mkfifo(small_copy / path)
        for command in (["search", "library"], ["status"]):
            outcome = copied_town(*command)
            assert outcome.code == 0 or (outcome.code == 3 and "--rebuild" in outcome.err), (path, outcome)
        shutil.rmtree(small_copy)
        shutil.copytree(whole, small_copy)
    for name in ("CURRENT", "LOCK", "COMPACTING", "unfinished.sqlite", "unfinished.sqlite-journal"):
        (small_copy / name).unlink(missing_ok=True)
        os.mkfifo(small_copy / name)
    assert copied_town("index", "--rebuild").code == 0
    assert copied_town("ask", QUESTION).out[:3] == "140"


def test_a_damaged_embedding_cache_is_not_used(tmp_path: Path, embedder: Embedder) -> None:
    """A changed vector is computed again; a file that is not ours is replaced."""
    vectors = embedder.embed(["one", "two"])
    path = tmp_path / "unfinished.sqlite"

    def opened() -> EmbeddingCache:
        return EmbeddingCache(tmp_path, "weights", vectors.shape[1])

    with closing(opened()) as cache:
        cache.add(["1", "2"], vectors)
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE vectors SET vector = zeroblob(length(vector)) WHERE hash = '2'")
        database.commit()
    with closing(opened()) as cache:
        assert ["1"] == [*cache.get(["1", "2"])]
    for damage in (damage_page, replace_by_view, lambda path: path.write_bytes(b"something else" * 500), make_folder):
        damage(path)
        with closing(opened()) as cache:
            assert {} == cache.get(["1", "2"])
            cache.add(["1", "2"], vectors)
            assert ["1", "2"] == [*cache.get(["1", "2"])]


def damage_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-4096:-4000] = b"\xa5" * 96
    path.write_bytes(content)


def replace_by_view(path: Path) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute("DROP TABLE vectors")
        database.execute("CREATE VIEW vectors AS SELECT '' AS model, '1' AS hash, x'00' AS vector, 0 AS checksum")
        database.commit()


def make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def test_a_full_disk_is_told_how_much_is_needed(tmp_path: Path) -> None:
    """Five times the articles; nothing if there is as much."""
    assert "" == space_needed(tmp_path / "index", 1_000)
    assert space_needed(tmp_path / "index", 10**15).startswith("It takes about 5000000002 MB, and ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_an_index_is_private_unless_it_is_shared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever the umask; what is written to a shared index later is shared too."""
    corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    run = Commands(capsys, corpus, tmp_path / "index")
    before = os.umask(0)
    try:
        assert run("index").code == 0
        assert {0o700, 0o600} == rights_of(run.index)
        share(tmp_path / "index")
        (corpus / "new.txt").write_text("The tram stops at the Glass Market.\n")
        assert run("index").code == 0
        assert {0o755, 0o644} == rights_of(build_of(tmp_path / "index"))
        assert run("index", "--rebuild").code == 0
        assert {0o755, 0o644} == rights_of(build_of(tmp_path / "index"))
    finally:
        os.umask(before)


def rights_of(folder: Path | None) -> set[int]:
    """Return the rights of a folder and everything in it."""
    assert folder
    return {path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}


def test_the_builds_of_an_earlier_version_are_closed(small_copy: Path, copied_town: Commands) -> None:
    """They were open to everybody; a folder that qa did not create keeps its rights."""
    share(small_copy)
    with closing(sqlite3.connect(build_of(small_copy) / "catalog.sqlite")) as catalog:
        catalog.execute("PRAGMA user_version = 4")

    assert copied_town("index").code == 0
    if os.name != "nt":
        assert {0o700, 0o600} == rights_of(small_copy / "builds")
        assert 0o755 == small_copy.stat().st_mode & 0o777
