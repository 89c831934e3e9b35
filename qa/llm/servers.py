"""What the server of a language model says about it: its context, its chat template, and which other models there are.

Only servers that the user names are asked: Ollama, and those that speak OpenAI's protocol (llama.cpp, vLLM, LM Studio).
Each question is one short request to the address that the prompts go to, with the same key, and each is asked once.
What they answer is data: bounded, and checked for type and range.
"""

from __future__ import annotations

import json
import os
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from qa.llm.addresses import is_this_machine, ollama_address
from qa.llm.failures import explained
from qa.settings import Settings
from qa.text.sanitizing import single_line

_TIMEOUT = 2.0
"""Seconds to wait for a server that may be busy with another prompt."""
_LARGEST = 1_000_000
"""Bytes of an answer; the longest known lists of models have half of that."""
_CONTEXTS = range(256, 100_000_000)
"""Sizes of a context that can be real, in tokens."""
_LONGEST_NAME = 200
_FOR_EVERY_MODEL = (
    "{%-formessageinmessages-%}{{-'<|im_start|>'+message.role+''+message.content+'<|im_end|>'-}}"
    "{%-endfor-%}{%-ifadd_generation_prompt-%}{{-'<|im_start|>assistant'-}}{%-endif-%}"
)
"""The chat template, without white space, that llama.cpp uses for a model that has none."""


class ModelServer(ABC):
    """A server with a language model.

    Args:
        address: its URL, without a slash at the end.
        name: what the server calls the model.
        model: what the user calls it, for messages.
    """

    def __init__(self, address: str, name: str, model: str) -> None:
        self.address = address
        """Its URL."""
        self.name = name
        """What the server calls the model."""
        self._model = model

    @property
    @abstractmethod
    def lacks_model(self) -> bool:
        """Whether it is certain that the server does not know the model.

        Raises:
            LLMError: the server cannot be reached; so do the other properties.
        """

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """The models that it has; empty if it does not say."""

    @property
    @abstractmethod
    def context(self) -> int | None:
        """The tokens that one request may have together with its answer; None if it does not say."""

    @property
    @abstractmethod
    def lacks_template(self) -> bool:
        """Whether it is certain that the model has no chat template, so that it is not made for instructions."""

    def _asked(self, url: str, body: Mapping[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        """Return the HTTP status and the JSON object that the server sends; an empty one if it sends anything else."""
        import httpx

        headers = {"Accept-Encoding": "identity"} | self._headers()
        method = "GET" if body is None else "POST"
        local = is_this_machine(url)
        try:
            with (
                httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=not local, headers=headers) as client,
                client.stream(method, url, json=body) as response,
            ):
                return response.status_code, _json_object(response.iter_raw())
        except Exception as error:  # also of a proxy or a key that cannot be used
            raise explained(error, self._model) from error

    def _headers(self) -> dict[str, str]:
        return {}


class OllamaServer(ModelServer):
    """Ollama, in its own protocol."""

    @property
    def lacks_model(self) -> bool:
        """Whether Ollama says that it has no such model."""
        return self._shown[0] == 404

    @property
    def names(self) -> list[str]:
        """The models that were pulled."""
        return _names(_entries(self._asked(f"{self.address}/api/tags")[1], "models"), "name")

    @property
    def context(self) -> int | None:
        """The maximum of the model; a request says how much of it to use."""
        facts = _object(self._shown[1].get("model_info"))
        return _size(facts.get(f"{facts.get('general.architecture')}.context_length"))

    @property
    def lacks_template(self) -> bool:
        """Whether the template is the bare prompt, and none is built into Ollama for this model."""
        facts = self._shown[1]
        built_in = facts.get("renderer") or "\nRENDERER " in str(facts.get("modelfile"))
        return facts.get("template") in ("", "{{ .Prompt }}") and not built_in

    @cached_property
    def _shown(self) -> tuple[int, dict[str, Any]]:
        return self._asked(f"{self.address}/api/show", {"model": self.name})


class OpenAILikeServer(ModelServer):
    """A server of OpenAI's protocol; some say more than that asks for."""

    @property
    def lacks_model(self) -> bool:
        """Never certain: many servers take any name, or load a model when it is asked for."""
        return False

    @property
    def names(self) -> list[str]:
        """The models in its list."""
        return _names(self._models, "id")

    @property
    def context(self) -> int | None:
        """What the model's server gives to one request."""
        listed = self._entry(self._models)
        sizes = (
            listed.get("max_model_len"),  # vLLM
            _object(listed.get("meta")).get("n_ctx"),  # llama.cpp
            listed.get("context_length"),  # hosted models
        )
        return (
            _first_size(sizes)
            or _size(_object(self._properties.get("default_generation_settings")).get("n_ctx"))
            or _first_size((self._loaded.get("loaded_context_length"), self._loaded.get("max_context_length")))
        )

    @property
    def lacks_template(self) -> bool:
        """Whether llama.cpp uses ChatML for a model that does not end its sentences with it."""
        template = "".join(str(self._properties.get("chat_template", "")).split())
        return template == _FOR_EVERY_MODEL and self._properties.get("eos_token") != "<|im_end|>"

    @cached_property
    def _models(self) -> list[dict[str, Any]]:
        return _entries(self._asked(f"{self.address}/models")[1], "data")

    @cached_property
    def _properties(self) -> dict[str, Any]:
        """What llama.cpp says about itself."""
        return self._asked(f"{self._root}/props")[1]

    @cached_property
    def _loaded(self) -> dict[str, Any]:
        """What LM Studio says about the model."""
        return self._entry(_entries(self._asked(f"{self._root}/api/v0/models")[1], "data"))

    @property
    def _root(self) -> str:
        return self.address.removesuffix("/v1")

    def _entry(self, models: list[dict[str, Any]]) -> dict[str, Any]:
        """Return what a list says about the model; a server with only one model may call it otherwise."""
        named = [entry for entry in models if entry.get("id") == self.name]
        return next(iter(named or (models if len(models) == 1 else [])), {})

    def _headers(self) -> dict[str, str]:
        key = os.environ.get("QA_LLM_API_KEY")
        return {"Authorization": f"Bearer {key}"} if key else {}


def server_of(settings: Settings) -> ModelServer | None:
    """Return the server of the model that ``settings.llm`` names; None for a provider that is not asked.

    Raises:
        UsageError: ``OLLAMA_HOST`` is no address.
    """
    provider, _, name = (settings.llm or "").partition("/")
    if provider == "ollama" and name:
        return OllamaServer(ollama_address(), name, f"{provider}/{name}")
    if provider == "openai-like" and name and settings.llm_base_url:
        return OpenAILikeServer(settings.llm_base_url.rstrip("/"), name, f"{provider}/{name}")
    return None


def _json_object(pieces: Iterable[bytes]) -> dict[str, Any]:
    """Return what the pieces of an answer say; they may come slowly, or never end."""
    deadline = time.monotonic() + _TIMEOUT
    data = b""
    for piece in pieces:
        data += piece
        if len(data) > _LARGEST or time.monotonic() > deadline:
            return {}
    try:
        return _object(json.loads(data))
    except (ValueError, RecursionError):
        return {}


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _entries(answer: dict[str, Any], key: str) -> list[dict[str, Any]]:
    entries = answer.get(key)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _names(entries: list[dict[str, Any]], key: str) -> list[str]:
    return [single_line(entry[key])[:_LONGEST_NAME] for entry in entries if isinstance(entry.get(key), str)]


def _size(value: Any) -> int | None:
    """Return the size of a context, if it can be one."""
    return value if type(value) is int and value in _CONTEXTS else None


def _first_size(values: Iterable[Any]) -> int | None:
    return next(filter(None, map(_size, values)), None)
