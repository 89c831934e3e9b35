"""Driving the terminal UI in tests: the real app and engine, without a terminal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

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


class QuietEngine(Engine):
    """The real engine, but for the questions to begin with: a test would wait until all of them are tried."""

    async def suggestion(self) -> tuple[bool, str | None]:
        return False, None


class Driver:
    """A running app, and what a user would do and see."""

    def __init__(self, app: QAApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, condition: Callable[[], Any]) -> None:
        """Wait until something is so; pytest's own patience is the limit."""
        while not condition():
            await asyncio.sleep(0.01)
        await self.pilot.pause()

    async def ready(self) -> None:
        """Wait until questions are answered."""
        await self.until(self.app.ask_screen.chat.ready.is_set)

    async def press(self, *keys: str) -> None:
        """Press keys and let them take effect."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def enter(self, text: str) -> None:
        """Enter text wherever the focus is, at once: a key takes as long as all of it."""
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
        """Return all that the screen shows, row by row."""
        rows = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in row) for row in rows)

    def find(self, kind: type[W], selector: str = "") -> W:
        """Return a widget of the current screen."""
        return self.app.screen.query_one(selector or kind.__name__, kind)

    def exchanges(self) -> list[str]:
        """Return what the conversation shows, one text for each exchange."""
        return [str(view.visual) for view in self.app.ask_screen.query(ExchangeView)]

    def sources(self) -> list[str]:
        """Return what the list of sources shows."""
        listed = self.app.ask_screen.query_one(SourceList)
        return [str(listed.get_option_at_index(place).prompt) for place in range(listed.option_count)]

    def notices(self) -> list[str]:
        """Return the notices shown so far."""
        return [notice.message for notice in self.app._notifications]


@asynccontextmanager
async def running(
    engine: Engine, size: tuple[int, int] = (120, 40), when_loaded: Callable[[], object] = lambda: None
) -> AsyncIterator[Driver]:
    """Run the app over ``engine``."""
    app = QAApp(engine, when_loaded)
    async with app.run_test(size=size, notifications=True) as pilot:
        yield Driver(app, pilot)


@asynccontextmanager
async def opened(corpus: Path, index: Path, size: tuple[int, int] = (120, 40)) -> AsyncIterator[Driver]:
    """Run the app over a corpus and wait until questions are answered."""
    async with running(QuietEngine(corpus=corpus, index=index), size) as driver:
        await driver.ready()
        yield driver


def engine_over(assistant: qa.Assistant, kind: type[Engine] = QuietEngine) -> Engine:
    """Return an engine over the corpus and index of an assistant that is open already."""
    return kind(corpus=assistant.corpus.root, index=assistant.settings.index_root)
