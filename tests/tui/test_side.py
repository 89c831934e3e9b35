"""What stands beside an answer: the list of its sources, and the highlighted one in its article."""

from __future__ import annotations

import qa
from tests.helpers.article_view import drawn
from tests.helpers.tui_driver import MINISTER, TROOPS, Driver, engine_over, running
from tui.screens.article import ArticleScreen
from tui.widgets.marks import CURRENT
from tui.widgets.peek import Peek
from tui.widgets.source_list import SourceList

SURVEY = "What do the articles say about Kim Jong Un?"


def letters(text: str) -> str:
    """Return a text without white space, which wrapping changes."""
    return "".join(text.split())


async def until_peeked(driver: Driver, citation: qa.Citation) -> None:
    """Wait until the quote of a citation is marked, as far as it fits."""
    await driver.until(lambda: letters(drawn(driver.find(Peek), CURRENT))[:60] == letters(citation.quote)[:60])


async def test_the_highlighted_source_is_shown_in_its_article(seeds: qa.Assistant) -> None:
    """The first one at once; moving in the list shows the others, and the answer stays where it is."""
    async with running(engine_over(seeds), (140, 40)) as driver:
        await driver.ready()
        answer = await driver.ask(SURVEY)
        await until_peeked(driver, answer.citations[0])
        assert driver.find(SourceList).border_subtitle == f"1 of {len(answer.citations)}"
        await driver.press("tab", "down", "down")
        await until_peeked(driver, answer.citations[2])
        assert driver.find(SourceList).border_subtitle == f"3 of {len(answer.citations)}"
        assert SURVEY in driver.screen_text().splitlines()[1]


async def test_at_80_columns_a_source_takes_a_line(seeds: qa.Assistant) -> None:
    """And the article is shown while the user goes through the sources."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        answer = await driver.ask(SURVEY)
        rows = driver.screen_text().splitlines()
        for number, citation in enumerate(answer.citations[:5], 1):
            row = next(row for row in rows if f"[{number}] {citation.title[:20]}" in row)
            assert f":{citation.line_start}" in row
        assert not driver.find(Peek).display
        await driver.press("tab")
        assert driver.find(Peek).display
        await until_peeked(driver, answer.citations[0])
        await driver.press("escape")
        assert not driver.find(Peek).display


async def test_the_newest_answer_stands_beside_its_sources(seeds: qa.Assistant) -> None:
    """Whatever was asked before; the question is in the first row."""
    async with running(engine_over(seeds), (120, 40)) as driver:
        await driver.ready()
        for question in (MINISTER, SURVEY, TROOPS):
            await driver.ask(question)
            first = driver.screen_text().splitlines()[1]
            assert question[:40] in first
            assert "Sources" in first


async def test_a_number_opens_its_source(seeds: qa.Assistant) -> None:
    """Unless there is no such source: then it is a question."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("9", "enter")
        assert driver.exchanges()[1].startswith("? 9")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        await driver.press("ctrl+up", "1", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
