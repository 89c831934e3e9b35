"""A language model in the terminal UI: its answer as it is written, cancelled at once, chosen while it runs."""

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


class HeldLLM(ScriptedLLM):
    """A model that stops after half its reply until it is let go."""

    _gate: threading.Event = PrivateAttr(default_factory=threading.Event)

    def stream_chat(self, messages: Any, **kwargs: Any) -> ChatResponseGen:
        stream = super().stream_chat(messages, **kwargs)

        def held() -> ChatResponseGen:
            for number, part in enumerate(stream):
                if number == 5:
                    self._gate.wait()
                yield part

        return held()


class GivenModelEngine(QuietEngine):
    """An engine whose assistant was opened elsewhere."""

    model: ScriptedLLM

    def _open(self) -> qa.Settings:
        settings = super()._open()
        self._assistant = qa.Assistant(settings, llm=self.model)
        return settings


def given(seeds: qa.Assistant, model: ScriptedLLM) -> GivenModelEngine:
    engine = GivenModelEngine(corpus=seeds.corpus.root, index=seeds.settings.index_root)
    engine.model = model
    return engine


async def test_the_answer_is_shown_while_it_is_written_then_checked(seeds: qa.Assistant) -> None:
    """What no article supports is said so beside it."""
    model = HeldLLM.saying(WRITTEN)
    assert isinstance(model, HeldLLM)
    async with running(given(seeds, model)) as driver:
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


async def test_escape_ends_the_writing_at_once(seeds: qa.Assistant) -> None:
    """The next question does not wait for a model that is still thinking."""
    model = HeldLLM.saying(WRITTEN, "Shoigu visited North Korea [1].")
    assert isinstance(model, HeldLLM)
    async with running(given(seeds, model)) as driver:
        await driver.ready()
        await driver.enter(TROOPS)
        await driver.press("enter")
        await driver.until(lambda: "Approximately 11" in driver.exchanges()[0])
        await driver.press("escape")
        assert "Cancelled." in driver.exchanges()[0]
        driver.find(QuestionLine).clear()
        await driver.enter(MINISTER)
        await driver.press("enter")
        await driver.until(lambda: len(model.asked) == 2)
        model._gate.set()
        await driver.until(lambda: not driver.app.ask_screen.chat.busy)

        assert driver.app.ask_screen.chat.session.exchanges[0].answer is None
        assert driver.app.ask_screen.chat.session.exchanges[1].answer is not None


async def test_a_failing_model_is_told_beside_the_answer(seeds: qa.Assistant) -> None:
    """The extractive one is shown."""
    async with running(given(seeds, ScriptedLLM.saying(ConnectionError("down")))) as driver:
        await driver.ready()
        answer = await driver.ask(TROOPS)

        assert answer.engine == "extractive"
        assert "can not be reached. Start its server" in driver.exchanges()[0]


@pytest.mark.parametrize(("name", "told"), [("bard/x", "bard/x is no language model"), ("openai/x", "needs a key")])
async def test_a_model_can_be_chosen(seeds: qa.Assistant, name: str, told: str) -> None:
    """One that is none says why and changes nothing; Escape leaves things as they were."""
    async with running(engine_over(seeds)) as driver:
        await driver.ready()
        await driver.press("f7")
        await driver.until(lambda: isinstance(driver.app.screen, ModelScreen))
        line = driver.find(Input, "#name")
        assert line.value == "none"
        line.value = name
        await driver.press("enter")
        await driver.until(lambda: told in driver.screen_text())
        await driver.press("escape")
        assert (await driver.ask(TROOPS)).engine == "extractive"

        await driver.press("f7")
        driver.find(Input, "#name").value = "ollama/tiny"
        await driver.press("enter")
        await driver.until(lambda: "Answers are written by: ollama/tiny" in driver.notices())
        assert driver.app.engine.options["llm"] == "ollama/tiny"
