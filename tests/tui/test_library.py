"""The library screen, and updating the index while the app runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.widgets import Static

import qa
from qa.models.embedding import Embedder, Vectors
from tests.helpers.index_files import build_of
from tests.helpers.tui_driver import MINISTER, QuietEngine, engine_over, opened, running
from tests.helpers.tui_library import library, paths, rows
from tui.screens.article import ArticleScreen
from tui.widgets.row_list import RowList

FERRY = "The ferry Tordis sank in the harbour of Lindholm on 3 May 1987 after hitting a crane.\n"
FERRY_QUESTION = "Which ferry sank in the harbour of Lindholm?"


async def test_every_article_is_listed_with_its_state(corpus: Path, index: Path) -> None:
    """File, title, date, words, chunks and state; why a file is skipped, and what the corpus leaves out."""
    (corpus / "empty.txt").write_text("")
    (corpus / "scan.pdf").write_text("")
    async with opened(corpus, index, (160, 50)) as driver:
        await library(driver)
        await driver.until(lambda: "left out: 1 file of another type: .pdf 1" in driver.screen_text())
        await driver.until(lambda: all(row["words"] for row in rows(driver) if row["state"] == "indexed"))
        shown = dict(zip(paths(driver), rows(driver), strict=True))
        with qa.open(corpus, index) as assistant:
            words = assistant.word_counts([*shown])
            for entry in assistant.index.documents():
                row = shown[entry.path]
                assert entry.path.startswith(row["file"].rstrip("…"))
                assert entry.title.startswith(row["title"].rstrip("…"))
                assert row["date"] == (entry.published.isoformat() if entry.published else "")
                assert row["words"] == f"{words[entry.path]:,}"
                assert (row["chunks"], row["state"]) == (str(entry.chunks), "indexed")
        assert (shown["empty.txt"]["title"], shown["empty.txt"]["state"]) == ("empty.txt: empty", "skipped")


async def test_typing_filters_and_ctrl_s_sorts(seeds: qa.Assistant) -> None:
    """The field keeps the focus while the arrow keys move in the list; Escape clears it, then closes."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await library(driver)
        by_file = paths(driver)
        assert by_file == sorted(by_file)
        await driver.press("down", "down")
        assert driver.find(RowList).highlighted == 2
        await driver.press(*"military moves")
        await driver.until(lambda: len(paths(driver)) == 1)
        assert rows(driver)[0]["title"].startswith("North Korea's Military Moves")
        assert "1 of 5 articles" in driver.screen_text()
        await driver.press("escape")
        await driver.until(lambda: paths(driver) == by_file)
        await driver.press("ctrl+s", "ctrl+s")
        await driver.until(lambda: "date ▼" in driver.screen_text())
        dates = [row["date"] for row in rows(driver)]
        assert dates == sorted(dates, reverse=True)
        await driver.press("ctrl+o")
        await driver.until(lambda: "date ▲" in driver.screen_text())
        assert [row["date"] for row in rows(driver)] == sorted(dates)
        await driver.press("escape")
        assert driver.app.screen is driver.app.ask_screen


async def test_headings_sort(seeds: qa.Assistant) -> None:
    """A click sorts, numbers from the largest, even if they are not yet counted; a second one reverses the order."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await library(driver)
        line = next(line for line in driver.screen_text().splitlines() if "words" in line)
        words = seeds.word_counts(paths(driver))
        await driver.pilot.click(RowList, offset=(line.index("words"), 0))
        await driver.until(lambda: "words ▼" in driver.screen_text())
        assert paths(driver) == sorted(words, key=lambda path: -words[path])
        await driver.pilot.click(RowList, offset=(line.index("words"), 0))
        await driver.until(lambda: "words ▲" in driver.screen_text())
        assert paths(driver) == sorted(words, key=lambda path: words[path])


async def test_an_article_is_previewed_and_opened(seeds: qa.Assistant) -> None:
    """The preview follows the highlight, Enter opens the article, and so does a click on the highlighted row."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await library(driver)
        await driver.press("down")
        article = driver.app.articles[1]
        await driver.until(lambda: article.path in str(driver.find(Static, "#preview").visual))
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
        await driver.until(lambda: article.title in driver.screen_text())
        await driver.press("escape")
        assert driver.find(RowList).highlighted == 1
        await driver.pilot.click(RowList, offset=(10, 4))
        assert driver.find(RowList).highlighted == 3
        await driver.pilot.click(RowList, offset=(10, 4))
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))


async def test_an_added_file_is_reported_and_indexed_on_request(corpus: Path, index: Path) -> None:
    """It is noticed at once, indexed only after F5, and then used in answers."""
    async with opened(corpus, index) as driver:
        assert not (await driver.ask(FERRY_QUESTION)).answered
        (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
        await driver.until(lambda: "1 new: F5" in driver.screen_text())
        assert not (await driver.ask(FERRY_QUESTION)).answered

        await driver.press("f5")
        await driver.until(lambda: any("up to date: 1 added." in notice for notice in driver.notices()))
        answer = await driver.ask(FERRY_QUESTION)
        assert answer.short_answer is not None
        assert "Tordis" in answer.short_answer
        assert answer.citations[0].path == "ferry.txt"
        assert "up to date" in driver.screen_text()


async def test_edited_and_removed_files_are_reported(corpus: Path, index: Path) -> None:
    """The status line counts them, and the library shows which they are."""
    async with opened(corpus, index) as driver:
        first, second = sorted(corpus.iterdir())[:2]
        first.write_text(FERRY, encoding="utf-8")
        second.unlink()
        await driver.until(lambda: "1 changed" in driver.screen_text() and "1 removed" in driver.screen_text())
        await library(driver)

        states = dict(zip(paths(driver), (row["state"] for row in rows(driver)), strict=True))
        assert states[first.name] == "changed"
        assert states[second.name] == "removed"


async def test_a_cancelled_rebuild_preserves_the_old_index(
    corpus: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Progress is shown, and questions are answered from the old index during and after the rebuild."""
    cancelled = threading.Event()
    embed = Embedder.embed

    def embed_until_cancelled(self: Embedder, texts: Sequence[str], *progress: Callable[[int], None]) -> Vectors:
        """Embed as usual, but wait at the end of what belongs to articles, whose progress is reported."""
        vectors = embed(self, texts, *progress)
        for report in progress:
            cancelled.wait()
            report(0)
        return vectors

    async with opened(corpus, index) as driver:
        before = (index / "CURRENT").read_text()
        await library(driver)
        monkeypatch.setattr(Embedder, "embed", embed_until_cancelled)
        await driver.press("ctrl+r", "enter")
        assert not driver.app.index_controller.busy
        await driver.press("ctrl+r", "right", "enter")
        await driver.until(lambda: driver.app.progress is not None and driver.app.progress.share > 0)
        assert "Indexing" in driver.screen_text()
        await driver.press("escape")
        assert (await driver.ask(MINISTER)).answered
        assert driver.app.index_controller.busy
        await driver.press("ctrl+x")
        cancelled.set()
        await driver.until(lambda: not driver.app.index_controller.busy)

        assert (index / "CURRENT").read_text() == before
        assert driver.app.progress is None
        assert (await driver.ask(MINISTER)).answered


@pytest.mark.parametrize("problem", ["missing", "empty", "unnamed"])
async def test_without_articles_there_is_a_hint_and_f5_retries(tmp_path: Path, index: Path, problem: str) -> None:
    """A question sent before is answered once the corpus exists."""
    corpus = tmp_path / "articles"
    if problem == "empty":
        corpus.mkdir()
    engine = QuietEngine(index=index) if problem == "unnamed" else QuietEngine(corpus=corpus, index=index)
    async with running(engine) as driver:
        await driver.until(lambda: "A corpus is a folder of .txt or .md files" in driver.screen_text())
        assert "--corpus DIR" in driver.screen_text()
        await driver.enter(FERRY_QUESTION)
        await driver.press("enter")

        corpus.mkdir(exist_ok=True)
        (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
        if problem == "unnamed":
            Path("qa.toml").write_text('corpus = "articles"\n', encoding="utf-8")
        await driver.press("f5")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        answer = driver.app.ask_screen.chat.session.exchanges[0].answer
        assert answer is not None
        assert answer.short_answer is not None
        assert "Tordis" in answer.short_answer


async def test_a_damaged_index_can_be_rebuilt(corpus: Path, index: Path) -> None:
    """The hint names the remedy, and Ctrl+R in the library rebuilds the index."""
    with qa.open(corpus, index):
        pass
    (build_of(index) / "catalog.sqlite").unlink()
    async with running(QuietEngine(corpus=corpus, index=index)) as driver:
        await driver.until(lambda: "--rebuild" in driver.screen_text())
        await driver.press("f2", "ctrl+r", "right", "enter")
        await driver.until(lambda: any("up to date" in notice for notice in driver.notices()))
        await driver.press("escape")
        await driver.ready()
        assert (await driver.ask(MINISTER)).answered


async def test_a_locked_index_still_answers(corpus: Path, index: Path) -> None:
    """Another process is writing: a notification, and answers from the old index."""
    from filelock import FileLock

    with qa.open(corpus, index):
        pass
    (corpus / "ferry.txt").write_text(FERRY, encoding="utf-8")
    with FileLock(index / "LOCK"):
        async with opened(corpus, index) as driver:
            assert (await driver.ask(MINISTER)).answered
            assert any("is writing the index" in notice for notice in driver.notices())
            assert "1 new" in driver.screen_text()
