"""The ask screen: questions, answers, sources, and what happens when something goes wrong."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Unpack

import pytest
from textual import events

import qa
from qa.settings import SettingsOptions
from qa.text.sanitizing import single_line
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, QuietEngine, engine_over, running
from tui.engine import Engine
from tui.widgets.conversation import ExchangeView, Welcome
from tui.widgets.question_line import QuestionLine
from tui.widgets.source_list import SourceList


class HeldEngine(QuietEngine):
    """An engine whose answers wait until they are let go."""

    def __init__(self, **options: Unpack[SettingsOptions]) -> None:
        super().__init__(**options)
        self.gate = asyncio.Event()
        self.answered = 0

    async def ask(self, question: str, *more: Any) -> qa.Answer:
        # As a thread does: it can not be stopped, and comes with its answer all the same.
        with suppress(asyncio.CancelledError):
            await self.gate.wait()
        self.answered += 1
        return await super().ask(question, *more)


class BrokenEngine(QuietEngine):
    """An engine that fails once."""

    error: Exception = RuntimeError("[/etc] the engine fell over")

    async def ask(self, question: str, *more: Any) -> qa.Answer:
        if self.error is not None:
            error, self.error = self.error, None  # type: ignore[assignment]
            raise error
        return await super().ask(question, *more)


async def test_an_answer_is_the_one_that_the_library_gives(seeds: qa.Assistant) -> None:
    """Short answer, statements with marks, confidence, engine and time; the sources with place and quote."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        expected = seeds.ask(MINISTER)

        assert replace(answer, timings_ms=qa.datatypes.NOT_TIMED) == replace(
            expected, timings_ms=qa.datatypes.NOT_TIMED
        )
        (shown,) = driver.exchanges()
        assert answer.short_answer is not None
        for part in (MINISTER, answer.short_answer, f"confidence {answer.confidence:.0%}", "extractive", " s"):
            assert part in shown
        for statement in answer.statements:
            marks = "".join(f"[{number}]" for number in statement.citations)
            assert f"{single_line(statement.text)} {marks}" in shown
        for citation, source in zip(answer.citations, driver.sources(), strict=True):
            assert source.startswith(f"[{citation.number}] {citation.title}")
            assert f"{citation.path}:{citation.line_start}\n{single_line(citation.quote)}" in source


async def test_a_refusal_shows_the_nearest_passages(seeds: qa.Assistant) -> None:
    """There is no answer, and it says so; what came nearest can be opened."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MISSING)

        assert not answer.answered
        assert "The corpus does not answer this question." in driver.exchanges()[0]
        assert driver.find(SourceList).border_title == "Nearest passages"
        assert len(driver.sources()) == 3


async def test_an_early_question_waits_for_the_engine(seeds: qa.Assistant) -> None:
    """What is typed and sent before the models are loaded is answered when they are."""
    async with running(engine_over(seeds)) as driver:
        assert not driver.app.ask_screen.chat.ready.is_set()
        answer = await driver.ask(MINISTER)

        assert answer.answered


async def test_cancelling_gives_the_question_back_and_drops_its_answer(seeds: qa.Assistant) -> None:
    """Escape ends the waiting at once; what comes late changes nothing, and the next question is answered."""
    engine = engine_over(seeds, HeldEngine)
    assert isinstance(engine, HeldEngine)
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


async def test_a_second_question_waits_in_the_line(seeds: qa.Assistant) -> None:
    """While one is being answered the next stays where it was typed."""
    engine = engine_over(seeds, HeldEngine)
    async with running(engine) as driver:
        await driver.ready()
        await driver.enter(MINISTER)
        await driver.press("enter")
        await driver.enter(TROOPS)
        await driver.press("enter")

        assert driver.find(QuestionLine).value == TROOPS
        assert len(driver.exchanges()) == 1
        assert any("One question at a time" in notice for notice in driver.notices())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("[/etc] fell over"), "This is a bug in qa, please report it: RuntimeError: [/etc] fell over"),
        (qa.IndexDamaged("The index is damaged", "Run: qa index --rebuild"), "damaged. Run: qa index --rebuild"),
    ],
)
async def test_a_failure_is_told_and_the_next_question_answered(
    seeds: qa.Assistant, error: Exception, told: str
) -> None:
    """A crash in the engine is a message, never a dead screen."""
    engine = engine_over(seeds, BrokenEngine)
    assert isinstance(engine, BrokenEngine)
    engine.error = error
    async with running(engine) as driver:
        await driver.ready()
        await driver.enter(MINISTER)
        await driver.press("enter")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        assert told in driver.exchanges()[0]

        assert (await driver.ask(MINISTER)).answered


async def test_a_question_without_substance_gets_a_hint(seeds: qa.Assistant) -> None:
    """Stop words alone find nothing; the line says what to do."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.enter("who is it")
        await driver.press("enter")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)

        assert "no searchable words" in driver.exchanges()[0]


async def test_follow_up_leans_on_the_answer_before(seeds: qa.Assistant) -> None:
    """How it was understood is shown."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        first = await driver.ask(MINISTER)
        second = await driver.ask("Who did he meet?")

        assert second.standalone_question == f"Who did {first.short_answer} meet?"
        assert f"understood as: {second.standalone_question}" in driver.exchanges()[1]


async def test_up_and_down_walk_earlier_questions(seeds: qa.Assistant) -> None:
    """What was being typed is still there after the walk."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.ask(TROOPS)
        line = driver.find(QuestionLine)
        await driver.enter("half a quest")

        seen = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await driver.press(key)
            seen.append(line.value)
        assert seen == [TROOPS, MINISTER, MINISTER, TROOPS, "half a quest", "half a quest"]


async def test_all_lines_of_a_paste_are_kept(seeds: qa.Assistant) -> None:
    """A question that was wrapped elsewhere arrives whole."""
    async with running(engine_over(seeds)) as driver:
        driver.find(QuestionLine).post_message(events.Paste("Who visited\nNorth Korea\r\nin July?"))
        await driver.pilot.pause()

        assert driver.find(QuestionLine).value == "Who visited North Korea in July?"


async def test_escape_goes_to_the_line(seeds: qa.Assistant) -> None:
    """From the sources, when nothing is being answered."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("tab")
        assert isinstance(driver.app.focused, SourceList)
        await driver.press("escape")
        assert isinstance(driver.app.focused, QuestionLine)


async def test_suggested_questions_are_answered(seeds: qa.Assistant) -> None:
    """The hint for a new user holds questions that this corpus answers; Enter asks one."""
    async with running(engine_over(seeds, Engine)) as driver:
        await driver.ready()
        await driver.until(lambda: driver.find(Welcome).option_count > 0)
        driver.find(Welcome).focus()
        await driver.press("down", "enter")
        await driver.until(lambda: driver.app.ask_screen.chat.session.exchanges and not driver.app.ask_screen.chat.busy)

        answer = driver.app.ask_screen.chat.session.exchanges[0].answer
        assert answer is not None
        assert answer.answered


async def test_copied_answer_has_its_sources(seeds: qa.Assistant) -> None:
    """The clipboard gets short answer, statements with marks, and numbered sources."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.press("ctrl+y")

        copied = driver.app.clipboard
        assert copied.startswith(f"{answer.short_answer}\n")
        for citation in answer.citations:
            assert f"[{citation.number}] {citation.title} · {citation.path}:{citation.line_start}\n" in copied


async def test_exported_session_has_footnotes_and_overwrites_nothing(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Each export is a new Markdown file with every question, answer and place."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.ask(MISSING)
        await driver.press("ctrl+s")
        await driver.press("ctrl+s")

    written = sorted(tmp_path.glob("qa-session-*.md"))
    assert len(written) == 2
    text = written[0].read_text(encoding="utf-8")
    assert f"## {MINISTER}" in text
    assert f"**{answer.short_answer}**" in text
    assert "The corpus does not answer this question." in text
    for citation in answer.citations:
        place = f"{citation.path}:{citation.line_start}".replace("_", "\\_")
        assert f"[^1.{citation.number}]: " in text
        assert place in text
        assert text.count(f"[^1.{citation.number}]") == 2


async def test_earlier_answers_can_be_made_current(seeds: qa.Assistant) -> None:
    """Their sources are listed again, by key and by click."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        first = driver.sources()
        await driver.ask(TROOPS)
        second = driver.sources()
        assert first != second

        await driver.press("ctrl+up")
        assert driver.sources() == first
        await driver.press("ctrl+down")
        assert driver.sources() == second
        await driver.pilot.click(ExchangeView, offset=(5, 0))
        assert driver.sources() == first
