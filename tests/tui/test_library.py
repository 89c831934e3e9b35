"""The library screen, and updating the index while the app runs."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import DataTable, Input, Static

import qa
from tests.helpers.tui_driver import Driver, QuietEngine, engine_over, opened, running
from tui.screens.article import ArticleScreen
from tui.screens.library import LibraryScreen

FERRY = "The ferry Tordis sank in the harbour of Lindholm on 3 May 1987 after hitting a crane.\n"


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

        states = {row[-1]: row[0] for row in rows(driver)}
        assert states[first.name] == "changed"
        assert states[second.name] == "removed"
