"""Questions are answered in turn: cancelling one, and queuing those that follow."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any, Unpack

import qa
from qa.settings import SettingsOptions
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, QuietEngine, engine_over, running
from tui.widgets.question_line import QuestionLine


class GatedEngine(QuietEngine):
    """An engine that withholds its answers until the gate opens."""

    def __init__(self, **options: Unpack[SettingsOptions]) -> None:
        super().__init__(**options)
        self.gate = asyncio.Event()
        self.answered = 0

    async def find(self, question: str, *more: Any) -> qa.Answer:
        # Like a thread, it cannot be stopped, and returns its answer even after cancellation.
        with suppress(asyncio.CancelledError):
            await self.gate.wait()
        self.answered += 1
        return await super().find(question, *more)


async def test_cancelling_restores_the_question_and_drops_its_answer(seeds: qa.Assistant) -> None:
    """Escape takes effect at once, a late answer changes nothing, and the next question is answered."""
    engine = engine_over(seeds, GatedEngine)
    assert isinstance(engine, GatedEngine)
    async with running(engine) as driver:
        await driver.ready()
        await driver.enter(MINISTER)
        await driver.press("enter")
        assert "searching" in driver.exchanges()[0]
        await driver.press("escape")

        assert "Cancelled." in driver.exchanges()[0]
        assert driver.find(QuestionLine).value == MINISTER
        await driver.until(lambda: engine.answered == 1)
        assert driver.app.ask_screen.chat.session.exchanges[0].answer is None

        engine.gate.set()
        await driver.press("enter")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        assert driver.app.ask_screen.chat.session.exchanges[1].answer is not None


async def test_questions_are_answered_in_turn(seeds: qa.Assistant) -> None:
    """A question is queued, and shown, while another one is being answered; Escape cancels only the first."""
    engine = engine_over(seeds, GatedEngine)
    assert isinstance(engine, GatedEngine)
    async with running(engine) as driver:
        await driver.ready()
        for question in (MISSING, MINISTER, TROOPS):
            await driver.enter(question)
            await driver.press("enter")
        assert driver.find(QuestionLine).value == ""
        assert ["waiting for the question above" in shown for shown in driver.exchanges()] == [False, True, True]

        await driver.press("escape")
        assert "Cancelled." in driver.exchanges()[0]
        assert driver.find(QuestionLine).value == MISSING
        engine.gate.set()
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        exchanges = driver.app.ask_screen.chat.session.exchanges
        assert [exchange.answer is not None for exchange in exchanges] == [False, True, True]
        assert driver.app.ask_screen.exchange is exchanges[2]


async def test_a_queued_follow_up_refers_to_the_answer_before_it(seeds: qa.Assistant) -> None:
    """Which did not exist yet when the follow-up was asked."""
    engine = engine_over(seeds, GatedEngine)
    assert isinstance(engine, GatedEngine)
    async with running(engine) as driver:
        await driver.ready()
        for question in (MINISTER, "and when was that?"):
            await driver.enter(question)
            await driver.press("enter")
        engine.gate.set()
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        answer = driver.app.ask_screen.chat.session.exchanges[1].answer

        assert answer is not None
        assert answer.standalone_question is not None
