"""Damaged vectors: compressed ones are derived again, silently; without Chroma, only merging is impossible."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from qa.index import compaction
from tests.helpers.commands import Commands, problems_of
from tests.helpers.damages import CHROMA, COMPRESSED, file_of, overwrite, remove
from tests.helpers.index_files import contents_of, segments_of

LENGTH = "How long is the reading room of the library?"
REBUILD = "qa index --rebuild"


@pytest.mark.parametrize("name", [*COMPRESSED])
def test_compressed_vectors_are_derived_again(copied_town: Commands, small_copy: Path, name: str) -> None:
    """The next question does it, says nothing, and answers as before."""
    quantized = file_of(small_copy, "SEGMENT/quantized")
    before = contents_of(quantized)
    expected = copied_town("search", LENGTH)
    COMPRESSED[name](small_copy)

    assert expected == copied_town("search", LENGTH)
    assert before == contents_of(quantized)
    assert ["SEGMENT", "chroma", "quantized"] == sorted(path.name for path in quantized.parent.iterdir())
    assert "140" == copied_town("ask", LENGTH).out[:3]


@pytest.mark.parametrize("name", [*COMPRESSED, "a changed number"])
def test_doctor_repairs_compressed_vectors(copied_town: Commands, small_copy: Path, name: str) -> None:
    """It says so, and the exit code is 0; also if only their hash differs."""
    quantized = file_of(small_copy, "SEGMENT/quantized")
    before = contents_of(quantized)
    changed = overwrite("SEGMENT/quantized/values.npy", before["values.npy"][:-1] + b"\x55")
    (COMPRESSED | {"a changed number": changed})[name](small_copy)

    first, second = copied_town("doctor"), copied_town("doctor")

    assert (0, 0) == (first.code, second.code)
    assert "derived again" in first.out
    assert "derived again" not in second.out
    assert before == contents_of(quantized)


@pytest.mark.parametrize("name", [*CHROMA])
def test_without_chroma_questions_are_answered(
    growing_town: Commands, small_copy: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Articles can be added, too; only merging segments needs Chroma, and says how to get it again."""
    CHROMA[name](small_copy)

    assert "140" == growing_town("ask", LENGTH, "--no-refresh").out[:3]
    assert 0 == growing_town("index").code
    assert "Glass Market" in growing_town("search", "Where does the tram stop?", "--no-refresh").out
    assert "140" == growing_town("ask", LENGTH).out[:3]
    assert [True] == [REBUILD in line for line in problems_of(growing_town("doctor"))]

    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    with qa.open(growing_town.corpus, small_copy) as assistant, pytest.raises(qa.IndexDamaged, match="--rebuild"):
        assistant.compact()
    assert "140" == growing_town("ask", LENGTH).out[:3]
    assert 2 == len(segments_of(small_copy))


def test_an_edited_article_needs_no_chroma(growing_town: Commands, small_copy: Path) -> None:
    """The vectors of the text that stays are taken from the compressed ones."""
    assert growing_town.corpus
    remove("SEGMENT/chroma")(small_copy)
    (growing_town.corpus / "tram-line.txt").write_text("The tram line was closed in 1960.\n")
    (growing_town.corpus / "choir-visit.txt").rename(growing_town.corpus / "choir_visit.txt")

    indexed = growing_town("index", "--json")

    assert (0, "") == (indexed.code, indexed.err)
    assert (["tram-line.txt"], 2) == (indexed.json["changed"], indexed.json["embedded"])
