"""Whatever is typed or pasted goes to the question field, from everywhere but a text field."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events
from textual.keys import _character_to_key

import qa
from tests.helpers.tui_driver import MINISTER, Driver, engine_over, running
from tui.screens.article import ArticleScreen
from tui.widgets.source_list import SourceList


async def type_at_once(driver: Driver, text: str) -> None:
    """Send the keys of a text in one go, as a fast typist's terminal may."""
    for character in text:
        driver.app.post_message(events.Key(_character_to_key(character), character))
    await driver.until(lambda: driver.app.ask_screen.line.value.endswith(text[-1:]))


@pytest.mark.parametrize("keys", ["", "tab", "tab enter f1", "f3 enter"])
async def test_typing_goes_to_the_question_field(seeds: qa.Assistant, tmp_path: Path, keys: str) -> None:
    """All letters in their order, after what was there before; every screen above is closed, and nothing is written."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.enter("So")
        for key in keys.split():
            await driver.press(key)
        await type_at_once(driver, " why did his son yell, 2 years later?"[not keys :])

        assert driver.app.screen is driver.app.ask_screen
        assert driver.app.focused is driver.app.ask_screen.line
        assert driver.app.ask_screen.line.value.replace(" ", "") == "Sowhydidhissonyell,2yearslater?"
        assert [*tmp_path.glob("*.md")] == []


async def test_a_pasted_question_goes_to_the_question_field(seeds: qa.Assistant) -> None:
    """Even while an article is open."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("1", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
        await driver.enter("When was that?")
        await driver.until(lambda: driver.app.ask_screen.line.value == "When was that?")


async def test_text_fields_keep_what_is_typed(seeds: qa.Assistant) -> None:
    """Such as the search in an article."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("1", "enter", "slash", *"missile")

        assert isinstance(driver.app.screen, ArticleScreen)
        assert driver.app.ask_screen.line.value == ""


async def test_tab_leads_to_the_sources_and_escape_back(seeds: qa.Assistant) -> None:
    """Enter opens the highlighted one; closing it leads back as well."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("tab")
        assert isinstance(driver.app.focused, SourceList)
        await driver.press("enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))
        await driver.press("escape")
        assert driver.app.screen is driver.app.ask_screen
        assert driver.app.ask_screen.line.has_focus
        await driver.press("tab", "escape")
        assert driver.app.ask_screen.line.has_focus
