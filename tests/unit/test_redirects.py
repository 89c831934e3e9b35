"""Passages and keys go to the address of the language model only: not where it redirects to, nor through a proxy."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from llama_index.core.llms import ChatMessage

import qa
from qa.llm.context import context_of
from qa.llm.providers import open_model
from tests.helpers.local_server import allow_loopback, local_server, with_model

TROOPS = "How many North Korean troops were moved into Russia's Kursk region?"
MODELS = ["ollama/tiny", "openai-like/tiny"]


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch, no_network: None) -> None:
    """Allow connections to this machine only."""
    allow_loopback(monkeypatch)
    monkeypatch.setenv("QA_LLM_API_KEY", "sk-secret")


class Handler(BaseHTTPRequestHandler):
    """Answers each request with a status and a place to go to, and counts requests."""

    status = 404
    target = ""
    requests = 0

    def do_POST(self) -> None:
        type(self).requests += 1
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(self.status)
        if self.target:
            self.send_header("Location", self.target + self.path)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def servers(status: int) -> Iterator[tuple[type[Handler], str]]:
    """Yield the handler and the address of a server to which another one redirects; models are at that other one."""
    with ExitStack() as stack:
        other = type("Other", (Handler,), {})
        target = stack.enter_context(local_server(other))
        redirecting = type("Redirecting", (Handler,), {"status": status, "target": target})
        address = stack.enter_context(local_server(redirecting))
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        environment.setenv("OLLAMA_HOST", address)
        environment.setenv("QA_LLM_BASE_URL", address)
        yield other, target


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("name", MODELS)
def test_redirects_are_not_followed(seeds: qa.Assistant, name: str, status: int) -> None:
    """The other server receives nothing, and the user is told in one line, beside the answer without the model."""
    with servers(status) as (other, _), with_model(seeds, llm=name) as assistant:
        answer = assistant.ask(TROOPS)

    assert other.requests == 0
    assert answer.engine == "extractive"
    assert f"The model {name} redirects to another address, which is not followed. If you trust" in answer.notice
    assert "\n" not in answer.notice


@pytest.mark.parametrize("name", MODELS)
def test_redirects_are_not_followed_without_streaming(name: str) -> None:
    """LlamaIndex's chat engines may also call the model without streaming."""
    with servers(307) as (other, _):
        model = open_model(qa.load_settings(llm=name))
        assert model is not None
        with pytest.raises(Exception, match=r".*"):  # each client library has its own
            model.chat([ChatMessage(content=TROOPS)])
        with pytest.raises(Exception, match=r".*"):
            asyncio.run(model.achat([ChatMessage(content=TROOPS)]))

    assert other.requests == 0


@pytest.mark.parametrize("name", MODELS)
def test_what_a_server_says_is_not_asked_elsewhere(name: str) -> None:
    """How much its model can read is asked for at the same address."""
    with servers(307) as (other, _):
        assert not context_of(qa.load_settings(llm=name)).is_from_server

    assert other.requests == 0


@pytest.mark.parametrize("name", ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-0", *MODELS])
def test_every_provider_has_such_clients(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The HTTP clients that the libraries send with, blocking and asynchronous, follow no redirect."""
    for key in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
        monkeypatch.setenv(key, "sk-secret")
    monkeypatch.setenv("OLLAMA_HOST", "http://models.example")
    model: Any = open_model(qa.load_settings(llm=name, llm_base_url="http://models.example/v1"))
    if name.startswith("ollama/"):
        clients = [model.client._client, model.async_client._client]
    elif name.startswith("anthropic/"):
        clients = [model._client._client, model._aclient._client]
    else:
        clients = [model._get_client()._client, model._get_aclient()._client]

    for client in clients:
        assert client.follow_redirects is False
        assert client.trust_env is True
        assert client.headers["Connection"] == "close"


@pytest.mark.parametrize("name", MODELS)
def test_what_is_meant_for_this_machine_takes_no_proxy(
    seeds: qa.Assistant, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever proxies the environment names."""
    with servers(307) as (proxy, proxy_address):
        for variable in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(variable, proxy_address)
            monkeypatch.setenv(variable.lower(), proxy_address)
        with with_model(seeds, llm=name) as assistant:
            assistant.ask(TROOPS)
        context_of(qa.load_settings(llm=name))

    assert proxy.requests == 0
