"""How many tokens a prompt and its answer may have together: as the model's server says, else as ``llm_context`` says.

It takes up to three short requests to that server, and two seconds if it does not answer. So call this once for each
model, and only when it is going to write.
"""

from __future__ import annotations

from dataclasses import dataclass

from qa.errors import LLMError
from qa.llm.servers import ModelServer, server_of
from qa.settings import Settings

SMALLEST_CONTEXT = 2048
"""Tokens that a prompt of the usual size and its answer need."""


@dataclass(frozen=True, slots=True)
class Context:
    """The context of a model, as far as it is used."""

    tokens: int
    """Tokens that a prompt and its answer may have together."""
    is_from_server: bool
    """Whether the model's server sets this limit; otherwise ``llm_context`` does."""


def context_of(settings: Settings) -> Context:
    """Return the context of the model that ``settings.llm`` names; a server that cannot be asked is not an error.

    Raises:
        UsageError: ``OLLAMA_HOST`` is no address.
    """
    maximum = _maximum(server_of(settings))
    # Ollama uses as much of a model's context as a request asks for, and qa asks for llm_context.
    is_limited = "llm_context" in settings.model_fields_set or (settings.llm or "").startswith("ollama/")
    if maximum is None or (is_limited and settings.llm_context <= maximum):
        return Context(settings.llm_context, False)
    return Context(maximum, True)


def _maximum(server: ModelServer | None) -> int | None:
    try:
        return server.context if server else None
    except LLMError:
        return None
