"""What all screens with a list have in common, tried on the library."""

from __future__ import annotations

import qa
from tests.helpers.tui_driver import engine_over, running
from tests.helpers.tui_library import library, paths, rows
from tui.widgets.columns import shortened, shortened_path
from tui.widgets.filter_field import FilterField
from tui.widgets.row_list import RowList


async def test_what_is_typed_over_the_list_goes_to_the_filter(seeds: qa.Assistant) -> None:
    """But A begins a question there, which only this article answers; in the field it is a letter."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await library(driver)
        await driver.press("tab", "k", "i", "m", "a")
        assert driver.find(FilterField).value == "kima"
        await driver.press("escape")
        await driver.enter("showcases")
        await driver.until(lambda: len(paths(driver)) == 1)
        await driver.press("tab", "a")
        assert driver.app.screen is driver.app.ask_screen
        asked = driver.app.ask_screen.line.value
        assert asked == "What does the article titled Kim Jong Un Showcases Banned Missiles say about "
        answer = await driver.ask("missiles?")
        assert {citation.path for citation in answer.citations} == {"004_36811db181bf79ef.txt"}
        assert "Showcases Banned Missiles" in answer.understood


async def test_columns_fit_without_scrolling(seeds: qa.Assistant) -> None:
    """The most useful ones are there at 80 columns, all at 160; a column without any text is left out."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        await library(driver)
        assert [*rows(driver)[0]] == ["file", "title", "date", "words", "state"]
        await driver.pilot.resize_terminal(160, 50)
        await driver.until(lambda: "chunks" in rows(driver)[0])
        assert [*rows(driver)[0]] == ["file", "title", "date", "words", "chunks", "state"]


async def test_twenty_thousand_articles_are_filtered_at_once(seeds: qa.Assistant) -> None:
    """Only the rows in view are drawn, and their words counted."""
    many = [
        qa.ArticleStatus(f"{number:05}.md", qa.ArticleState.INDEXED, 1, f"Ferry {number}", chunks=1)
        for number in range(20_000)
    ]
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        driver.app.articles = many
        await library(driver)
        await driver.press("ctrl+end")
        await driver.until(lambda: "Ferry 19999" in driver.screen_text())
        await driver.enter("ferry 777")
        await driver.until(lambda: "38 of 20,000 articles" in driver.screen_text())
        assert driver.find(RowList).highlighted == 0
        await driver.press("escape")
        await driver.enter("no such article")
        await driver.until(lambda: "No article matches “no such article”" in driver.screen_text())


def test_cells_are_cut_between_words() -> None:
    """Only a word that does not fit is cut itself; a path keeps its end."""
    assert shortened("The harbour of Lindholm", 23) == "The harbour of Lindholm"
    assert shortened("The harbour of Lindholm", 22) == "The harbour of…"
    assert shortened("The Courier of Lindholm", 10) == "The…"
    assert shortened("Donaudampfschifffahrt", 10) == "Donaudamp…"
    assert shortened("漢字漢字漢字", 8) == "漢字漢…"
    assert shortened_path("harbour/1989/old-ferry.md", 19) == "…/1989/old-ferry.md"
    assert shortened_path("harbour/1989/old-ferry.md", 18) == "…/old-ferry.md"
    assert shortened_path("harbour/1989/old-ferry.md", 9) == "old-ferr…"
