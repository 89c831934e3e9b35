"""Whoever waits for a language model can stop at any time, and the server learns of it at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatResponse, ChatResponseGen
from llama_index.core.llms import LLM, ChatMessage

import qa
from qa.llm.chat import chat
from qa.llm.providers import open_model
from tests.helpers.local_server import allow_loopback
from tests.helpers.scripted_llm import ScriptedLLM
from tests.helpers.silent_server import WORDS, silent_server

MODELS = ["ollama/tiny", "openai-like/tiny"]
MESSAGES = [ChatMessage(content="How many troops?")]


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only."""
    allow_loopback(monkeypatch)


def opened(name: str, address: str) -> LLM:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("OLLAMA_HOST", address)
        model = open_model(qa.load_settings(llm=name, llm_base_url=address))
    assert model is not None
    return model


@pytest.mark.parametrize("stop", [qa.QAError("Cancelled"), ValueError("a bug"), KeyboardInterrupt()], ids=repr)
@pytest.mark.parametrize("words", [(), WORDS], ids=["before the first word", "in the middle"])
@pytest.mark.parametrize("name", MODELS)
def test_the_server_sees_that_the_connection_is_closed(name: str, words: tuple[str, ...], stop: BaseException) -> None:
    """Also while nothing arrives; what the caller raised comes back unchanged."""
    with silent_server(words) as (address, handler):
        pieces: list[str] = []

        def on_text(piece: str) -> None:
            pieces.append(piece)
            if handler.asked.is_set() and "".join(pieces) == "".join(words):
                raise stop

        with pytest.raises(type(stop)) as raised:
            chat(opened(name, address), name, MESSAGES, on_text)
        handler.left.wait()

    assert raised.value is stop


@pytest.mark.parametrize("name", MODELS)
def test_a_caller_that_has_stopped_before_sends_nothing(name: str) -> None:
    """No connection is opened."""

    def on_text(_: str) -> None:
        raise qa.QAError("Cancelled")

    with silent_server() as (address, handler):
        with pytest.raises(qa.QAError):
            chat(opened(name, address), name, MESSAGES, on_text)

        assert not handler.asked.is_set()


@pytest.mark.parametrize("name", MODELS)
def test_a_reply_that_is_too_long_is_not_received_to_its_end(name: str) -> None:
    """The connection is closed once the maximum length has arrived."""
    with silent_server(("word " * 10_000,)) as (address, handler):
        assert chat(opened(name, address), name, MESSAGES).startswith("word word")
        handler.left.wait()


@pytest.mark.parametrize("name", MODELS)
def test_a_model_can_be_asked_again(name: str) -> None:
    """From wherever: the connections of one request are not used by the next one."""
    with silent_server(WORDS, is_finished=True) as (address, _):
        model = opened(name, address)
        replies = [chat(model, name, MESSAGES) for _ in range(2)]

        async def in_a_notebook() -> str:
            return chat(model, name, MESSAGES)

        replies.append(asyncio.run(in_a_notebook()))

    assert replies == ["".join(WORDS)] * 3


# Models that were given to qa, of any class


class SlowLLM(ScriptedLLM):
    """A model that never gets beyond its first pieces, until it is released."""

    def stream_chat(self, messages: Any, **kwargs: Any) -> ChatResponseGen:
        return self.slowly(super().stream_chat(messages, **kwargs))

    @classmethod
    def slowly(cls, parts: Iterator[ChatResponse]) -> ChatResponseGen:
        try:
            yield next(parts)
            released.wait()
            yield from parts
        finally:
            closed.set()


released, closed = threading.Event(), threading.Event()


def test_a_model_that_cannot_be_stopped_is_not_waited_for() -> None:
    """It stops at its next piece."""
    released.clear()
    closed.clear()
    pieces: list[str] = []

    def on_text(piece: str) -> None:
        pieces.append(piece)
        if pieces[-1] == "" and "".join(pieces):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        chat(SlowLLM.saying("Approximately 11,000 troops."), "slow", MESSAGES, on_text)
    assert "".join(pieces) == "Approxi"
    assert not closed.is_set()
    released.set()
    closed.wait()
