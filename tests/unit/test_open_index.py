"""An index that is open while others write it: it stays as it is, and an assistant moves on to the new state."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

import qa
from qa.datatypes import IndexReport
from qa.index import Index, compaction
from qa.index.compaction import compact
from qa.index.folder import FolderStorage
from qa.models.embedding import Embedder
from tests.helpers.index_contents import assert_same_searches, refresh, searches_of
from tests.helpers.index_files import contents_of, segments_of, share

TANK = "000_576f0c3c13e132d0.txt"


@pytest.fixture
def built(corpus: Path, index: Path) -> IndexReport:
    """An index of the seeds in ``index``."""
    return refresh(corpus, index)


def test_an_open_index_is_not_affected_by_an_update(
    built: IndexReport, corpus: Path, index: Path, embedder: Embedder
) -> None:
    """It stays in the state that it was opened in, while one that is opened now has the new state."""
    vector = embedder.embed(["battle tank"])[0]
    with closing(Index.open(index)) as opened:
        before = searches_of(opened, vector)
        (corpus / TANK).unlink()
        (corpus / "new.txt").write_text("The battle tank of Saltmere was melted down.\n")
        refresh(corpus, index)

        assert_same_searches(searches_of(opened, vector), before)
        with closing(Index.open(index)) as newest:
            assert TANK in opened
            assert TANK not in newest
            keys = newest.search_vectors(vector, 5)
            assert "new.txt" in [chunk.chunk.path for chunk in newest.chunks(keys).values()]


@pytest.mark.parametrize("is_warm", [True, False], ids=["used before", "only opened"])
def test_an_open_index_goes_on_through_updates_compaction_and_rebuild(
    built: IndexReport,
    corpus: Path,
    index: Path,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
    is_warm: bool,
) -> None:
    """Nothing that it reads is removed before it is closed; then all of it is."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    vector = embedder.embed(["battle tank"])[0]
    with closing(Index.open(index)) as opened:
        before = searches_of(opened, vector)
    opened = Index.open(index)
    if is_warm:
        opened.warm_up()

    def check() -> None:
        if is_warm:
            assert_same_searches(searches_of(opened, vector), before)

    (corpus / TANK).unlink()
    refresh(corpus, index)
    check()
    (corpus / "new.txt").write_text("The battle tank of Saltmere was melted down.\n")
    refresh(corpus, index)
    check()
    compact(FolderStorage(index))
    check()
    refresh(corpus, index, rebuild=True)
    assert_same_searches(searches_of(opened, vector), before)
    assert {"1", "2"} == {path.name for path in (index / "builds").iterdir()}

    opened.close()
    refresh(corpus, index, rebuild=True)
    assert {"3"} == {path.name for path in (index / "builds").iterdir()}


def test_an_open_assistant_moves_on(
    built: IndexReport, corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its next search has what was written elsewhere: by an update, a compaction, a rebuild."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    with qa.open(corpus=corpus, index=index) as assistant:

        def paths() -> set[str]:
            return {passage.path for passage in assistant.search("battle tank", top_k=5)}

        assert TANK in paths()
        (corpus / TANK).unlink()
        (corpus / "new.txt").write_text("The battle tank of Saltmere was melted down.\n")
        refresh(corpus, index)
        assert "new.txt" in (updated := paths())
        assert TANK not in updated
        assert 2 == assistant.index.stats().generation
        assistant.index.pause()

        compact(FolderStorage(index))
        assert updated == paths()
        assert 1 == len(assistant.index.segments()) == len(segments_of(index))
        assistant.index.pause()

        refresh(corpus, index, rebuild=True)
        assert updated == paths()
        assert 3 == assistant.index.stats().generation
        assert "2" == assistant.index.build.name


def test_an_assistant_that_waits_keeps_nothing(built: IndexReport, corpus: Path, index: Path) -> None:
    """Between its questions, what is outdated can be removed."""
    with qa.open(corpus=corpus, index=index) as assistant:
        (corpus / "sails.txt").write_text("This article is about sails.\n")
        refresh(corpus, index)
        assert assistant.search("sails")
        (corpus / "sails.txt").unlink()
        refresh(corpus, index)

        assert 1 == len(segments_of(index))
        assert "sails.txt" not in [passage.path for passage in assistant.search("sails")]


@pytest.mark.skipif(not hasattr(os, "seteuid") or os.geteuid() != 0, reason="needs to drop root privileges")
def test_a_read_only_index_can_be_searched(built: IndexReport, index: Path, embedder: Embedder) -> None:
    """Without compressed vectors too: they are derived from a copy, since Chroma opens only what it can write to."""
    vector = embedder.embed(["Kursk"])[0]
    with closing(Index.open(index)) as opened:
        expected = searches_of(opened, vector)
    share(index)
    for path in index.parents:
        if not path.stat().st_mode & 0o001:
            path.chmod(0o755)
    for is_whole in (True, False):
        if not is_whole:
            shutil.rmtree(segments_of(index)[0] / "quantized")
        before = contents_of(index)
        try:
            os.seteuid(65534)
            with closing(Index.open(index)) as read_only:
                assert_same_searches(searches_of(read_only, vector), expected)
        finally:
            os.seteuid(0)
        assert before == contents_of(index)


def test_searching_changes_no_file(built: IndexReport, index: Path, embedder: Embedder) -> None:
    """After an index was read and closed, its folder is as before."""
    before = contents_of(index)

    with closing(Index.open(index)) as opened:
        assert searches_of(opened, embedder.embed(["Kursk"])[0])

    assert before == contents_of(index)
