"""The library screen, and updating the index while the app runs."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Static

import qa
from tests.helpers.tui_driver import QuietEngine, engine_over, opened, running
from tests.helpers.tui_library import library, paths, rows
from tui.screens.article import ArticleScreen
from tui.widgets.row_list import RowList

FERRY = "The ferry Tordis sank in the harbour of Lindholm on 3 May 1987 after hitting a crane.\n"


async def test_every_article_is_listed_with_its_state(corpus: Path, index: Path) -> None:
    """File, title, date, words, chunks and state; why a file is skipped, and what the corpus leaves out."""
    (corpus / "empty.txt").write_text("")
    (corpus / "scan.xyz").write_text("")
    async with opened(corpus, index, (160, 50)) as driver:
        await library(driver)
        await driver.until(lambda: "left out: 1 .xyz not supported" in driver.screen_text())
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


async def test_edited_and_removed_files_are_reported(corpus: Path, index: Path) -> None:
    """The status line counts them, and the library shows which they are."""
    with qa.open(corpus, index):
        pass
    async with running(QuietEngine(corpus=corpus, index=index, refresh=False)) as driver:
        await driver.ready()
        first, second = sorted(corpus.iterdir())[:2]
        first.write_text(FERRY, encoding="utf-8")
        second.unlink()
        await driver.until(lambda: "1 changed" in driver.screen_text() and "1 removed" in driver.screen_text())
        await library(driver)

        states = dict(zip(paths(driver), (row["state"] for row in rows(driver)), strict=True))
        assert states[first.name] == "changed"
        assert states[second.name] == "removed"
