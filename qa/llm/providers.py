"""From a name such as ``ollama/llama3.2`` to a LlamaIndex model; API keys come only from the environment."""

from __future__ import annotations

import os
import weakref
from typing import TYPE_CHECKING, Any

from qa.errors import UsageError
from qa.llm.addresses import is_this_machine, ollama_address
from qa.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

ANSWER_TOKENS = 1024
"""Tokens reserved for the answer."""
_opened: weakref.WeakValueDictionary[int, LLM] = weakref.WeakValueDictionary()
"""The models that ``open_model`` has returned, by their ``id``: they cannot be hashed."""
_FORMS = "Use a name such as ollama/llama3.2, openai/gpt-4o-mini, anthropic/claude-sonnet-4-0 or openai-like/NAME."


def open_model(settings: Settings) -> LLM | None:
    """Return the model that ``settings.llm`` names, or None if none is set. Nothing is sent to it yet.

    Raises:
        UsageError: the provider is unknown, or a setting that it requires is missing.
    """
    if settings.llm is None or settings.llm == "none":
        return None
    provider, _, name = settings.llm.partition("/")
    factory = {"ollama": _ollama, "openai": _openai, "openai-like": _openai_like, "anthropic": _anthropic}.get(provider)
    if factory is None or not name:
        raise UsageError(f"{settings.llm} is not a known language model", _FORMS)
    model = factory(name, settings)
    _opened[id(model)] = model
    return model


def is_opened_here(model: LLM) -> bool:
    """Whether ``open_model`` has returned ``model``, so that every event loop may use its asynchronous client."""
    return _opened.get(id(model)) is model


def _ollama(name: str, settings: Settings) -> LLM:
    from llama_index.llms.ollama import Ollama
    from ollama import AsyncClient, Client

    address = ollama_address()
    return Ollama(
        model=name,
        base_url=address,
        client=Client(address, **_connection(address, settings)),
        async_client=AsyncClient(address, **_connection(address, settings)),
        temperature=0.0,
        context_window=settings.llm_context,
        request_timeout=settings.llm_timeout,
        additional_kwargs={"num_predict": ANSWER_TOKENS},
    )


def _openai(name: str, settings: Settings) -> LLM:
    from llama_index.llms.openai import OpenAI

    return OpenAI(model=name, api_key=_key("OPENAI_API_KEY", settings), **_openai_options("", settings))


def _openai_like(name: str, settings: Settings) -> LLM:
    from llama_index.llms.openai_like import OpenAILike

    if settings.llm_base_url is None:
        raise UsageError(
            f"{settings.llm} needs a server address",
            'Set llm_base_url = "http://localhost:8000/v1" in qa.toml.',
        )
    return OpenAILike(
        model=name,
        api_key=os.environ.get("QA_LLM_API_KEY") or "none",
        api_base=settings.llm_base_url,
        is_chat_model=True,
        context_window=settings.llm_context,
        **_openai_options(settings.llm_base_url, settings),
    )


def _openai_options(address: str, settings: Settings) -> dict[str, Any]:
    """Return the arguments that the models behind OpenAI's protocol share."""
    from openai import DefaultAsyncHttpxClient, DefaultHttpxClient

    return {
        "http_client": DefaultHttpxClient(**_connection(address, settings)),
        "async_http_client": DefaultAsyncHttpxClient(**_connection(address, settings)),
        "temperature": 0.0,
        "max_tokens": ANSWER_TOKENS,
        "max_retries": 0,
        "timeout": settings.llm_timeout,
    }


def _anthropic(name: str, settings: Settings) -> LLM:
    try:
        from anthropic import Anthropic, AsyncAnthropic, DefaultAsyncHttpxClient, DefaultHttpxClient
    except ImportError:
        raise UsageError("Anthropic models need an extra package", "Run: pip install 'qa-corpus[anthropic]'") from None
    from qa.llm.anthropic_model import AnthropicModel

    options: dict[str, Any] = {"api_key": _key("ANTHROPIC_API_KEY", settings), "max_retries": 0}
    connection = _connection("", settings)
    return AnthropicModel(
        name,
        ANSWER_TOKENS,
        Anthropic(http_client=DefaultHttpxClient(**connection), timeout=settings.llm_timeout, **options),
        AsyncAnthropic(http_client=DefaultAsyncHttpxClient(**connection), timeout=settings.llm_timeout, **options),
    )


def _connection(address: str, settings: Settings) -> dict[str, Any]:
    """Return the arguments of an HTTP client that sends passages and keys to ``address`` and nowhere else.

    It follows no redirect, and what is meant for this machine does not go through a proxy. No connection outlives its
    request, because the next one may come from another event loop, which could not use it.
    """
    return {
        "headers": {"Connection": "close"},
        "follow_redirects": False,
        "timeout": settings.llm_timeout,
        "trust_env": not is_this_machine(address),
    }


def _key(variable: str, settings: Settings) -> str:
    key = os.environ.get(variable)
    if not key:
        raise UsageError(f"{settings.llm} needs an API key", f"Set it in the environment: export {variable}=...")
    return key
