"""Segments are merged by ``qa index``, and after a question only if that is overdue; ``qa status`` counts them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from qa.cli import maintenance
from qa.cli.status import print_status
from qa.index import Index, compaction
from tests.helpers.commands import Commands

ASK = ("ask", "When was the lighthouse lit?")


@pytest.fixture
def harbour(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """Commands over an index of three segments, all of which may be merged."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    commands = Commands(capsys, tmp_path / "articles", tmp_path / "index")
    (tmp_path / "articles").mkdir()
    for name in ("lighthouse", "ferry", "tram"):
        (tmp_path / "articles" / f"{name}.txt").write_text(f"The {name} of Saltmere was lit in 1887.\n")
        assert commands("ask", "anything?").code in (0, 1)
    return commands


def segments(commands: Commands) -> int:
    assert commands.index
    with closing(Index.open(commands.index)) as index:
        return len(index.segments())


def test_index_merges_segments_after_its_report(harbour: Commands) -> None:
    """The report comes first, nothing else is printed, and the answer stays the same."""
    answer = harbour(*ASK)
    assert 3 == segments(harbour)

    indexed = harbour("index")

    assert (0, "") == (indexed.code, indexed.err)
    assert 1 == segments(harbour)
    assert answer == harbour(*ASK)


def test_a_question_merges_them_only_if_it_is_overdue(harbour: Commands, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not after a few updates, and not without refreshing."""
    answer = harbour(*ASK)
    assert 3 == segments(harbour)
    monkeypatch.setattr(maintenance, "MANY_SEGMENTS", 2)
    assert answer == harbour(*ASK, "--no-refresh")
    assert 3 == segments(harbour)

    assert answer == harbour(*ASK)

    assert 1 == segments(harbour)


def test_status_compares_a_large_index_with_its_articles(harbour: Commands, capsys: pytest.CaptureFixture[str]) -> None:
    """And counts the vectors of removed chunks, which the next merge leaves out."""
    state = harbour("status", "--json").json
    state["bytes"] = {"articles": 10_000_000, "catalog": 25_000_000, "vectors": 24_000_000}
    state["segments"][0]["removed"] = 7

    print_status(state)

    sizes = "49.0 MB, 4.9 times the articles: catalog 25.0 MB, vectors 24.0 MB in 3 segments"
    assert f"size        {sizes}, 7 of them outdated" in capsys.readouterr().out.splitlines()
