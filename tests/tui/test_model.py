"""A language model in the terminal UI: streaming, cancelling, failing, and choosing another."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatResponseGen
from pydantic import PrivateAttr
from textual.widgets import Input

import qa
from tests.helpers.scripted_llm import ScriptedLLM
from tests.helpers.tui_driver import MINISTER, TROOPS, QuietEngine, engine_over, running
from tui.screens.model import ModelScreen
from tui.widgets.question_line import QuestionLine

WRITTEN = (
    "Approximately 11,000 North Korean troops were moved into Russia's Kursk region [1]. They like [/herring] a lot."
)


class GatedLLM(ScriptedLLM):
    """A model that pauses within its reply until the gate opens."""

    _gate: threading.Event = PrivateAttr(default_factory=threading.Event)

    def stream_chat(self, messages: Any, **kwargs: Any) -> ChatResponseGen:
        stream = super().stream_chat(messages, **kwargs)

        def gated() -> ChatResponseGen:
            for number, part in enumerate(stream):
                if number == 5:
                    self._gate.wait()
                yield part

        return gated()


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


async def test_escape_cancels_the_writing_at_once(seeds: qa.Assistant) -> None:
    """The next question does not wait until the model has finished."""
    model = GatedLLM.saying(WRITTEN, "Shoigu visited North Korea [1].")
    assert isinstance(model, GatedLLM)
    async with running(engine_with(seeds, model)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: "Approximately 11" in driver.exchanges()[0])
        await driver.press("escape")
        assert "Cancelled." in driver.exchanges()[0]
        driver.find(QuestionLine).clear()
        await driver.enter(MINISTER)
        await driver.press("enter")
        await driver.until(lambda: len(model.requests) == 2)
        model._gate.set()
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)

        assert driver.app.ask_screen.chat.session.exchanges[0].answer is None
        assert driver.app.ask_screen.chat.session.exchanges[1].answer is not None


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
