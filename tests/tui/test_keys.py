"""Key bindings: every action has a key and a name, and is listed in palette, help and footer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from platformdirs import user_config_path
from textual.binding import Binding
from textual.dom import DOMNode
from textual.screen import Screen

import qa
from qa.private_files import DamagedFile
from tests.helpers.tui_driver import MINISTER, Driver, QuietEngine, engine_over, running
from tui.app import QAApp
from tui.palette import actions_of
from tui.preferences import FILE, remembered_theme
from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.screens.dialogs import ConfirmScreen, NameScreen
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.list_screen import ListScreen
from tui.screens.model import ModelScreen
from tui.screens.search import SearchScreen
from tui.screens.sessions import SessionsScreen
from tui.screens.why import WhyScreen
from tui.widgets.filter_field import FilterField
from tui.widgets.question_line import QuestionLine
from tui.widgets.row_list import RowList

SCREENS: tuple[type[Screen[Any]], ...] = (
    AskScreen,
    ArticleScreen,
    LibraryScreen,
    SearchScreen,
    SessionsScreen,
    WhyScreen,
)
DIALOGS: tuple[type[Screen[Any]], ...] = (ModelScreen, ConfirmScreen, NameScreen, HelpScreen)
OWNERS: tuple[type[DOMNode], ...] = (QAApp, *SCREENS, ListScreen, *DIALOGS, QuestionLine, FilterField, RowList)
KEYS: dict[type[Screen[Any]], list[str]] = {
    AskScreen: [],
    ArticleScreen: ["1", "enter"],
    LibraryScreen: ["f2"],
    SearchScreen: ["f6"],
    SessionsScreen: ["f4"],
    WhyScreen: ["f3"],
}
"""The keys that lead from an answer to each screen."""


def own_bindings(owner: type[Any]) -> list[Binding]:
    """Return the bindings that a class defines itself."""
    return [binding for binding in owner.__dict__["BINDINGS"] if isinstance(binding, Binding)]


def test_every_binding_has_a_description_and_a_unique_id() -> None:
    """``keys`` in qa.toml refers to the ids."""
    bindings = [binding for owner in OWNERS for binding in own_bindings(owner)]

    assert all(binding.id and binding.description for binding in bindings)
    assert len({binding.id for binding in bindings}) == len(bindings)


def test_no_key_has_two_meanings_on_a_screen() -> None:
    """No screen rebinds a key of the app, except the help screen, whose keys close it."""
    app_keys = {key for binding in own_bindings(QAApp) for key in binding.key.split(",")}
    for owner in OWNERS[1:]:
        bindings = [binding for binding in own_bindings(owner) if binding.action != "cancel"]
        keys = [key for binding in bindings for key in binding.key.split(",")]
        assert len(keys) == len(set(keys))
        if owner is not HelpScreen:
            assert app_keys.isdisjoint(keys)


def available(driver: Driver) -> set[str | None]:
    """Return the ids of the bindings of the article, ask, library or why screen that have an effect now."""
    screen = next(screen for screen in reversed(driver.app.screen_stack) if isinstance(screen, SCREENS))
    return {active.binding.id for active in screen.active_bindings.values()} - {"ask.cancel"}


async def to_screen(driver: Driver, kind: type[Screen[Any]]) -> None:
    """Go from the question field to a screen, by keys only."""
    await driver.press(*KEYS[kind])
    await driver.until(lambda: isinstance(driver.app.screen, kind))


@pytest.mark.parametrize("kind", SCREENS)
async def test_every_action_is_in_palette_and_help(seeds: qa.Assistant, kind: type[Screen[Any]]) -> None:
    """Both are derived from the bindings; F1 works on every screen."""
    async with running(engine_over(seeds), (80, 200)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await to_screen(driver, kind)
        if kind is AskScreen:
            await driver.press("tab")
        screen = driver.app.screen
        commands = {command.title for command in actions_of(driver.app, screen)}
        await driver.press("f1")
        help_text = driver.screen_text()

        for binding in own_bindings(kind) + own_bindings(QAApp):
            if binding.id in available(driver):
                assert binding.description in help_text
                assert binding.description in commands


@pytest.mark.parametrize("width", [50, 120])
async def test_the_footer_is_never_cut(seeds: qa.Assistant, width: int) -> None:
    """It has the keys that fit, each as a whole, and always those for help and for quitting; at 120 columns all."""
    async with running(engine_over(seeds), (width, 24)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        for kind in SCREENS:
            await to_screen(driver, kind)
            footer = driver.screen_text().splitlines()[-1]
            assert footer.endswith(" F1 Help  ^q Quit ")
            bindings = [active.binding for active in driver.app.screen.active_bindings.values()]
            names = {f"{driver.app.get_key_display(binding)} {binding.description}" for binding in bindings}
            shown = re.split(r"\s{2,}", footer.strip())
            assert set(shown) <= names
            for binding in own_bindings(kind) if width == 120 else []:
                if binding.show and binding.id in available(driver):
                    assert binding.description in footer
            if kind is not AskScreen:
                await driver.press("escape")


async def test_a_key_in_the_footer_can_be_clicked(seeds: qa.Assistant) -> None:
    """It does what the key does."""
    async with running(engine_over(seeds), (80, 24)) as driver:
        await driver.ready()
        await driver.pilot.click(offset=(driver.screen_text().splitlines()[-1].index("Library"), 23))
        await driver.until(lambda: isinstance(driver.app.screen, LibraryScreen))


async def test_the_palette_runs_a_command(seeds: qa.Assistant) -> None:
    """Searching for the library and choosing it opens the library."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("ctrl+p")
        await driver.enter("library")
        await driver.until(lambda: "List all articles with their state" in driver.screen_text())
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, LibraryScreen))


async def test_the_palette_opens_an_article(seeds: qa.Assistant) -> None:
    """Searching for a part of its title finds it."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("ctrl+p")
        await driver.enter("military moves")
        await driver.until(lambda: "Article: North" in driver.screen_text())
        await driver.press("down", "enter")
        await driver.until(lambda: isinstance(driver.app.screen, ArticleScreen))


async def test_keys_can_be_overridden(seeds: qa.Assistant, tmp_path: Path) -> None:
    """``keys`` in qa.toml rebinds an action."""
    (tmp_path / "qa.toml").write_text('[keys]\n"ask.why" = "f11"\n')
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("f3")
        assert isinstance(driver.app.screen, AskScreen)
        await driver.press("f11")
        assert isinstance(driver.app.screen, WhyScreen)


async def test_wrong_keys_are_reported(small: qa.Assistant, tmp_path: Path) -> None:
    """The others take effect."""
    keys = {"ask.whi": "f9", "ask.copy": "banana", "ask.export": "f2", "app.library": "f11", "ask.why": "f12, f4"}
    (tmp_path / "qa.toml").write_text("[keys]\n" + "".join(f'"{name}" = "{key}"\n' for name, key in keys.items()))
    async with running(engine_over(small)) as driver:
        await driver.ready()
        assert driver.notices() == [
            "qa.toml: 'banana' for ask.copy is no key; for example: f9, ctrl+b or alt+up.",
            "qa.toml: unknown action 'ask.whi' (did you mean 'ask.why'?); F1 lists the actions.",
            "qa.toml: 'f4' for ask.why is already the key of app.history.",
        ]
        await driver.press("f11")
        assert isinstance(driver.app.screen, LibraryScreen)


async def test_the_first_screen_is_never_closed(small: qa.Assistant) -> None:
    """Whichever screen is closed twice."""
    async with running(engine_over(small)) as driver:
        await driver.ready()
        await driver.press("ctrl+p")
        palette = driver.app.screen
        palette.dismiss()
        palette.dismiss()
        await driver.pilot.pause()

        assert driver.app.screen is driver.app.ask_screen


async def test_damaged_preferences_are_set_aside(small: qa.Assistant) -> None:
    """A notification says under which name."""
    path = user_config_path("qa") / FILE
    for content in ("{", "[]", '{"theme": 3}', "[" * 100_000):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        before = {*path.parent.iterdir()}
        with pytest.raises(DamagedFile) as caught:
            remembered_theme()
        (renamed,) = {*path.parent.iterdir()} - before
        assert renamed.name in caught.value.message
        assert renamed.read_text() == content
    path.write_text("{")
    async with running(engine_over(small)) as driver:
        await driver.until(lambda: any("cannot be read; it is now" in notice for notice in driver.notices()))


async def test_the_theme_is_remembered(seeds: qa.Assistant) -> None:
    """The next run starts with it."""
    async with running(engine_over(seeds)) as driver:
        driver.app.theme = "textual-light"
        await driver.pilot.pause()
    async with running(engine_over(seeds)) as driver:
        assert driver.app.theme == "textual-light"


async def test_without_colour_the_citation_is_still_visible(
    seeds: qa.Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NO_COLOR, the cited sentence is shown in reverse video with a sign in the margin."""
    from tui.widgets.article_text import ArticleText
    from tui.widgets.marks import CURRENT

    monkeypatch.setenv("NO_COLOR", "1")
    async with running(QuietEngine(**engine_over(seeds).options), (80, 24)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await to_screen(driver, ArticleScreen)
        await driver.until(lambda: "1┃" in driver.screen_text())
        style = driver.find(ArticleText).get_component_rich_style(f"article-text--{CURRENT}")
        assert style.reverse
        assert any("1┃" in row for row in driver.screen_text().splitlines())
