"""The context of a language model is what its server gives to one request, if the server says so."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from typing import Any

import pytest

import qa
from qa.llm.context import Context, context_of
from tests.helpers.local_server import allow_loopback
from tests.helpers.ollama_server import SHOWN, OllamaHandler, ollama_server
from tests.helpers.openai_server import OpenAIHandler, openai_server

NAME = "openai-like/tiny"
MODELS, PROPERTIES, LM_STUDIO = "/v1/models", "/props", "/api/v0/models"


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only."""
    allow_loopback(monkeypatch)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server of OpenAI's protocol, and its address in the settings."""
    with openai_server() as address:
        monkeypatch.setenv("QA_LLM_BASE_URL", address)
        yield


@pytest.fixture
def ollama() -> Iterator[None]:
    """A server of Ollama's protocol."""
    with ollama_server():
        yield


def listed(**facts: Any) -> dict[str, Any]:
    """Return a list of models with these facts about ``tiny``."""
    return {"object": "list", "data": [{"id": "other", "max_model_len": 300}, {"id": "tiny"} | facts]}


ANSWERS: dict[str, dict[str, Any]] = {
    "vLLM": {MODELS: listed(owned_by="vllm", max_model_len=4096)},
    "llama.cpp": {MODELS: {"data": [{"id": "a.gguf", "meta": {"n_ctx": 4096, "n_ctx_train": 8192}}]}},
    "llama.cpp, older": {
        MODELS: {"data": [{"id": "a.gguf", "meta": {"n_ctx_train": 8192}}]},
        PROPERTIES: {"default_generation_settings": {"n_ctx": 4096}, "total_slots": 2},
    },
    "LM Studio": {
        MODELS: listed(),
        LM_STUDIO: listed(type="llm", max_context_length=32_768, loaded_context_length=4096),
    },
    "LM Studio, not loaded yet": {MODELS: listed(), LM_STUDIO: listed(state="not-loaded", max_context_length=4096)},
    "a hosted model": {MODELS: listed(context_length=4096)},
}


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=[*ANSWERS])
def test_the_server_says_how_much_fits(server: None, answers: dict[str, Any]) -> None:
    """In its own words; what is set only counts if it is less."""
    OpenAIHandler.answers = answers

    assert Context(4096, True) == context_of(qa.load_settings(llm=NAME))
    assert Context(4096, True) == context_of(qa.load_settings(llm=NAME, llm_context=8000))
    assert Context(3000, False) == context_of(qa.load_settings(llm=NAME, llm_context=3000))
    assert OpenAIHandler.requests == []


def test_one_request_is_enough_for_a_server_that_lists_it(server: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the server's own key, and no other one."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    monkeypatch.setenv("QA_LLM_API_KEY", "sk-of-this-server")
    OpenAIHandler.answers = ANSWERS["vLLM"]
    context_of(qa.load_settings(llm=NAME))

    assert ([MODELS], ["Bearer sk-of-this-server"]) == (OpenAIHandler.asked, OpenAIHandler.keys)


def test_ollama_is_asked_for_no_more_than_the_model_has(ollama: None) -> None:
    """What a request asks for is what counts, up to the maximum of the model."""
    assert Context(8192, False) == context_of(qa.load_settings(llm="ollama/tiny"))
    OllamaHandler.shown = SHOWN | {"model_info": {"general.architecture": "x", "x.context_length": 2048}}
    assert Context(2048, True) == context_of(qa.load_settings(llm="ollama/tiny"))
    assert Context(8192, False) == context_of(qa.load_settings(llm="ollama/unknown"))


@pytest.mark.parametrize("size", [True, "4096", 4096.0, 0, -1, 200, 10**9, 10**30, None, [4096], {"n": 4096}])
def test_what_cannot_be_a_context_is_ignored(server: None, size: object) -> None:
    """The setting counts."""
    OpenAIHandler.answers = {MODELS: listed(max_model_len=size, meta=size, context_length=size)}

    assert Context(8192, False) == context_of(qa.load_settings(llm=NAME))


@pytest.mark.parametrize("answer", [[], "x", None, {}, {"data": {}}, {"data": [1, None, []]}, {"data": [{"id": 5}]}])
def test_any_other_answer_is_ignored(server: None, answer: Any) -> None:
    """The setting counts."""
    OpenAIHandler.answers = dict.fromkeys((MODELS, PROPERTIES, LM_STUDIO), answer)

    assert Context(8192, False) == context_of(qa.load_settings(llm=NAME))


def test_an_answer_of_megabytes_is_not_read(server: None) -> None:
    """Even if it would say how much fits."""
    OpenAIHandler.answers = {MODELS: listed(max_model_len=4096, about="x" * 1_100_000)}
    assert len(json.dumps(OpenAIHandler.answers)) > 1_000_000

    assert Context(8192, False) == context_of(qa.load_settings(llm=NAME))


def test_a_server_that_is_down_or_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """The setting counts, and the question itself will show what is wrong."""
    assert Context(8192, False) == context_of(qa.load_settings(llm=NAME, llm_base_url="http://127.0.0.1:9/v1"))
    monkeypatch.setattr("qa.llm.servers._TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        assert Context(8192, False) == context_of(qa.load_settings(llm=NAME, llm_base_url=address))


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-0", "none", None])
def test_nothing_else_is_asked(server: None, name: str | None) -> None:
    """Neither paid services, nor anything without a model."""
    assert Context(8192, False) == context_of(qa.load_settings(llm=name))
    assert OpenAIHandler.asked == []
