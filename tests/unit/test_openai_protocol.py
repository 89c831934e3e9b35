"""Language models behind a server that speaks OpenAI's chat-completions protocol."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from llama_index.core.llms import ChatMessage

import qa
from qa.llm.providers import ANSWER_TOKENS, open_model
from tests.helpers.commands import commands_over
from tests.helpers.local_server import allow_loopback, with_model
from tests.helpers.ollama_server import REPLY
from tests.helpers.openai_server import OpenAIHandler, openai_server
from tests.helpers.settings_files import write_trusted

TROOPS = "How many North Korean troops were moved into Russia's Kursk region?"
MODEL = "openai-like/tiny"
KEY = "sk-of-this-server"


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only."""
    allow_loopback(monkeypatch)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The base URL of a server that speaks OpenAI's protocol, with its key in the environment."""
    monkeypatch.setenv("QA_LLM_API_KEY", KEY)
    with openai_server() as base_url:
        yield base_url


def test_the_model_writes_the_answer(seeds: qa.Assistant, server: str) -> None:
    """The answer is streamed in pieces, then checked and cited."""
    pieces: list[str] = []
    with with_model(seeds, llm=MODEL, llm_base_url=server) as assistant:
        answer = assistant.ask(TROOPS, on_text=pieces.append)

    assert answer.notice == ""
    assert answer.engine == MODEL
    assert answer.text == REPLY.replace(" [1]", "")
    assert [statement.supported for statement in answer.statements] == [True]
    assert answer.short_answer == "11,000"
    assert [piece for piece in pieces if piece] == [f"{word} " for word in REPLY.split(" ")]


def test_the_request_follows_the_protocol(seeds: qa.Assistant, server: str) -> None:
    """One request is sent, with the model's name, the messages, the length limit and the server's own key."""
    with with_model(seeds, llm=MODEL, llm_base_url=server) as assistant:
        assistant.ask(TROOPS)

    (request,) = OpenAIHandler.requests
    assert set(OpenAIHandler.keys) == {f"Bearer {KEY}"}
    assert (request["model"], request["stream"], request["temperature"]) == ("tiny", True, 0.0)
    assert request["max_tokens"] == ANSWER_TOKENS
    assert [message["role"] for message in request["messages"]] == ["system", "user"]
    assert f"Question: {TROOPS}" in request["messages"][1]["content"]


def test_openais_key_is_not_sent(seeds: qa.Assistant, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a key of its own, the server receives a placeholder."""
    monkeypatch.delenv("QA_LLM_API_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    with with_model(seeds, llm=MODEL, llm_base_url=server) as assistant:
        assert assistant.ask(TROOPS).engine == MODEL

    assert set(OpenAIHandler.keys) <= {None, "Bearer none"}


def test_a_reply_without_streaming_is_read(server: str) -> None:
    """LlamaIndex's chat engines may also call the model without streaming."""
    model = open_model(qa.load_settings(llm=MODEL, llm_base_url=server))

    assert model is not None
    assert model.chat([ChatMessage(content=TROOPS)]).message.content == REPLY
    assert not OpenAIHandler.requests[0].get("stream")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (401, "rejected the API key"),
        (404, "unknown to the server"),
        (429, "rate-limited"),
        (500, "failed with HTTP status 500"),
    ],
)
def test_an_http_error_is_one_line(
    seeds: qa.Assistant, server: str, capsys: pytest.CaptureFixture[str], status: int, message: str
) -> None:
    """It is reported without the server's message, which may contain the key, and not retried."""
    OpenAIHandler.status = status
    run = commands_over(seeds, capsys)
    write_trusted(f'llm_base_url = "{server}"\n')
    outcome = run("ask", TROOPS, "--llm", MODEL)

    assert (outcome.code, outcome.err.count("\n")) == (0, 1)
    assert message in outcome.err
    assert KEY not in outcome.out + outcome.err
    assert "11,000" in outcome.out
    assert len(OpenAIHandler.requests) == 1
    assert run("ask", TROOPS, "--llm", MODEL, "--llm-required").code == 4


def test_a_wrong_base_url_is_one_line(seeds: qa.Assistant, server: str) -> None:
    """An address without the version of the API is an HTTP error like any other."""
    with with_model(seeds, llm=MODEL, llm_base_url=server.removesuffix("/v1")) as assistant:
        answer = assistant.ask(TROOPS)

    assert "unknown to the server" in answer.notice
    assert answer.engine == "extractive"


def test_a_connection_that_breaks_in_the_middle_falls_back(seeds: qa.Assistant, server: str) -> None:
    """The incomplete reply is discarded, and the extractive answer is shown instead."""
    OpenAIHandler.hangs_up = True
    pieces: list[str] = []
    with with_model(seeds, llm=MODEL, llm_base_url=server) as assistant:
        answer = assistant.ask(TROOPS, on_text=pieces.append)

    assert "closed the connection early" in answer.notice
    assert answer.engine == "extractive"
    assert answer.short_answer == "11,000"
    assert "".join(pieces) == "Approximately 11,000 North Korean "
