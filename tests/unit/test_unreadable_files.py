"""What cannot be read at the moment: it is named, tried again in each run, and never lost."""

from __future__ import annotations

import errno
import os
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

import qa
from qa.index import Index, IndexedChunk
from tests.helpers.failing_files import Failures, failing_files
from tests.helpers.index_contents import refresh
from tests.torture.attacks import require_unbroken
from tests.torture.folders import folders

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="paths of open folders are looked up in /proc")

OPENED, CLOSED = "The harbour was opened in 1887.\n", "The harbour was closed in 1953.\n"
FERRY = "The ferry sails at noon.\n"
STAYS = "; its earlier text stays in the index"


@pytest.fixture
def failures() -> Iterator[Failures]:
    with failing_files() as failing:
        yield failing


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A corpus with an article, and another one in a folder."""
    root = tmp_path / "articles"
    (root / "sub").mkdir(parents=True)
    (root / "a.md").write_text(OPENED)
    (root / "sub" / "b.md").write_text(FERRY)
    return root


def texts(index: Path) -> dict[str, str]:
    """Return the text of each document; all of these have one chunk."""
    with closing(Index.open(index)) as opened:
        chunks: dict[int, IndexedChunk] = {}
        for entry in opened.documents():
            chunks |= opened.chunks(opened.keys_of(entry.path))
        return {each.chunk.path: each.chunk.text.strip() + "\n" for each in chunks.values()}


def skipped(report: qa.IndexReport) -> dict[str, str]:
    return {file.path: file.reason for file in report.skipped}


@pytest.mark.parametrize("kind", ["opening", "reading"])
@pytest.mark.parametrize("number", [errno.EACCES, errno.ESTALE])
def test_an_article_comes_back_once_it_can_be_read(
    root: Path, index: Path, failures: Failures, kind: str, number: int
) -> None:
    """Its size and time are the same all the time; a run in which it fails again writes nothing."""
    getattr(failures, kind)[str(root / "a.md")] = number
    reason = "permission denied" if number == errno.EACCES else os.strerror(number)

    first, second = refresh(root, index), refresh(root, index)
    failures.clear()
    third = refresh(root, index)

    assert {"a.md": reason} == skipped(first) == skipped(second)
    assert first.stats == second.stats
    assert ({}, ("a.md",)) == (skipped(third), third.added)
    assert {"a.md": OPENED, "sub/b.md": FERRY} == texts(index)


def test_the_earlier_text_of_an_article_stays(root: Path, index: Path, failures: Failures) -> None:
    """It was changed and cannot be read; a citation of it is marked as stale."""
    refresh(root, index)
    (root / "a.md").write_text(CLOSED)
    failures.reading[str(root / "a.md")] = errno.EIO

    with qa.open(root, index) as assistant:
        answer = assistant.ask("When was the harbour opened?")
        states = {article.path: (article.state, article.reason) for article in assistant.articles()}

    assert ("1887", [True]) == (answer.short_answer, [citation.stale for citation in answer.citations])
    assert (qa.ArticleState.SKIPPED, os.strerror(errno.EIO) + STAYS) == states["a.md"]
    failures.clear()
    assert ("a.md",) == refresh(root, index).changed
    assert CLOSED == texts(index)["a.md"]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\0"], ids=["empty", "binary"])
def test_content_that_is_no_article_replaces_it(root: Path, index: Path, content: bytes) -> None:
    """Unlike an error of the file system, this does not pass by itself; it is not read again."""
    refresh(root, index)
    (root / "a.md").write_bytes(content)
    os.utime(root / "a.md", ns=(1, 1))

    first, second = refresh(root, index), refresh(root, index)

    assert ("a.md",) == first.removed
    assert (skipped(first), first.stats) == (skipped(second), second.stats)
    assert ["sub/b.md"] == [*texts(index)]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO])
def test_articles_in_a_folder_that_cannot_be_listed_stay(
    root: Path, index: Path, failures: Failures, number: int
) -> None:
    """The folder is named; so it is with files whose status is unknown."""
    refresh(root, index)
    failures.listing[str(root / "sub")] = failures.status[str(root / "a.md")] = number
    (root / "c.md").write_text(CLOSED)

    report = refresh(root, index)

    assert (("c.md",), ()) == (report.added, report.removed)
    assert ["a.md", "sub"] == [*skipped(report)]
    assert all(reason.endswith(STAYS) for reason in skipped(report).values())
    assert {"a.md", "c.md", "sub/b.md"} == {*texts(index)}
    failures.clear()
    shutil.rmtree(root / "sub")
    assert ("sub/b.md",) == refresh(root, index).removed


def test_articles_behind_a_link_to_a_drive_stay_while_it_is_away(root: Path, index: Path, tmp_path: Path) -> None:
    """A link whose target is gone is named; once the link is removed, so are they."""
    (tmp_path / "drive").mkdir()
    (tmp_path / "drive" / "c.md").write_text(CLOSED)
    (root / "link").symlink_to(tmp_path / "drive")
    assistant = qa.open(root, index, follow_links=True)
    (tmp_path / "drive").rename(tmp_path / "away")

    report = assistant.refresh()

    assert ({"link": "broken link" + STAYS}, ()) == (skipped(report), report.removed)
    assert CLOSED == texts(index)["link/c.md"]
    (root / "link").unlink()
    assert ("link/c.md",) == assistant.refresh().removed
    assistant.close()


def test_an_article_behind_a_broken_link_within_the_corpus_is_removed(root: Path, index: Path) -> None:
    """The corpus could be listed, so that the file is known to be gone."""
    (root / ".hidden").mkdir()
    (root / ".hidden" / "c.md").write_text(CLOSED)
    (root / "c.md").symlink_to(".hidden/c.md")
    refresh(root, index)
    (root / ".hidden" / "c.md").unlink()

    report = refresh(root, index)

    assert (("c.md",), {"c.md": "broken link"}) == (report.removed, skipped(report))


@pytest.mark.parametrize("rebuild", [False, True], ids=["update", "rebuild"])
@pytest.mark.parametrize("kind", ["unlisted", "moved", "unmounted"])
def test_a_corpus_that_vanishes_keeps_its_index(
    root: Path, index: Path, failures: Failures, kind: str, rebuild: bool
) -> None:
    """Whether it cannot be listed, or is moved away or unmounted while it is read."""
    refresh(root, index)
    (root / "a.md").write_text(CLOSED)
    before = texts(index)

    def vanish() -> None:
        failures.on_call = lambda: None
        root.rename(root.with_name("aside"))
        if kind == "unmounted":
            root.mkdir()

    if kind == "unlisted":
        failures.listing[str(root)] = errno.EIO
    else:
        failures.opening[str(root)] = errno.ESTALE
        calls = iter(range(10))
        failures.on_call = lambda: vanish() if next(calls) == 2 else None

    with pytest.raises(qa.CorpusError):
        refresh(root, index, rebuild)

    assert before == texts(index)


def test_a_corpus_moved_away_and_back_loses_nothing(root: Path, index: Path, failures: Failures) -> None:
    """Whatever was to be listed or read meanwhile."""
    refresh(root, index)
    for number in range(4):
        (root / f"{number}.md").write_text(FERRY)
    aside = root.with_name("aside")
    for away in range(0, 12, 2):
        moments = iter(range(100))

        def move(away: int = away, moments: Iterator[int] = moments) -> None:
            moment = next(moments)
            if moment == away:
                root.rename(aside)
            elif moment == away + 1 and aside.exists():
                aside.rename(root)

        failures.on_call = move
        with suppress(qa.CorpusError):
            refresh(root, index)
        failures.on_call = lambda: None
        if aside.exists():
            aside.rename(root)
        assert {"a.md", "sub/b.md"} <= {*texts(index)}
        refresh(root, index)
        assert 6 == len(texts(index))
        (root / "0.md").write_text(f"{FERRY} {away}")


def test_random_changes_and_failures(tmp_path: Path) -> None:
    """A share of the attack."""
    require_unbroken(folders(2, random.Random(1), tmp_path))
