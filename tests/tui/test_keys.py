"""Every action has a key, a name, and a place where it can be found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

import qa
from tests.helpers.tui_driver import MINISTER, Driver, QuietEngine, engine_over, running
from tui.app import QAApp
from tui.palette import actions_of
from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.model import ModelScreen
from tui.screens.why import WhyScreen
from tui.widgets.question_line import QuestionLine

SCREENS: tuple[type[Screen[Any]], ...] = (AskScreen, ArticleScreen, LibraryScreen, WhyScreen)
OWNERS: tuple[type[DOMNode], ...] = (QAApp, *SCREENS, ModelScreen, HelpScreen, QuestionLine)
KEYS: dict[type[Screen[Any]], list[str]] = {
    AskScreen: [],
    ArticleScreen: ["tab", "1"],
    LibraryScreen: ["f2"],
    WhyScreen: ["f3"],
}
"""How to come to a screen when there is an answer."""


def own_bindings(owner: type[Any]) -> list[Binding]:
    """Return what a class binds itself."""
    return [one for one in owner.__dict__["BINDINGS"] if isinstance(one, Binding)]


def test_every_binding_has_a_name_and_an_id() -> None:
    """The id is what qa.toml overrides, so no two are the same."""
    bindings = [one for owner in OWNERS for one in own_bindings(owner)]

    assert all(one.id and one.description for one in bindings)
    assert len({one.id for one in bindings}) == len(bindings)


def test_no_key_means_two_things_on_a_screen() -> None:
    """A screen's key never hides one of the app's, but for those that a screen has its own use for."""
    everywhere = {key for one in own_bindings(QAApp) for key in one.key.split(",")}
    for owner in OWNERS[1:]:
        keys = [key for one in own_bindings(owner) for key in one.key.split(",") if one.action != "cancel"]
        assert len(keys) == len(set(keys))
        if owner is not HelpScreen:
            assert everywhere.isdisjoint(keys)


async def to_screen(driver: Driver, kind: type[Screen[Any]]) -> None:
    """Walk from the line of the ask screen to a screen by its keys alone."""
    await driver.press(*KEYS[kind])
    await driver.until(lambda: isinstance(driver.app.screen, kind))


@pytest.mark.parametrize("kind", SCREENS)
async def test_every_action_is_in_palette_and_help(seeds: qa.Assistant, kind: type[Screen[Any]]) -> None:
    """Both come from the bindings; F1 works on every screen."""
    async with running(engine_over(seeds), (80, 200)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await to_screen(driver, kind)
        if kind is AskScreen:
            await driver.press("tab")
        screen = driver.app.screen
        offered = {command.title for command in actions_of(driver.app, screen)}
        await driver.press("f1")
        help_text = driver.screen_text()

        for one in own_bindings(kind) + own_bindings(QAApp):
            if one.action != "cancel":  # only while there is something to cancel
                assert one.description in help_text
                assert one.description in offered


async def test_the_footer_fits_eighty_columns(seeds: qa.Assistant) -> None:
    """The keys of the screen are in view on the smallest terminal."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        for kind in SCREENS:
            await to_screen(driver, kind)
            footer = driver.screen_text().splitlines()[-1]
            for one in own_bindings(kind):
                if one.show and one.action != "cancel":
                    assert one.description in footer
            if kind is not AskScreen:
                await driver.press("escape")


async def test_a_command_of_the_palette_does_what_its_key_does(seeds: qa.Assistant) -> None:
    """Chosen by name, the library opens."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("ctrl+p")
        await driver.enter("library")
        await driver.until(lambda: "All articles and their state" in driver.screen_text())
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, LibraryScreen))


async def test_an_article_is_found_in_the_palette(seeds: qa.Assistant) -> None:
    """By its title."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("ctrl+p")
        await driver.enter("military moves")
        await driver.until(lambda: "Article: North" in driver.screen_text())
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))


async def test_keys_can_be_overridden(seeds: qa.Assistant, tmp_path: Path) -> None:
    """qa.toml gives another key to an action; a name that is none is told."""
    (tmp_path / "qa.toml").write_text('[keys]\n"ask.why" = "f9"\n"ask.whi" = "f8"\n')
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("f3")
        assert isinstance(driver.app.screen, AskScreen)
        await driver.press("f9")
        assert isinstance(driver.app.screen, WhyScreen)
        assert any("ask.whi" in notice for notice in driver.notices())


async def test_the_theme_is_remembered(seeds: qa.Assistant) -> None:
    """The next start looks the same."""
    async with running(engine_over(seeds)) as driver:
        driver.app.theme = "textual-light"
        await driver.pilot.pause()
    async with running(engine_over(seeds)) as driver:
        assert driver.app.theme == "textual-light"


async def test_without_colour_the_citation_still_stands_out(
    seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NO_COLOR: the cited sentence is reversed and has a sign beside it."""
    from tui.widgets.article_text import CURRENT, ArticleText

    monkeypatch.setenv("NO_COLOR", "1")
    async with running(QuietEngine(**engine_over(seeds).options), (80, 24)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await to_screen(driver, ArticleScreen)
        await driver.until(lambda: " > " in driver.screen_text())
        style = driver.find(ArticleText).get_component_rich_style(f"article-text--{CURRENT}")
        assert style.reverse
        assert any(" > " in row for row in driver.screen_text().splitlines())
