"""Bringing an index up to date: only what changed is read and embedded, and the result is always whole."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

import qa
from qa.datatypes import IndexReport
from qa.index import Index
from qa.index.update import IndexProgress
from qa.models.embedding import Embedder
from tests.conftest import SEEDS, SMALL
from tests.helpers.index_contents import assert_same_content, catalog_of, vectors_of

TANK = "000_576f0c3c13e132d0.txt"
TROOPS = "001_5e08608e18cd2d5e.txt"


def refresh(corpus: Path, index: Path, rebuild: bool = False) -> IndexReport:
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        return assistant.refresh(rebuild=rebuild)


@pytest.fixture
def built(corpus: Path, index: Path) -> IndexReport:
    """An index of the seeds in ``index``."""
    return refresh(corpus, index)


def test_first_run_takes_in_every_article(built: IndexReport, index: Path) -> None:
    """All five seeds are documents, and catalog, vectors and manifest agree."""
    assert 5 == built.stats.documents == len(built.added)
    assert built.embedded == built.stats.chunks == len(vectors_of(index))
    assert 1 == built.stats.generation


def test_nothing_is_written_when_nothing_changed(built: IndexReport, corpus: Path, index: Path) -> None:
    """A second run leaves the generation as it is."""
    report = refresh(corpus, index)

    assert report.unchanged
    assert 1 == report.stats.generation
    assert 0 == report.embedded


def test_an_added_article_is_all_that_is_embedded(built: IndexReport, corpus: Path, index: Path) -> None:
    """The chunks of the others are kept with their vectors."""
    (corpus / "new.md").write_text("# Lighthouse\n\nThe lighthouse of Saltmere was lit in 1887.\n")

    report = refresh(corpus, index)

    assert ("new.md",) == report.added
    assert 1 == report.embedded
    assert 6 == report.stats.documents
    assert built.stats.chunks + 1 == len(vectors_of(index))


def test_an_edit_embeds_only_the_chunks_it_changed(built: IndexReport, corpus: Path, index: Path) -> None:
    """A sentence added at the end leaves the vectors of the first chunks alone."""
    article = corpus / TROOPS
    article.write_text(article.read_text() + " A last sentence was added here.")

    report = refresh(corpus, index)

    assert (TROOPS,) == report.changed
    assert 1 == report.embedded
    fresh = refresh(corpus, index.with_name("fresh"))
    assert fresh.stats.chunks == report.stats.chunks
    assert_same_content(index, index.with_name("fresh"))


def test_a_deleted_article_leaves_both_stores(built: IndexReport, corpus: Path, index: Path) -> None:
    """Neither full text nor vectors find it again."""
    (corpus / TANK).unlink()

    report = refresh(corpus, index)

    assert (TANK,) == report.removed
    assert not [key for key in vectors_of(index) if key.startswith(TANK)]
    with qa.open(corpus=corpus, index=index) as assistant:
        assert TANK not in [passage.path for passage in assistant.search("battle tank", top_k=50)]


def test_a_renamed_article_reuses_its_vectors(built: IndexReport, corpus: Path, index: Path) -> None:
    """Nothing is embedded, and the passages carry the new name."""
    (corpus / "deep").mkdir()
    (corpus / TANK).rename(corpus / "deep" / "tank.txt")

    report = refresh(corpus, index)

    assert ((TANK, "deep/tank.txt"),) == report.renamed
    assert () == report.added + report.removed
    assert 0 == report.embedded
    refresh(corpus, index.with_name("fresh"))
    assert_same_content(index, index.with_name("fresh"))


def test_a_touched_article_is_not_embedded_again(built: IndexReport, corpus: Path, index: Path) -> None:
    """Same bytes with a new time: noted once, then nothing is left to do."""
    os.utime(corpus / TANK, ns=(1, 1))

    first, second = refresh(corpus, index), refresh(corpus, index)

    assert first.unchanged
    assert 0 == first.embedded
    assert first.stats == second.stats


def test_two_articles_that_swap_places_keep_their_own_text(built: IndexReport, corpus: Path, index: Path) -> None:
    """Equal offsets in a file of another content are other chunks."""
    one, other = (corpus / TANK).read_bytes(), (corpus / TROOPS).read_bytes()
    (corpus / TANK).write_bytes(other)
    (corpus / TROOPS).write_bytes(one)

    report = refresh(corpus, index)

    assert {TANK, TROOPS} == set(report.changed)
    refresh(corpus, index.with_name("fresh"))
    assert_same_content(index, index.with_name("fresh"))


def test_rebuild_gives_the_same_content_in_a_new_generation(built: IndexReport, corpus: Path, index: Path) -> None:
    """Everything is embedded again; the old generation served until the switch."""
    before = catalog_of(index)

    report = refresh(corpus, index, rebuild=True)

    assert 2 == report.stats.generation
    assert built.stats.chunks == report.embedded
    assert before == catalog_of(index)


def test_only_the_current_and_the_last_generation_stay(built: IndexReport, corpus: Path, index: Path) -> None:
    """Old ones are removed when the next is begun; a reader may still be opening the last one."""
    for number in range(3):
        (corpus / f"{number}.txt").write_text(f"Article number {number} is about sails.\n")
        refresh(corpus, index)

    assert {"3", "4"} == {path.name for path in (index / "generations").iterdir()}
    assert "4" == (index / "CURRENT").read_text()


def test_an_open_index_answers_while_the_next_one_is_written(built: IndexReport, corpus: Path, index: Path) -> None:
    """A reader keeps the generation it opened."""
    with qa.open(corpus=corpus, index=index) as reader:
        reader.search("tank")
        (corpus / TANK).unlink()
        refresh(corpus, index)

        assert 1 == reader.index.stats().generation
        assert TANK in [passage.path for passage in reader.search("battle tank", top_k=5)]


def test_repeated_text_is_embedded_once(tmp_path: Path, index: Path, corpus: Path) -> None:
    """The same paragraph in two articles costs one run of the model and is two chunks."""
    folder = tmp_path / "twins"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("The same short article stands in two files, word for word.\n")

    report = refresh(folder, index)

    assert (2, 1) == (report.stats.chunks, report.embedded)
    with qa.open(corpus=folder, index=index) as assistant:
        assert 1 == len(assistant.search("short article"))


def test_odd_files_are_indexed_or_listed(index: Path) -> None:
    """The small corpus: every file is a document or skipped with its reason, and every chunk is exact."""
    report = refresh(SMALL, index)

    assert ["empty"] == [file.reason for file in report.skipped]
    corpus = qa.Assistant(qa.load_settings(corpus=SMALL, index=index)).corpus
    for key, start, end, line, _, text, _ in catalog_of(index)[1]:
        whole = corpus.text(key.rpartition(":")[0])
        assert text == whole[start:end]
        assert line == whole.count("\n", 0, start) + 1


def test_progress_ends_at_its_total(corpus: Path, index: Path) -> None:
    """What the bar shows only grows and ends full."""
    seen: list[IndexProgress] = []

    with qa.open(corpus=corpus, index=index, on_progress=seen.append) as assistant:
        stats = assistant.index.stats()

    done = [step.done_bytes for step in seen]
    assert sorted(done) == done
    assert seen[-1].done_bytes == seen[-1].total_bytes == sum(path.stat().st_size for path in corpus.iterdir())
    assert (stats.documents, stats.chunks) == (seen[-1].documents, seen[-1].chunks)


def test_a_moved_checkout_keeps_its_index(built: IndexReport, corpus: Path, index: Path, tmp_path: Path) -> None:
    """Corpus and index side by side may move together."""
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(corpus, moved / corpus.name)
    shutil.move(index, moved / index.name)

    assert refresh(moved / corpus.name, moved / index.name).unchanged


def test_index_of_another_corpus_is_refused(built: IndexReport, index: Path) -> None:
    """Writing one corpus into the index of another needs a rebuild by name."""
    with pytest.raises(qa.IndexMismatch, match="--rebuild"):
        refresh(SEEDS, index)

    assert 5 == refresh(SEEDS, index, rebuild=True).stats.documents


@pytest.mark.skipif(not hasattr(os, "seteuid") or os.geteuid() != 0, reason="needs to give up and take back rights")
def test_a_read_only_index_is_asked_through_a_copy(built: IndexReport, index: Path, embedder: Embedder) -> None:
    """Chroma can not open a folder that it can not write to; the answer comes all the same."""
    vector = embedder.embed(["Kursk"])[0]
    expected = Index.open(index).search_vectors(vector, 3)
    for path in [index, *index.parents]:
        if not path.stat().st_mode & 0o001:
            path.chmod(0o755)
    try:
        os.seteuid(65534)
        read_only = Index.open(index)
        assert expected == read_only.search_vectors(vector, 3)
        read_only.close()
    finally:
        os.seteuid(0)


def test_a_stopped_run_goes_on_where_it_was(corpus: Path, index: Path) -> None:
    """Vectors made before an interruption are not made again."""
    seen: list[IndexProgress] = []

    def interrupt(step: IndexProgress) -> None:
        if step in seen and step.done_bytes == step.total_bytes:  # embedded before, stored now
            raise KeyboardInterrupt
        seen.append(step)

    with pytest.raises(KeyboardInterrupt):
        qa.open(corpus=corpus, index=index, on_progress=interrupt)
    assert not (index / "CURRENT").exists()
    report = refresh(corpus, index)

    assert 0 == report.embedded
    assert 5 == report.stats.documents
    assert not (index / "unfinished.sqlite").exists()


def test_full_text_is_read_without_a_write(built: IndexReport, index: Path) -> None:
    """A finished catalog is opened immutable: no journal, no lock, no change."""
    path = Index.open(index).folder / "catalog.sqlite"
    before = path.read_bytes()

    assert Index.open(index).search_fulltext("Kursk region", 5)

    assert before == path.read_bytes()
    assert sqlite3.sqlite_version_info >= (3, 35), sys.version
