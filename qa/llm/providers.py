"""From a name such as ``ollama/llama3.2`` to a LlamaIndex model; API keys come only from the environment."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from qa.errors import UsageError
from qa.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

ANSWER_TOKENS = 1024
"""Tokens reserved for the answer."""
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_OLLAMA = "http://localhost:11434"
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
    return factory(name, settings)


def _ollama(name: str, settings: Settings) -> LLM:
    from llama_index.llms.ollama import Ollama

    _require_trusted_address(settings)
    return Ollama(
        model=name,
        base_url=settings.llm_base_url or os.environ.get("OLLAMA_HOST") or _OLLAMA,
        temperature=0.0,
        context_window=settings.llm_context,
        request_timeout=settings.llm_timeout,
        additional_kwargs={"num_predict": ANSWER_TOKENS},
    )


def _openai(name: str, settings: Settings) -> LLM:
    from llama_index.llms.openai import OpenAI

    return OpenAI(
        model=name,
        api_key=_key("OPENAI_API_KEY", settings),
        temperature=0.0,
        max_tokens=ANSWER_TOKENS,
        max_retries=0,
        timeout=settings.llm_timeout,
    )


def _openai_like(name: str, settings: Settings) -> LLM:
    from llama_index.llms.openai_like import OpenAILike

    if settings.llm_base_url is None:
        raise UsageError(
            f"{settings.llm} needs a server address",
            'Set llm_base_url = "http://localhost:8000/v1" in qa.toml.',
        )
    _require_trusted_address(settings)
    return OpenAILike(
        model=name,
        api_key=os.environ.get("QA_LLM_API_KEY") or "none",
        api_base=settings.llm_base_url,
        is_chat_model=True,
        context_window=settings.llm_context,
        temperature=0.0,
        max_tokens=ANSWER_TOKENS,
        max_retries=0,
        timeout=settings.llm_timeout,
    )


def _anthropic(name: str, settings: Settings) -> LLM:
    try:
        from llama_index.llms.anthropic import Anthropic
    except ImportError:
        raise UsageError(
            "Anthropic models need an extra package", "Run: pip install llama-index-llms-anthropic"
        ) from None

    model: LLM = Anthropic(
        model=name,
        api_key=_key("ANTHROPIC_API_KEY", settings),
        temperature=0.0,
        max_tokens=ANSWER_TOKENS,
        max_retries=0,
        timeout=settings.llm_timeout,
    )
    return model


def _require_trusted_address(settings: Settings) -> None:
    """Refuse a remote server that only a ``qa.toml`` names: such a file may come with downloaded articles.

    Raises:
        UsageError: the address is not on this machine, and neither an option nor the environment names it.
    """
    address = settings.llm_base_url
    if address and "llm_base_url" in settings.from_file and urlsplit(address).hostname not in _THIS_MACHINE:
        raise UsageError(
            f"The server {address} is named only in a qa.toml; passages are not sent there",
            f"If you trust it, run: export QA_LLM_BASE_URL={shlex.quote(address)}",
        )


def _key(variable: str, settings: Settings) -> str:
    key = os.environ.get(variable)
    if not key:
        raise UsageError(f"{settings.llm} needs an API key", f"Set it in the environment: export {variable}=...")
    return key
