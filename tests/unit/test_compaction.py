"""Merging segments: few remain, little is rewritten, no answer changes, and nothing is lost if it is interrupted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa
from qa.index import Index, compaction
from qa.index.catalog import Catalog
from qa.index.chroma import readable_store
from qa.index.compaction import LARGE, MOST_REMOVED, MOST_SEGMENTS, compact, segments_to_merge
from qa.index.folder import FolderStorage
from qa.index.records import Segment
from qa.index.segments import SegmentWriter
from qa.index.sqlite_catalog_writer import SqliteCatalogWriter
from qa.models.embedding import Embedder, Vectors
from tests.conftest import SEEDS
from tests.helpers.index_contents import Searches, assert_same_content, assert_same_searches, refresh, searches_of
from tests.helpers.index_files import build_of, contents_of, segments_of

TROOPS = "001_5e08608e18cd2d5e.txt"


def segment(first: int, vectors: int, alive: int | None = None) -> Segment:
    return Segment(f"{first:012x}", first, first + vectors - 1, vectors, vectors if alive is None else alive, "")


def merged(segments: list[Segment], chosen: list[Segment]) -> list[Segment]:
    """Return the segments after a merge of ``chosen``."""
    start = segments.index(chosen[0])
    assert chosen == segments[start : start + len(chosen)]
    alive = sum(each.alive for each in chosen)
    first = chosen[0].first
    new = Segment(f"{first:012x}", first, chosen[-1].last, alive, alive, "")
    return [*segments[:start], new, *segments[start + len(chosen) :]]


def quiet(segments: list[Segment]) -> tuple[list[Segment], int]:
    """Merge until nothing is to be done; return what remains, and how many vectors were written."""
    written = 0
    for _ in range(100):
        chosen = list(segments_to_merge(segments))
        if not chosen:
            return segments, written
        segments = merged(segments, chosen)
        written += sum(each.alive for each in chosen)
    raise AssertionError("it never ends")


sizes = st.tuples(st.integers(1, 20_000), st.floats(0, 1)).map(lambda pair: (pair[0], max(1, round(pair[0] * pair[1]))))


@given(st.lists(sizes, max_size=30))
def test_few_segments_remain(pairs: list[tuple[int, int]]) -> None:
    """Whatever there was: neighbours are merged, to no more than eight, and no large one is mostly removed."""
    segments: list[Segment] = []
    for vectors, alive in pairs:
        segments.append(segment(segments[-1].last + 1 if segments else 1, vectors, alive))

    remaining, _ = quiet(segments)

    assert len(remaining) <= MOST_SEGMENTS
    assert sum(alive for _, alive in pairs) == sum(each.alive for each in remaining)
    for each in remaining:
        assert each.vectors < LARGE or each.alive >= (1 - MOST_REMOVED) * each.vectors


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=400, max_size=400), st.sampled_from([0, 1_000, 100_000]))
def test_little_is_rewritten(additions: list[int], base: int) -> None:
    """Each vector about as often as the index doubles from an addition on; the large one almost never."""
    segments = [segment(1, base)] if base else []
    written = 0
    for vectors in additions:
        segments.append(segment(segments[-1].last + 1 if segments else 1, vectors))
        segments, more = quiet(segments)
        written += more

    added = sum(additions)
    doublings = np.log2(added / np.mean(additions))
    assert written <= added * (doublings + 1) + (base if base <= 2 * added else 0)
    assert len(segments) <= MOST_SEGMENTS


def test_nothing_is_done_without_need() -> None:
    """No segment, one, eight small ones, a small one with removed chunks."""
    for segments in ([], [segment(1, 9)], [segment(number, 1) for number in range(8)], [segment(1, 900, 1)]):
        assert [] == [*segments_to_merge(segments)]


@pytest.fixture(scope="module")
def grown_once(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seeds, and their index after updates that added, edited and removed articles."""
    folder = tmp_path_factory.mktemp("grown")
    corpus, index = Path(shutil.copytree(SEEDS, folder / "articles")), folder / "index"
    refresh(corpus, index)
    for number in range(3):
        (corpus / f"{number}.md").write_text(f"# Sails\n\nArticle {number} is about battle tanks and sails.\n")
        refresh(corpus, index)
    (corpus / "1.md").write_text("# Sails\n\nArticle 1 is no longer about battle tanks.\n")
    (corpus / TROOPS).unlink()
    refresh(corpus, index)
    with closing(Index.open(index)) as opened:
        assert 4 == len(opened.segments())
        assert any(each.alive < each.vectors for each in opened.segments())
    return folder


@pytest.fixture
def grown(grown_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that index, all of whose segments are to be merged; its articles lie beside it."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    return Path(shutil.copytree(grown_once, tmp_path / "grown")) / "index"


@pytest.fixture
def corpus(grown: Path) -> Path:
    """Its articles."""
    return grown.with_name("articles")


@pytest.fixture
def vector(embedder: Embedder) -> Vectors:
    """The vector of a question."""
    vectors = embedder.embed(["battle tank"])
    return np.asarray(vectors[0], dtype=np.float32)


def searches(index: Path, vector: Vectors) -> Searches:
    with closing(Index.open(index)) as opened:
        return searches_of(opened, vector)


def test_searches_are_the_same_before_and_after(grown: Path, corpus: Path, vector: Vectors) -> None:
    """Of many segments one becomes, without the vectors of removed chunks, in Chroma too; the others are gone."""
    before = searches(grown, vector)
    began: list[int] = []

    compact(FolderStorage(grown), lambda: began.append(1))

    assert [1] == began
    assert_same_searches(searches(grown, vector), before)
    (folder,) = segments_of(grown)
    with closing(Index.open(grown)) as opened, readable_store(folder / "chroma") as store:
        (only,) = opened.segments()
        assert folder.name == only.name
        keys = sorted(key for entry in opened.documents() for key in opened.keys_of(entry.path))
        assert store.count() == only.vectors == only.alive == len(keys)
        assert keys == [key for part, _, _ in store.read() for key in part.tolist()]
        assert (keys[0], keys[-1]) == (only.first, only.last)
        files = {entry.path for entry in opened.documents()}
        assert files == {fields["file_name"] for _, _, metadata in store.read() for fields in metadata}
    refresh(corpus, grown.with_name("fresh"))
    assert_same_content(grown, grown.with_name("fresh"))


def test_nothing_to_do_is_not_announced(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nothing is written."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 8)
    before = contents_of(build_of(grown))

    compact(FolderStorage(grown), lambda: pytest.fail("nothing is to be done"))

    assert before == contents_of(build_of(grown))
    with pytest.raises(qa.IndexMissing):
        compact(FolderStorage(grown.with_name("none")))


def test_a_large_segment_with_many_removed_is_rewritten(
    grown: Path, vector: Vectors, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On its own, without its neighbours."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 8)
    monkeypatch.setattr(compaction, "LARGE", 10)
    before = searches(grown, vector)
    others = segments_of(grown)[1:]

    compact(FolderStorage(grown))

    assert_same_searches(searches(grown, vector), before)
    assert {*others} < {*segments_of(grown)}
    with closing(Index.open(grown)) as opened:
        first, *_ = opened.segments()
        assert first.alive == first.vectors


def test_an_article_removed_meanwhile_stays_removed(grown: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update between merging and listing wins: its chunks count as removed in what was merged."""
    finish = SegmentWriter.finish

    def finish_after_an_update(self: SegmentWriter) -> Segment:
        monkeypatch.setattr(SegmentWriter, "finish", finish)
        (corpus / "2.md").unlink()
        (corpus / "new.md").write_text("The lighthouse of Saltmere was lit in 1887.\n")
        refresh(corpus, grown)
        return finish(self)

    monkeypatch.setattr(SegmentWriter, "finish", finish_after_an_update)
    compact(FolderStorage(grown))

    refresh(corpus, grown.with_name("fresh"))
    assert_same_content(grown, grown.with_name("fresh"))


def test_a_rebuild_meanwhile_wins(grown: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was merged of the old build is given up."""
    finish = SegmentWriter.finish

    def finish_after_a_rebuild(self: SegmentWriter) -> Segment:
        monkeypatch.setattr(SegmentWriter, "finish", finish)
        segment = finish(self)
        refresh(corpus, grown, rebuild=True)
        return segment

    monkeypatch.setattr(SegmentWriter, "finish", finish_after_a_rebuild)
    compact(FolderStorage(grown))

    assert 1 == len(segments_of(grown))
    refresh(corpus, grown.with_name("fresh"))
    assert_same_content(grown, grown.with_name("fresh"))


def interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt


INTERRUPTED: dict[str, tuple[object, str]] = {
    "reading": (Catalog, "existing"),
    "writing": (SegmentWriter, "add"),
    "compressing": (SegmentWriter, "finish"),
    "listing": (SqliteCatalogWriter, "replace_segments"),
    "committing": (SqliteCatalogWriter, "commit_segments"),
}


@pytest.mark.parametrize("moment", [*INTERRUPTED])
def test_interrupted_it_leaves_the_index_as_it_was(
    grown: Path, vector: Vectors, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """No segment is left behind, and the next time it succeeds."""
    before, folders = searches(grown, vector), segments_of(grown)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(*INTERRUPTED[moment], interrupt)
        compact(FolderStorage(grown))

    assert_same_searches(searches(grown, vector), before)
    assert folders == segments_of(grown)
    compact(FolderStorage(grown))
    assert_same_searches(searches(grown, vector), before)
    assert 1 == len(segments_of(grown))


def test_interrupted_after_listing_it_is_done(grown: Path, vector: Vectors, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it no longer needs is removed the next time."""
    before = searches(grown, vector)
    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(compaction, "sweep", interrupt)
        compact(FolderStorage(grown))

    assert_same_searches(searches(grown, vector), before)
    with closing(Index.open(grown)) as opened:
        assert 2 == len(opened.segments())
    compact(FolderStorage(grown))
    assert_same_searches(searches(grown, vector), before)
    assert 1 == len(segments_of(grown))


@pytest.mark.parametrize("damage", [shutil.rmtree, lambda folder: (folder / "chroma.sqlite3").write_bytes(b"")])
def test_without_a_store_the_index_stays_as_it_is(
    grown: Path, vector: Vectors, damage: Callable[[Path], object]
) -> None:
    """It is reported, and nothing is left behind."""
    before = searches(grown, vector)
    damage(segments_of(grown)[-1] / "chroma")
    folders = segments_of(grown)

    with pytest.raises(qa.IndexDamaged, match="--rebuild"):
        compact(FolderStorage(grown))

    assert_same_searches(searches(grown, vector), before)
    assert folders == segments_of(grown)


def test_only_one_process_merges(grown: Path) -> None:
    """Another one leaves it alone, and does not wait."""
    folders = segments_of(grown)
    with FolderStorage(grown).compacting():
        compact(FolderStorage(grown), lambda: pytest.fail("somebody else does it"))

    assert folders == segments_of(grown)
