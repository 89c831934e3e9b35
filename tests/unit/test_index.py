"""Updating an index: only changed articles are read and embedded, and the index is always complete."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import pytest

import qa
from qa.datatypes import IndexReport
from qa.index import Index
from qa.index.progress import IndexProgress
from tests.conftest import SEEDS, SMALL
from tests.helpers.index_contents import assert_same_content, catalog_of, chunks_of, refresh, vectors_of
from tests.helpers.index_files import build_of, contents_of, segments_of

TANK = "000_576f0c3c13e132d0.txt"
TROOPS = "001_5e08608e18cd2d5e.txt"


@pytest.fixture
def built(corpus: Path, index: Path) -> IndexReport:
    """An index of the seeds in ``index``."""
    return refresh(corpus, index)


def test_the_first_run_indexes_every_article(built: IndexReport, index: Path) -> None:
    """All five seeds become documents, and every chunk has a vector."""
    assert 5 == built.stats.documents == len(built.added)
    assert built.embedded == built.stats.chunks == len(vectors_of(index))
    assert 1 == built.stats.generation


def test_an_unchanged_corpus_writes_no_generation(built: IndexReport, corpus: Path, index: Path) -> None:
    """A second run over the same articles embeds nothing and writes no new generation."""
    report = refresh(corpus, index)

    assert report.unchanged
    assert 1 == report.stats.generation
    assert 0 == report.embedded


def test_only_an_added_article_is_embedded(built: IndexReport, corpus: Path, index: Path) -> None:
    """The chunks of all other articles retain their vectors."""
    (corpus / "new.md").write_text("# Lighthouse\n\nThe lighthouse of Saltmere was lit in 1887.\n")

    report = refresh(corpus, index)

    assert ("new.md",) == report.added
    assert 1 == report.embedded
    assert 6 == report.stats.documents
    assert built.stats.chunks + 1 == len(vectors_of(index))


def test_an_edit_embeds_only_the_chunks_it_changed(built: IndexReport, corpus: Path, index: Path) -> None:
    """Adding a sentence at the end embeds only the last chunk again."""
    article = corpus / TROOPS
    article.write_text(article.read_text() + " A last sentence was added here.")

    report = refresh(corpus, index)

    assert (TROOPS,) == report.changed
    assert 1 == report.embedded
    fresh = refresh(corpus, index.with_name("fresh"))
    assert fresh.stats.chunks == report.stats.chunks
    assert_same_content(index, index.with_name("fresh"))


def test_a_deleted_article_is_removed_from_both_stores(built: IndexReport, corpus: Path, index: Path) -> None:
    """Neither full text nor vectors retrieve a deleted article."""
    (corpus / TANK).unlink()

    report = refresh(corpus, index)

    assert (TANK,) == report.removed
    assert not [key for key in vectors_of(index) if key.startswith(TANK)]
    with qa.open(corpus=corpus, index=index) as assistant:
        assert TANK not in [passage.path for passage in assistant.search("battle tank", top_k=50)]


@pytest.mark.parametrize(("name", "is_embedded"), [("posts/article-2.txt", False), ("posts/battle tank.txt", True)])
def test_a_renamed_article_reuses_its_vectors(
    built: IndexReport, corpus: Path, index: Path, name: str, is_embedded: bool
) -> None:
    """Renaming embeds nothing unless the new name says something, and gives the same index as a rebuild."""
    (corpus / "posts").mkdir()
    (corpus / TANK).rename(corpus / name)

    report = refresh(corpus, index)

    assert ((TANK, name),) == report.renamed
    assert () == report.added + report.removed
    headers = [chunk.header for chunk in chunks_of(index).values() if chunk.path == name]
    assert [is_embedded] * len(headers) == ["battle tank" in header for header in headers] != []
    assert (len(headers) if is_embedded else 0) == report.embedded
    refresh(corpus, index.with_name("fresh"))
    assert_same_content(index, index.with_name("fresh"))


def test_a_touched_article_is_not_embedded_again(built: IndexReport, corpus: Path, index: Path) -> None:
    """A new modification time with the same bytes is recorded once and is no change."""
    os.utime(corpus / TANK, ns=(1, 1))

    first, second = refresh(corpus, index), refresh(corpus, index)

    assert first.unchanged
    assert second.unchanged
    assert 0 == first.embedded
    assert first.stats == second.stats


def test_swapping_two_articles_changes_both(built: IndexReport, corpus: Path, index: Path) -> None:
    """Chunks at the same offsets of the same file are different chunks if the content changed."""
    tank, troops = (corpus / TANK).read_bytes(), (corpus / TROOPS).read_bytes()
    (corpus / TANK).write_bytes(troops)
    (corpus / TROOPS).write_bytes(tank)

    report = refresh(corpus, index)

    assert {TANK, TROOPS} == set(report.changed)
    refresh(corpus, index.with_name("fresh"))
    assert_same_content(index, index.with_name("fresh"))


def test_rebuild_gives_the_same_content_in_a_new_generation(built: IndexReport, corpus: Path, index: Path) -> None:
    """A rebuild embeds every chunk again and gives the same documents and chunks."""
    before = catalog_of(index)

    report = refresh(corpus, index, rebuild=True)

    assert 2 == report.stats.generation
    assert built.stats.chunks == report.embedded
    assert before == catalog_of(index)
    assert ["2"] == [path.name for path in (index / "builds").iterdir()]


def test_an_update_writes_its_changes_only(built: IndexReport, corpus: Path, index: Path) -> None:
    """It changes the same build: a segment for the vectors of what is new, and nothing for what is removed."""
    build, (first,) = build_of(index), segments_of(index)
    before = contents_of(first)
    for number in range(3):
        (corpus / f"{number}.txt").write_text(f"Article number {number} is about sails.\n")
        refresh(corpus, index)
    (corpus / TROOPS).unlink()
    refresh(corpus, index)

    assert build == build_of(index)
    assert 4 == len(segments_of(index))
    assert before == contents_of(first)
    with closing(Index.open(index)) as opened:
        assert 5 == opened.stats().generation
        assert [1, 1, 1] == [segment.alive for segment in opened.segments()[1:]]
        assert built.stats.chunks == opened.segments()[0].vectors > opened.segments()[0].alive > 0


def test_a_segment_without_chunks_is_removed(built: IndexReport, corpus: Path, index: Path) -> None:
    """If all its articles were removed, its folder goes with the next update."""
    (corpus / "sails.txt").write_text("This article is about sails.\n")
    refresh(corpus, index)
    (corpus / "sails.txt").unlink()
    refresh(corpus, index)

    assert 1 == len(segments_of(index))
    with closing(Index.open(index)) as opened:
        assert built.stats.chunks == opened.stats().chunks == opened.segments()[0].vectors


def test_keys_are_never_used_again(built: IndexReport, corpus: Path, index: Path) -> None:
    """A vector of a removed chunk, which stays in its segment, can never be taken for that of another."""
    path = sorted(corpus.iterdir())[-1].name
    seen: set[int] = set()
    for number in range(3):
        (corpus / path).write_text(f"Article number {number} is about sails.\n")
        refresh(corpus, index)
        with closing(Index.open(index)) as opened:
            keys = set(opened.keys_of(path))
        assert keys
        assert not keys & seen
        seen |= keys


def test_repeated_text_is_embedded_once(tmp_path: Path, index: Path) -> None:
    """The same paragraph in two articles is two chunks, embedded once and retrieved as one passage."""
    folder = tmp_path / "twins"
    folder.mkdir()
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text("The same short article stands in two files, word for word.\n")

    report = refresh(folder, index)

    assert (2, 1) == (report.stats.chunks, report.embedded)
    with qa.open(corpus=folder, index=index) as assistant:
        assert 1 == len(assistant.search("short article"))


def test_unusual_files_are_indexed_exactly_or_skipped(index: Path) -> None:
    """Every file of the small corpus is a document with exact chunks, or is skipped with a reason."""
    report = refresh(SMALL, index)

    assert ["empty"] == [file.reason for file in report.skipped]
    corpus = qa.Assistant(qa.load_settings(corpus=SMALL, index=index)).corpus
    chunks = chunks_of(index).values()
    assert 7 == report.stats.documents == len(chunks)
    for chunk in chunks:
        whole = corpus.text(chunk.path)
        assert chunk.text == whole[chunk.start : chunk.end]
        assert chunk.line_start == whole.count("\n", 0, chunk.start) + 1


def test_progress_ends_at_its_total(corpus: Path, index: Path) -> None:
    """Progress never decreases, and ends with all bytes, documents and chunks."""
    steps: list[IndexProgress] = []

    with qa.open(corpus=corpus, index=index, on_progress=steps.append) as assistant:
        stats = assistant.index.stats()

    done = [step.done_bytes for step in steps]
    assert sorted(done) == done
    assert steps[-1].done_bytes == steps[-1].total_bytes == sum(path.stat().st_size for path in corpus.iterdir())
    assert (stats.documents, stats.chunks) == (steps[-1].documents, steps[-1].chunks)


def test_corpus_and_index_can_move_together(built: IndexReport, corpus: Path, index: Path, tmp_path: Path) -> None:
    """An index need not be rebuilt if its corpus moves with it."""
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    shutil.move(corpus, moved / corpus.name)
    shutil.move(index, moved / index.name)

    assert refresh(moved / corpus.name, moved / index.name).unchanged


def test_the_index_of_another_corpus_is_refused(built: IndexReport, index: Path) -> None:
    """Only an explicit rebuild replaces the index of another corpus."""
    with pytest.raises(qa.IndexMismatch, match="--rebuild"):
        refresh(SEEDS, index)

    assert 5 == refresh(SEEDS, index, rebuild=True).stats.documents


def test_a_run_interrupted_within_an_article_resumes(
    tmp_path: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long the article is: what was embedded of it is not embedded again."""
    monkeypatch.setattr("qa.index.writer._CHUNKS_AT_ONCE", 2)
    corpus = tmp_path / "long"
    corpus.mkdir()
    texts = (path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir()))
    (corpus / "all.txt").write_text("\n\n".join(texts), encoding="utf-8")

    def interrupt(step: IndexProgress) -> None:
        if step.done_bytes > step.total_bytes / 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        qa.open(corpus=corpus, index=index, on_progress=interrupt)
    report = refresh(corpus, index)

    assert 0 < report.embedded <= report.stats.chunks / 2 + 2


def test_an_interrupted_run_resumes(corpus: Path, index: Path) -> None:
    """Chunks embedded before an interruption are not embedded again."""
    steps: list[IndexProgress] = []

    def interrupt(step: IndexProgress) -> None:
        if step in steps and step.done_bytes == step.total_bytes:  # reported again: embedded before, stored now
            raise KeyboardInterrupt
        steps.append(step)

    with pytest.raises(KeyboardInterrupt):
        qa.open(corpus=corpus, index=index, on_progress=interrupt)
    assert not (index / "CURRENT").exists()
    report = refresh(corpus, index)

    assert 0 == report.embedded
    assert 5 == report.stats.documents
    assert not (index / "unfinished.sqlite").exists()
