"""The screen of saved sessions: names, search, renaming, deleting; and which questions make one session."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from textual.widgets import Input, Static

import qa
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, Driver, engine_over, running
from tui.screens.dialogs import ConfirmScreen, NameScreen
from tui.screens.sessions import SessionsScreen
from tui.sessions.session import Session
from tui.sessions.store import GOES_ON, SavedSession, SessionStore
from tui.widgets.row_list import RowList


@pytest.fixture
def store(seeds: qa.Assistant) -> SessionStore:
    """A store with two sessions of last week; the one with two questions was used last."""
    store = SessionStore(seeds.settings.sessions_root)
    week_ago = time.time() - 7 * 24 * 3600
    for number, questions in enumerate(((MISSING,), (MINISTER, TROOPS))):
        session = Session()
        for question in questions:
            store.save(session, seeds.ask(question))
        assert session.path is not None
        os.utime(session.path, (week_ago + number, week_ago + number))
    return store


async def sessions(driver: Driver) -> list[SavedSession]:
    """Open the screen and return the sessions that are listed."""
    await driver.press("f4")
    await driver.until(lambda: isinstance(driver.app.screen, SessionsScreen))
    await driver.until(lambda: "session" in str(driver.app.screen.query_one("#field", Input).border_subtitle))
    return listed(driver)


def listed(driver: Driver) -> list[SavedSession]:
    """Return the sessions that are listed."""
    return [*driver.find(RowList).rows]


def is_first(driver: Driver, title: str) -> bool:
    """Whether the first session that is listed has this title."""
    return listed(driver)[0].title == title


async def test_sessions_are_named_by_their_first_question(seeds: qa.Assistant, store: SessionStore) -> None:
    """With date and number of questions, the one last used first; the current one is marked."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(TROOPS)
        current, second, third = await sessions(driver)
        lines = driver.screen_text().splitlines()
        row = next(line for line in lines if line.startswith("> "))
        assert TROOPS in row
        assert "current" in row
        assert f"{current.used:%Y-%m-%d %H:%M}" in row
        assert [second.title, third.title] == [MINISTER, MISSING]
        assert any(MINISTER in line and " 2 " in line and "current" not in line for line in lines)
        await driver.press("enter")
        assert driver.app.screen is driver.app.ask_screen
        assert len(driver.exchanges()) == 1


async def test_the_search_covers_all_questions_and_answers(seeds: qa.Assistant, store: SessionStore) -> None:
    """The preview shows the questions, those that match first."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        assert len(await sessions(driver)) == 2
        await driver.enter("kursk")
        await driver.until(lambda: [session.title for session in listed(driver)] == [MINISTER])
        await driver.until(lambda: TROOPS in str(driver.find(Static, "#preview").visual).splitlines()[1])
        await driver.press("escape")
        await driver.enter("shoigu")
        await driver.until(lambda: [session.title for session in listed(driver)] == [MINISTER])
        await driver.enter("x")
        await driver.until(lambda: "No session matches “shoigux”" in driver.screen_text())


async def test_a_session_can_be_renamed(seeds: qa.Assistant, store: SessionStore) -> None:
    """The name is stored beside the answers, readable only by the user; without one, the first question is back."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        before, _ = await sessions(driver)
        content = before.path.read_bytes()
        for typed, shown in (("Visits [/b]", "Visits [/b]"), ("", MINISTER)):
            await driver.press("ctrl+r")
            await driver.until(lambda: isinstance(driver.app.screen, NameScreen))
            field = driver.find(Input)
            field.clear()
            if typed:
                await driver.enter(typed)
            await driver.press("enter")
            await driver.until(partial(is_first, driver, shown))
            assert shown in driver.screen_text()
            assert before.path.read_bytes() == content
            names = [path for path in store.folder.iterdir() if path.suffix == ".name"]
            assert [stat.S_IMODE(path.stat().st_mode) for path in names] == [0o600] * bool(typed)
            assert store.saved()[0].title == shown


async def test_deleting_asks_first(seeds: qa.Assistant, store: SessionStore) -> None:
    """Enter and Escape keep the session, and no letter deletes; the current one leaves an empty conversation."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        first, second = await sessions(driver)
        for keys in (["enter"], ["escape"], ["y", "d", "space"]):
            await driver.press("ctrl+d")
            await driver.until(lambda: isinstance(driver.app.screen, ConfirmScreen))
            assert "with 2 questions" in driver.screen_text()
            await driver.press(*keys)
            if isinstance(driver.app.screen, ConfirmScreen):
                await driver.press("escape")
            assert first.path.exists()
        await driver.press("tab", "delete", "right", "enter")
        await driver.until(lambda: not first.path.exists())
        await driver.until(lambda: listed(driver) == [second])
        await driver.press("enter")
        await driver.until(lambda: len(driver.exchanges()) == 1)
        await sessions(driver)
        assert "current" in driver.screen_text()
        await driver.press("ctrl+d", "right", "enter")
        await driver.until(lambda: driver.app.screen is driver.app.ask_screen)
        assert driver.exchanges() == []
        assert store.saved() == []
        await sessions(driver)
        assert "There are no sessions yet." in driver.screen_text()


def test_a_run_goes_on_with_the_session_of_a_minute_ago(seeds: qa.Assistant, tmp_path: Path) -> None:
    """But not after a while, nor with one that has a name, nor with one that another terminal uses."""
    store, answer = SessionStore(tmp_path), seeds.ask(MINISTER)

    def path_of_run() -> Path:
        session = Session(goes_on_since=datetime.now())
        store.save(session, answer)
        assert session.path is not None
        return session.path

    def last_used(seconds_ago: float) -> None:
        moment = time.time() - seconds_ago
        os.utime(first, (moment, moment))

    first = path_of_run()
    last_used(60)
    assert path_of_run() == first
    assert len(store.saved()[0].questions) == 2
    last_used(GOES_ON.total_seconds() + 60)
    assert path_of_run() != first

    store.delete(store.saved()[0])
    last_used(-60)
    assert path_of_run() != first

    store.delete(replace(store.saved()[1]))
    last_used(60)
    store.rename(store.saved()[0], "Visits")
    assert path_of_run() != first
