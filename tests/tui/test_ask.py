"""The ask screen: questions, answers, sources and failures."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual import events

import qa
from qa.text.sanitizing import single_line
from tests.helpers.tui_driver import MINISTER, MISSING, TROOPS, QuietEngine, engine_over, running
from tui.engine import Engine
from tui.widgets.conversation import Welcome
from tui.widgets.question_line import QuestionLine
from tui.widgets.source_list import SourceList


class BrokenEngine(QuietEngine):
    """An engine that fails on the first question."""

    error: Exception = RuntimeError("[/etc] the engine fell over")

    async def find(self, question: str, *more: Any) -> qa.Answer:
        if self.error is not None:
            error, self.error = self.error, None  # type: ignore[assignment]
            raise error
        return await super().find(question, *more)


async def test_the_answer_equals_that_of_the_library(seeds: qa.Assistant) -> None:
    """Short answer, statements with marks, certainty in words and time; sources with title and location."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        expected = seeds.ask(MINISTER)

        assert replace(answer, timings_ms=qa.datatypes.NOT_TIMED) == replace(
            expected, timings_ms=qa.datatypes.NOT_TIMED
        )
        (shown,) = driver.exchanges()
        assert answer.short_answer is not None
        for part in (MINISTER, answer.short_answer, f"{answer.certainty} · ", " s"):
            assert part in shown
        for statement in answer.statements:
            marks = "".join(f"[{number}]" for number in statement.citations)
            assert f"{single_line(statement.text)} {marks}" in shown
        for citation, source in zip(answer.citations, driver.sources(), strict=True):
            assert source.startswith(f"[{citation.number}] {citation.title[:20]}")
            assert f"{citation.path}:{citation.line_start}" in source


async def test_a_refusal_shows_the_nearest_passages(seeds: qa.Assistant) -> None:
    """The conversation says that there is no answer, and the list offers the nearest passages."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MISSING)

        assert not answer.answered
        assert "The articles don't say." in driver.exchanges()[0]
        assert driver.find(SourceList).border_title == "Nearest passages"
        assert len(driver.sources()) == 3


async def test_a_long_answer_is_shown_from_its_beginning(seeds: qa.Assistant) -> None:
    """Its question is at the top of the conversation, and the articles that it quotes are named."""
    async with running(engine_over(seeds), size=(80, 24)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        question = "What do the articles say about North Korea?"
        answer = await driver.ask(question)
        rows = driver.screen_text().splitlines()

        assert len(answer.statements) > 3
        assert question in "".join(rows[:4])
        assert answer.citations[0].title[:40] in rows[3]


async def test_an_early_question_waits_for_the_engine(seeds: qa.Assistant) -> None:
    """A question sent before the models are loaded is answered afterwards."""
    async with running(engine_over(seeds)) as driver:
        assert not driver.app.ask_screen.chat.ready.is_set()
        answer = await driver.ask(MINISTER)

        assert answer.answered


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (RuntimeError("[/etc] fell over"), "This is a bug in qa; please report it: RuntimeError: [/etc] fell over"),
        (qa.IndexDamaged("The index is damaged", "Run: qa index --rebuild"), "damaged. Run: qa index --rebuild"),
    ],
)
async def test_a_failure_is_reported_and_the_next_question_answered(
    seeds: qa.Assistant, error: Exception, message: str
) -> None:
    """An exception in the engine becomes a message in the conversation."""
    engine = engine_over(seeds, BrokenEngine)
    assert isinstance(engine, BrokenEngine)
    engine.error = error
    async with running(engine) as driver:
        await driver.ready()
        await driver.enter(MINISTER)
        await driver.press("enter")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        assert message in driver.exchanges()[0]

        assert (await driver.ask(MINISTER)).answered


async def test_a_question_of_stop_words_gets_a_hint(seeds: qa.Assistant) -> None:
    """It contains nothing to search for."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.enter("who is it")
        await driver.press("enter")
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)

        assert "no searchable words" in driver.exchanges()[0]


async def test_a_follow_up_refers_to_the_previous_answer(seeds: qa.Assistant) -> None:
    """The completed question is shown."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        first = await driver.ask(MINISTER)
        second = await driver.ask("Who did he meet?")

        assert second.standalone_question == f"Who did {first.short_answer} meet?"
        assert f"understood as: {second.standalone_question}" in driver.exchanges()[1]


async def test_up_and_down_recall_earlier_questions(seeds: qa.Assistant) -> None:
    """The unsent question is restored at the end of the history."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.ask(TROOPS)
        line = driver.find(QuestionLine)
        await driver.enter("half a quest")

        values = []
        for key in ("up", "up", "up", "down", "down", "down"):
            await driver.press(key)
            values.append(line.value)
        assert values == [TROOPS, MINISTER, MINISTER, TROOPS, "half a quest", "half a quest"]


async def test_pasted_lines_are_joined(seeds: qa.Assistant) -> None:
    """A question copied from wrapped text arrives complete."""
    async with running(engine_over(seeds)) as driver:
        driver.find(QuestionLine).post_message(events.Paste("Who visited\nNorth Korea\r\nin July?"))
        await driver.pilot.pause()

        assert driver.find(QuestionLine).value == "Who visited North Korea in July?"


async def test_escape_focuses_the_question_field(seeds: qa.Assistant) -> None:
    """From the list of sources, while nothing is being answered."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.ask(MINISTER)
        await driver.press("tab")
        assert isinstance(driver.app.focused, SourceList)
        await driver.press("escape")
        assert isinstance(driver.app.focused, QuestionLine)


async def test_suggested_questions_are_answered(seeds: qa.Assistant) -> None:
    """An empty session suggests questions that the corpus answers; Enter asks one."""
    async with running(engine_over(seeds, Engine)) as driver:
        await driver.ready()
        await driver.until(lambda: driver.find(Welcome).option_count > 0)
        driver.find(Welcome).focus()
        await driver.press("down", "enter")
        await driver.until(lambda: driver.app.ask_screen.chat.session.exchanges and not driver.app.ask_screen.chat.busy)

        answer = driver.app.ask_screen.chat.session.exchanges[0].answer
        assert answer is not None
        assert answer.answered


async def test_the_copied_answer_includes_its_sources(seeds: qa.Assistant) -> None:
    """The clipboard contains the short answer and the numbered sources."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.press("ctrl+y")

        copied = driver.app.clipboard
        assert copied.startswith(f"{answer.short_answer}\n")
        for citation in answer.citations:
            assert f"[{citation.number}] {citation.title} · {citation.path}:{citation.line_start}\n" in copied


async def test_exported_session_has_footnotes_and_overwrites_nothing(seeds: qa.Assistant, tmp_path: Path) -> None:
    """Each export is a new Markdown file with every question, answer and location."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        answer = await driver.ask(MINISTER)
        await driver.ask(MISSING)
        await driver.press("ctrl+s")
        await driver.press("ctrl+s")

    exports = sorted(tmp_path.glob("qa-session-*.md"))
    assert len(exports) == 2
    text = exports[0].read_text(encoding="utf-8")
    assert f"## {MINISTER}" in text
    assert f"**{answer.short_answer}**" in text
    assert "The articles don't say." in text
    for citation in answer.citations:
        location = f"{citation.path}:{citation.line_start}".replace("_", "\\_")
        assert f"[^1.{citation.number}]: " in text
        assert location in text
        assert text.count(f"[^1.{citation.number}]") == 2


async def test_earlier_answers_can_be_selected(seeds: qa.Assistant) -> None:
    """By key and by click; their sources are listed again."""
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
        await driver.press("ctrl+up")
        row = next(number for number, text in enumerate(driver.screen_text().splitlines()) if TROOPS[:30] in text)
        await driver.pilot.click(offset=(5, row))
        assert driver.sources() == second
