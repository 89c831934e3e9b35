"""Drives the terminal UI in tests: the real app and engine, without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widget import Widget

import qa
from tui.app import QAApp
from tui.engine import Engine
from tui.widgets.conversation import ExchangeView
from tui.widgets.source_list import SourceList

W = TypeVar("W", bound=Widget)

MINISTER = "Which Russian defence minister visited North Korea?"
TROOPS = "How many North Korean troops were moved into Russia's Kursk region?"
MISSING = "Who won the chess championship of Atlantis?"


PATIENCE = 120
"""Seconds until a test that waits is taken to hang; none comes near it."""


class QuietEngine(Engine):
    """The real engine without suggested questions, since trying them all would slow down tests."""

    async def suggestion(self) -> tuple[bool, str | None]:
        return False, None


class Driver:
    """A running app, with the actions of a user and the visible output."""

    def __init__(self, app: QAApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until a condition holds; one that never does fails with what the screen shows."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(f"Still waiting after {PATIENCE} s; the screen shows:\n{self.screen_text()}")
        await self.pilot.pause()

    async def ready(self) -> None:
        """Wait until the app is ready to answer questions."""
        await self.until(self.app.ask_screen.chat.ready.is_set)

    async def press(self, *keys: str) -> None:
        """Press keys and wait for them to take effect."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def enter(self, text: str) -> None:
        """Paste text into the focused widget, which is as fast as a single key press."""
        assert self.app.focused is not None
        self.app.focused.post_message(events.Paste(text))
        await self.pilot.pause()

    async def ask(self, question: str) -> qa.Answer:
        """Type a question, press Enter and wait for its answer."""
        await self.enter(question)
        await self.press("enter")
        exchange = self.app.ask_screen.chat.session.exchanges[-1]
        await self.until(lambda: not exchange.open)
        assert exchange.answer is not None, exchange.problem
        return exchange.answer

    def screen_text(self) -> str:
        """Return the text on the screen, row by row."""
        rows = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in row) for row in rows)

    def find(self, kind: type[W], selector: str = "") -> W:
        """Return a widget of the current screen."""
        return self.app.screen.query_one(selector or kind.__name__, kind)

    def exchanges(self) -> list[str]:
        """Return the visible text of each exchange in the conversation."""
        return [view.text for view in self.app.ask_screen.query(ExchangeView)]

    def sources(self) -> list[str]:
        """Return the visible text of each source in the list."""
        source_list = self.app.ask_screen.query_one(SourceList)
        return [str(source_list.get_option_at_index(index).prompt) for index in range(source_list.option_count)]

    def notices(self) -> list[str]:
        """Return the notices shown so far."""
        return [notice.message for notice in self.app._notifications]


@asynccontextmanager
async def running(
    engine: Engine, size: tuple[int, int] = (120, 40), when_loaded: Callable[[], object] = lambda: None
) -> AsyncIterator[Driver]:
    """Run the app with ``engine``."""
    app = QAApp(engine, when_loaded)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Driver(app, pilot)


@asynccontextmanager
async def opened(corpus: Path, index: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """Run the app over a corpus and wait until it is ready to answer questions."""
    async with running(QuietEngine(corpus=corpus, index=index), size) as driver:
        await driver.ready()
        yield driver


def engine_over(assistant: qa.Assistant, kind: type[Engine] = QuietEngine) -> Engine:
    """Return an engine over the corpus and index of an open assistant."""
    return kind(corpus=assistant.corpus.root, index=assistant.settings.index_root)
