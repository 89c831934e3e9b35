"""The library screen, and updating the index while the app runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from textual.widgets import DataTable, Input, Static

import qa
from qa.models.embedding import Embedder, Vectors
from tests.helpers.index_files import build_of
from tests.helpers.tui_driver import MINISTER, Driver, QuietEngine, engine_over, opened, running
from tui.screens.article import ArticleScreen
from tui.screens.library import LibraryScreen

FERRY = "The ferry Tordis sank in the harbour of Lindholm on 3 May 1987 after hitting a crane.\n"
FERRY_QUESTION = "Which ferry sank in the harbour of Lindholm?"


def rows(driver: Driver) -> list[list[str]]:
    """Return the cells of the table, row by row."""
    table = driver.find(DataTable)
    return [[str(cell) for cell in table.get_row_at(index)] for index in range(table.row_count)]


async def library(driver: Driver) -> None:
    """Open the library and wait for its rows."""
    await driver.press("f2")
    await driver.until(lambda: isinstance(driver.app.screen, LibraryScreen))
    await driver.until(lambda: driver.find(DataTable).row_count == len(driver.app.articles))


async def test_every_article_is_listed_with_its_state(corpus: Path, index: Path) -> None:
    """Title, date, size, chunks and file; the preview says why a file was skipped."""
    (corpus / "empty.txt").write_text("")
    async with opened(corpus, index) as driver:
        await library(driver)
        shown = {row[-1]: row for row in rows(driver)}
        with qa.open(corpus, index) as assistant:
            for entry in assistant.index.documents():
                row = shown[entry.path]
                assert row[0] == "indexed"
                assert row[1] == (entry.published.isoformat() if entry.published else "")
                assert entry.title.startswith(row[2].rstrip("…"))
                assert row[4:6] == [f"{entry.size:,}", str(entry.chunks)]
        assert shown["empty.txt"][0] == "skipped"
        driver.find(DataTable).move_cursor(row=[*shown].index("empty.txt"))
        await driver.until(lambda: "skipped: empty" in str(driver.find(Static, "#preview").visual))


async def test_sorting_and_filtering(seeds: qa.Assistant) -> None:
    """S sorts by the next column, / filters by words, Escape clears the filter, then goes back."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await library(driver)
        by_file = [row[-1] for row in rows(driver)]
        assert by_file == sorted(by_file)
        await driver.press("ctrl+s")
        await driver.until(lambda: "by date" in str(driver.find(DataTable).border_title))
        dates = [row[1] for row in rows(driver)]
        assert dates == sorted(dates, reverse=True)

        await driver.press("slash")
        await driver.enter("military moves")
        await driver.until(lambda: driver.find(DataTable).row_count == 1)
        assert rows(driver)[0][2] == "North Korea's Military Moves Stir Global Concerns"
        await driver.press("escape")
        await driver.until(lambda: driver.find(DataTable).row_count == len(by_file))
        assert driver.find(Input, "#filter").value == ""
        await driver.press("escape")
        assert driver.app.screen is driver.app.ask_screen


async def test_an_article_is_previewed_and_opened(seeds: qa.Assistant) -> None:
    """The preview follows the cursor, Enter opens the article."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await library(driver)
        await driver.press("down")
        article = driver.app.articles[1]
        await driver.until(lambda: article.path in str(driver.find(Static, "#preview").visual))
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
        await driver.until(lambda: article.title in driver.screen_text())


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

        states = {row[-1]: row[0] for row in rows(driver)}
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
        await driver.press("ctrl+r")
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
    """The hint names the remedy, and R in the library rebuilds the index."""
    with qa.open(corpus, index):
        pass
    (build_of(index) / "catalog.sqlite").unlink()
    async with running(QuietEngine(corpus=corpus, index=index)) as driver:
        await driver.until(lambda: "--rebuild" in driver.screen_text())
        await driver.press("f2", "ctrl+r")
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
