"""A language model in the terminal UI: streaming, cancelling, failing, and choosing another."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatResponseGen
from pydantic import PrivateAttr
from textual.widgets import Input

import qa
from qa.text.sanitizing import single_line
from tests.helpers.scripted_llm import ScriptedLLM
from tests.helpers.tui_driver import MINISTER, TROOPS, QuietEngine, engine_over, running
from tui.screens.model import ModelScreen
from tui.widgets.conversation import Conversation
from tui.widgets.question_line import QuestionLine
from tui.widgets.source_list import SourceList

WRITTEN = (
    "Approximately 11,000 North Korean troops were moved into Russia's Kursk region [1]. They like [/herring] a lot."
)


class GatedLLM(ScriptedLLM):
    """A model that pauses within its reply until the gate opens."""

    _gate: threading.Event = PrivateAttr(default_factory=threading.Event)
    _pause: int = PrivateAttr(default=5)

    def stream_chat(self, messages: Any, **kwargs: Any) -> ChatResponseGen:
        stream = super().stream_chat(messages, **kwargs)

        def gated() -> ChatResponseGen:
            for number, part in enumerate(stream):
                if number == self._pause:
                    self._gate.wait()
                yield part

        return gated()


def silent(*replies: Any) -> GatedLLM:
    """Return a model that does not write a word before the gate opens."""
    model = GatedLLM.saying(*replies)
    assert isinstance(model, GatedLLM)
    model._pause = 0
    return model


class ModelEngine(QuietEngine):
    """An engine whose assistant uses the model of the test."""

    model: ScriptedLLM

    def _open(self) -> qa.Settings:
        settings = super()._open()
        self._assistant = qa.Assistant(settings, llm=self.model)
        return settings


def engine_with(seeds: qa.Assistant, model: ScriptedLLM) -> ModelEngine:
    """Return an engine over the seeds that uses ``model``."""
    engine = ModelEngine(corpus=seeds.corpus.root, index=seeds.settings.index_root)
    engine.model = model
    return engine


async def test_the_answer_is_streamed_and_then_checked(seeds: qa.Assistant) -> None:
    """Unsupported sentences are marked."""
    model = GatedLLM.saying(WRITTEN)
    assert isinstance(model, GatedLLM)
    async with running(engine_with(seeds, model)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: "Approximately 11" in driver.exchanges()[0])
        assert "writing" in driver.exchanges()[0]
        model._gate.set()
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)

        shown = driver.exchanges()[0]
        assert "Kursk region. [1]" in shown
        assert "They like [/herring] a lot. [not found in the articles]" in shown
        assert "scripted" in shown


async def test_the_answer_without_the_model_is_shown_at_once(seeds: qa.Assistant) -> None:
    """Before the model has written a word; its sources can be read, and a line says what is waited for."""
    model = silent(WRITTEN)
    async with running(engine_with(seeds, model)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: "very likely" in driver.exchanges()[0])
        without = seeds.ask(TROOPS)

        assert driver.app.ask_screen.chat.busy
        for statement in without.statements:
            assert single_line(statement.text) in driver.exchanges()[0]
        assert len(driver.sources()) == len(without.citations)
        waiting = r"scripted is writing… [1-9]\d* s · Escape keeps this answer"
        await driver.until(lambda: re.search(waiting, driver.exchanges()[0]))
        model._gate.set()
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)
        assert "They like [/herring] a lot." in driver.screen_text()
        assert "is writing" not in driver.screen_text()


@pytest.mark.parametrize("pause", [0, 5], ids=["before the first word", "in the middle"])
async def test_escape_keeps_the_answer_without_the_model(seeds: qa.Assistant, pause: int) -> None:
    """At once, in the saved session too, and for follow-ups; the next question does not wait for the model."""
    model = silent(WRITTEN, MINISTER, "Shoigu visited North Korea [1].")
    model._pause = pause
    async with running(engine_with(seeds, model)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: ("Approximately 11" if pause else "is writing") in driver.exchanges()[0])
        await driver.press("escape")
        (shown,), chat = driver.exchanges(), driver.app.ask_screen.chat
        assert not chat.busy
        assert "Stopped writing; this is the answer without scripted." in shown
        assert "is writing" not in shown
        assert driver.find(QuestionLine).value == ""
        answer = chat.session.exchanges[0].answer
        assert answer is not None
        assert (answer.engine, answer.short_answer) == ("extractive", "11,000")
        assert chat.store is not None
        assert chat.session.path is not None
        saved = chat.store.load(chat.session.path).last_answer()
        assert saved is not None
        assert (saved.text, saved.notice) == (answer.text, answer.notice)

        await driver.enter("and when was that?")
        await driver.press("enter")
        model._gate.set()
        await driver.until(lambda: len(chat.session.exchanges) == 2 and not chat.busy)
        assert chat.session.exchanges[0].answer is answer
        followed = chat.session.exchanges[1].answer
        assert followed is not None
        assert "troops" in (followed.standalone_question or "")


async def test_a_confirmed_answer_stays_where_it_is(seeds: qa.Assistant) -> None:
    """What the user has scrolled to, and which source is highlighted."""
    model = silent(("Approximately", ConnectionError("down")))
    async with running(engine_with(seeds, model), size=(60, 16)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: "is writing" in driver.exchanges()[0])
        conversation = driver.find(Conversation)
        await driver.press("tab")
        conversation.scroll_to(y=2, animate=False)
        await driver.until(lambda: conversation.scroll_y == 2)
        model._gate.set()
        await driver.until(lambda: "be reached. Start its server" in driver.exchanges()[0])

        assert conversation.scroll_y == 2
        assert driver.app.focused is driver.find(SourceList)


async def test_quitting_while_the_model_writes_keeps_the_answer(seeds: qa.Assistant) -> None:
    """The app does not wait for the model."""
    model = silent(WRITTEN)
    async with running(engine_with(seeds, model)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: "is writing" in driver.exchanges()[0])
        store = driver.app.ask_screen.chat.store
        await driver.press("ctrl+q")
    assert store is not None
    ((saved,), draft) = store.saved(), store.take_draft()
    assert (saved.questions, saved.answers, draft) == ((TROOPS,), ("11,000",), [])


async def test_a_failing_model_is_reported_with_the_answer(seeds: qa.Assistant) -> None:
    """The extractive answer is shown instead."""
    async with running(engine_with(seeds, ScriptedLLM.saying(ConnectionError("down")))) as driver:
        await driver.ready()
        answer = await driver.ask(TROOPS)

        assert answer.engine == "extractive"
        assert "be reached. Start its server" in driver.exchanges()[0]


@pytest.mark.parametrize(("name", "message"), [("bard/x", "bard/x is no"), ("openai/x", "needs an API key")])
async def test_a_model_can_be_chosen(seeds: qa.Assistant, name: str, message: str) -> None:
    """An unusable one is rejected with a reason and changes nothing; a usable one takes effect."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("f7")
        await driver.until(lambda: isinstance(driver.app.screen, ModelScreen))
        line = driver.find(Input, "#name")
        assert line.value == "none"
        line.value = name
        await driver.press("enter")
        await driver.until(lambda: message in driver.screen_text())
        await driver.press("escape")
        assert (await driver.ask(TROOPS)).engine == "extractive"

        await driver.press("f7")
        driver.find(Input, "#name").value = "ollama/tiny"
        await driver.press("enter")
        await driver.until(lambda: "Language model: ollama/tiny" in driver.notices())
        assert driver.app.engine.options["llm"] == "ollama/tiny"
