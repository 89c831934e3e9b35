"""The search screen: passages as you type."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import qa
from tests.helpers.article_view import drawn
from tests.helpers.tui_driver import MINISTER, Driver, QuietEngine, engine_over, running
from tui.engine import SearchResults
from tui.screens.article import ArticleScreen
from tui.screens.search import SearchScreen
from tui.widgets.article_text import ArticleText
from tui.widgets.filter_field import FilterField
from tui.widgets.marks import FOUND
from tui.widgets.row_list import RowList


async def search(driver: Driver, words: str) -> list[qa.Passage]:
    """Type words into the empty field and return the passages that are listed then."""
    await driver.enter(words)
    await driver.until(lambda: "passage" in str(driver.find(FilterField).border_subtitle))
    return [*driver.find(RowList).rows]


async def test_passages_appear_as_you_type(seeds: qa.Assistant) -> None:
    """They are those of qa search, with title, day, place and the matching words marked."""
    async with running(engine_over(seeds), (120, 40)) as driver:
        await driver.ready()
        await driver.press("f6")
        passages = await search(driver, "military moves")
        first = seeds.search("military moves")[0]
        assert (passages[0].path, passages[0].start) == (first.path, first.start)
        heading, snippet = driver.screen_text().splitlines()[4:6]
        assert "North Korea's Military Moves Stir Global Concerns · 2024-11-20 · 001_5e08608e18cd2d5e.txt:" in heading
        assert "military" in snippet.casefold()
        screen = driver.app.screen
        assert isinstance(screen, SearchScreen)
        lines = screen._passages.lines(passages[0], 100)
        marked = {line.plain[span.start : span.end].casefold() for line in lines[1:] for span in line.spans}
        assert {"military", "moves"} & marked


async def test_enter_opens_the_article_at_the_passage(seeds: qa.Assistant) -> None:
    """Its matching words are marked; the query is still there after Escape."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("f6")
        passages = await search(driver, "nuclear tank")
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
        text = driver.find(ArticleText)
        await driver.until(lambda: re.fullmatch("(nuclear|tanks?)+", drawn(text, FOUND).casefold()))
        assert f"2 of {len(passages)}" in driver.screen_text()
        await driver.press("escape")
        assert driver.find(FilterField).value == "nuclear tank"
        assert driver.find(RowList).highlighted == 1


async def test_it_says_what_was_not_found_or_corrected(seeds: qa.Assistant) -> None:
    """In the words of qa search."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("f6")
        assert "Type words" in driver.screen_text()
        await driver.enter("qwertzuiop")
        await driver.until(lambda: 'Nothing in the corpus contains "qwertzuiop".' in driver.screen_text())
        await driver.press("escape")
        await driver.enter("misiles")
        await driver.until(lambda: 'Searched for "Missiles" instead of "misiles".' in driver.screen_text())
        await driver.press("escape", "escape")
        assert driver.app.screen is driver.app.ask_screen


async def test_it_begins_with_the_question_and_ends_with_one(seeds: qa.Assistant) -> None:
    """What stands in the question field is searched for, and stays there; F8 puts the query into it."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.enter("missiles")
        await driver.press("f6")
        await driver.until(lambda: len(driver.find(RowList).rows) > 0)
        await driver.press("t", "a", "n", "k")
        assert driver.find(FilterField).value == "tank"
        await driver.press("f8")
        assert driver.app.screen is driver.app.ask_screen
        assert driver.app.ask_screen.line.value == "tank"
        await driver.press("up")
        assert driver.app.ask_screen.line.value == "missiles"


class HeldEngine(QuietEngine):
    """Answers each search only when the test lets it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.waiting: dict[str, asyncio.Event] = {}

    async def search(self, query: str, chosen: qa.Filter) -> SearchResults:
        event = self.waiting[query] = asyncio.Event()
        await event.wait()
        return await super().search(query, chosen)


async def test_a_search_never_blocks_typing_and_late_results_are_dropped(seeds: qa.Assistant) -> None:
    """Only the results of what stands in the field are listed."""
    engine = engine_over(seeds, HeldEngine)
    assert isinstance(engine, HeldEngine)
    async with running(engine) as driver:
        await driver.ready()
        await driver.press("f6")
        await driver.enter("missiles")
        await driver.until(lambda: "missiles" in engine.waiting)
        await driver.press("backspace", "backspace", "backspace", "backspace", "backspace", "backspace", "backspace")
        await driver.press("backspace", "t", "a", "n", "k")
        await driver.until(lambda: "tank" in engine.waiting)
        engine.waiting["tank"].set()
        await driver.until(lambda: len(driver.find(RowList).rows) > 0)
        engine.waiting["missiles"].set()
        await driver.pilot.pause()
        screen = driver.app.screen
        assert isinstance(screen, SearchScreen)
        assert screen._passages.query == "tank"


class SlowEngine(QuietEngine):
    """Loads the models only when the test lets it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.may_load = asyncio.Event()

    async def warm_up(self) -> None:
        await self.may_load.wait()


async def test_while_the_models_load_it_says_so(seeds: qa.Assistant) -> None:
    """What is typed meanwhile is searched for as soon as it can be."""
    engine = engine_over(seeds, SlowEngine)
    assert isinstance(engine, SlowEngine)
    async with running(engine) as driver:
        await driver.until(lambda: driver.app.phase == "Loading the models …")
        await driver.press("f6")
        await driver.enter("missiles")
        await driver.until(lambda: "You can type meanwhile" in driver.screen_text())
        assert "Loading the models …" in driver.screen_text()
        engine.may_load.set()
        await driver.until(lambda: len(driver.find(RowList).rows) > 0)


async def test_hostile_words_are_text(open_articles: Any) -> None:
    """Markup in titles and passages is shown as it is."""
    assistant = open_articles({"a.md": "# The [/etc] harbour\n\nA crane [bold]stands[/bold] [/etc] at the harbour.\n"})
    async with running(engine_over(assistant), (80, 24)) as driver:
        await driver.ready()
        await driver.press("f6")
        await search(driver, "crane harbour")
        assert "The [/etc] harbour" in driver.screen_text()
        assert "[bold]stands[/bold] [/etc] at the" in driver.screen_text()


async def test_without_a_corpus_it_says_what_to_do(tmp_path: Path) -> None:
    """The problem is named where the passages would be."""
    async with running(QuietEngine(corpus=tmp_path / "missing", index=tmp_path / "index")) as driver:
        await driver.until(lambda: "A corpus is a folder" in driver.screen_text())
        await driver.press("f6")
        await driver.until(lambda: "does not exist" in driver.screen_text())
        assert MINISTER not in driver.screen_text()
