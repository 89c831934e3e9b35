"""Searching an article."""

from __future__ import annotations

import qa
from tests.helpers.article_view import marked, opened_article
from tests.helpers.tui_driver import MINISTER, Driver, engine_over, running
from tui.screens.article import ArticleScreen
from tui.widgets.article_text import ArticleText
from tui.widgets.find_line import FindLine
from tui.widgets.marks import FOUND, MATCH


async def search_state(driver: Driver) -> tuple[str, str]:
    """Wait for a search, and return the match that is gone to with all others, and the count that is shown."""
    await driver.until(lambda: all(worker.is_finished for worker in driver.app.workers if worker.group == "search"))
    line = driver.find(FindLine)
    return marked(driver.find(ArticleText), MATCH), str(line.border_subtitle)


async def test_find_steps_through_all_matches(seeds: qa.Assistant) -> None:
    """From the place in view, with n, N, Enter and Ctrl+G, around the end; the current match looks different."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("alt+1")
        text = await opened_article(driver)
        await driver.press("home", "slash", *"shoigu", "enter")
        match, count = await search_state(driver)
        total = int(count.split(" of ")[1])
        assert (match, count) == ("Shoigu", f"1 of {total}")
        assert set(marked(text, FOUND).replace("Shoigu", "")) <= set()
        assert total > 2

        counts = []
        for key in ("n", "enter", "ctrl+g", "N", "N", "N", "N"):
            await driver.press(key)
            counts.append(int((await search_state(driver))[1].split(" ")[0]))
        assert counts == [2, 3, 1 if total == 3 else 4, 3, 2, 1, total]

        await driver.press("escape")
        assert marked(text, MATCH) == marked(text, FOUND) == ""
        assert isinstance(driver.app.screen, ArticleScreen)


async def test_letters_are_for_the_question_unless_a_search_is_on(seeds: qa.Assistant) -> None:
    """After a search without a match, n is typed into the question field."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("alt+1")
        await opened_article(driver)
        await driver.press("slash", *"zzz", "enter")
        assert driver.notices()[-1] == "No match for “zzz” in this article."
        assert (await search_state(driver))[1] == "no match"
        await driver.press("escape", "n")

        assert driver.app.screen is driver.app.ask_screen
        assert driver.app.ask_screen.line.value == "n"


async def test_closing_an_article_leaves_no_search_behind(seeds: qa.Assistant) -> None:
    """Escape ends the search first, then closes the article."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        before = driver.screen_text()
        await driver.press("alt+1")
        await opened_article(driver)
        await driver.press("slash", *"sho", "escape")
        assert isinstance(driver.app.screen, ArticleScreen)
        await driver.press("escape")

        assert driver.screen_text() == before
