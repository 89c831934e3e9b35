"""The filter: chosen in a dialog, shown at the question field, removed with a key or a click."""

from __future__ import annotations

import pytest
from textual.content import Content
from textual.widgets import Input, OptionList

import qa
from tests.conftest import OpenArticles
from tests.helpers.tui_driver import Driver, engine_over, running
from tui.screens.filter import FilterScreen
from tui.screens.search import SearchScreen
from tui.widgets.question_line import QuestionLine
from tui.widgets.row_list import RowList

FERRY = "How much does the Sandvik ferry cost?"
ARTICLES = {
    "old/gazette.txt": "Title: Ferry\nSource: The Gazette\nAuthor: Jane Smith\nDate: 2023-10-02\nTags: sea\n\n"
    "The Sandvik ferry costs 12 euros.\n",
    "herald.txt": "Title: Ferry\nSource: The Herald\nDate: 2023-11-05\n\nThe Sandvik ferry costs 15 euros.\n",
}


@pytest.fixture(scope="module")
def ferries(open_articles: OpenArticles) -> qa.Assistant:
    """Two articles of two outlets."""
    return open_articles(ARTICLES)


def shown(driver: Driver) -> str:
    """Return what the border of the question field says of the filter."""
    return Content.from_markup(driver.app.ask_screen.query_one(QuestionLine).border_subtitle or "").plain


async def choose(driver: Driver, field: str, text: str) -> None:
    """Open the dialog, type into a field, and press Enter."""
    await driver.press("f9")
    await driver.until(lambda: isinstance(driver.app.screen, FilterScreen))
    driver.find(Input, f"#{field}").focus()
    await driver.pilot.pause()
    await driver.enter(text)
    await driver.press("enter")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_dialog_lists_the_names_that_there_are(ferries: qa.Assistant, size: tuple[int, int]) -> None:
    """With counts; the one that is chosen becomes the filter, and the question field shows it."""
    async with running(engine_over(ferries), size) as driver:
        await driver.ready()
        await driver.press("f9")
        await driver.until(lambda: driver.find(OptionList, "#names").option_count == 2)
        assert "The Gazette  1" in driver.screen_text()
        assert "Enter applies" in driver.screen_text()
        await driver.enter("her")
        assert driver.find(OptionList, "#names").option_count == 1
        driver.find(OptionList, "#names").focus()
        await driver.press("home", "enter", "enter")
        await driver.until(lambda: not isinstance(driver.app.screen, FilterScreen))
        assert "Articles from The Herald ✕" in shown(driver)
        answer = await driver.ask(FERRY)
        assert answer.short_answer == "15 euros"
        assert "Articles from The Herald" in driver.exchanges()[0]


async def test_a_name_that_no_article_has_is_said_in_the_dialog(ferries: qa.Assistant) -> None:
    """It stays open, to correct it."""
    async with running(engine_over(ferries)) as driver:
        await driver.ready()
        await choose(driver, "sources", "gazete")
        await driver.until(lambda: "Did you mean The Gazette?" in driver.screen_text())
        await driver.press("escape")
        assert shown(driver) == ""


async def test_the_filter_is_removed_with_a_key_and_a_click(ferries: qa.Assistant) -> None:
    """Ctrl+O, or a click on the cross at the question field."""
    async with running(engine_over(ferries)) as driver:
        await driver.ready()
        for with_key in (True, False):
            await choose(driver, "authors", "smith")
            await driver.until(lambda: "by Jane Smith ✕" in shown(driver))
            await (driver.press("ctrl+o") if with_key else click_cross(driver))
            assert shown(driver) == ""


async def click_cross(driver: Driver) -> None:
    """Click on the cross of the last line of the screen that has one."""
    rows = driver.screen_text().splitlines()
    row = max(number for number, text in enumerate(rows) if "✕" in text)
    await driver.pilot.click(offset=(rows[row].index("✕"), row))
    await driver.pilot.pause()


async def test_what_the_question_says_of_the_articles_can_be_clicked_away(ferries: qa.Assistant) -> None:
    """It is asked again of all articles; Ctrl+O does the same."""
    async with running(engine_over(ferries)) as driver:
        await driver.ready()
        await driver.ask(f"According to The Herald, {FERRY}")
        assert "Articles from The Herald ✕" in driver.exchanges()[0]
        await click_cross(driver)
        exchanges = driver.app.ask_screen.chat.session.exchanges
        await driver.until(lambda: len(exchanges) == 2 and not exchanges[1].open)
        assert exchanges[1].answer is not None
        assert not exchanges[1].answer.scope
        assert "✕" not in driver.exchanges()[1]


async def test_search_and_a_session_that_is_continued_keep_the_filter(ferries: qa.Assistant) -> None:
    """The search screen says so; opening the session restores its filter."""
    async with running(engine_over(ferries)) as driver:
        await driver.ready()
        await choose(driver, "since", "November 2023")
        await driver.until(lambda: shown(driver) != "")
        await driver.ask(FERRY)
        await driver.press("f6")
        await driver.until(lambda: isinstance(driver.app.screen, SearchScreen))
        await driver.enter("ferry")
        await driver.until(lambda: len(driver.find(RowList).rows) == 1)
        assert "since 1 November 2023" in driver.screen_text()
        await driver.press("escape", "escape")
        path = driver.app.ask_screen.chat.session.path
        driver.app.chosen = qa.Filter()
        await driver.app.ask_screen.open_session(path)
        assert "Articles since 1 November 2023" in shown(driver)
