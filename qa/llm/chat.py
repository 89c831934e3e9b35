"""Sending messages to a language model and streaming its reply, up to a maximum length."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from qa.errors import LLMError, QAError
from qa.llm.failures import explained
from qa.llm.prompt import visible
from qa.llm.reply import LONGEST_REPLY

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage

OnText = Callable[[str], None]
"""Receives the pieces of an answer as they arrive; an exception from it ends the reply."""


def chat(model: LLM, name: str, messages: Sequence[ChatMessage], on_text: OnText = lambda _: None) -> str:
    """Return the reply of ``model``.

    Raises:
        LLMError: the model failed or returned an empty reply.
        QAError: ``on_text`` raised it.
    """
    pieces: list[str] = []
    length = 0
    try:
        for piece in _pieces(model, messages):
            pieces.append(piece)
            length += len(piece)
            on_text(visible(piece[:LONGEST_REPLY]))
            if length > LONGEST_REPLY:
                break
    except QAError:
        raise
    except Exception as error:  # every client library has its own
        raise explained(error, name) from error
    reply = "".join(pieces)
    if not reply.strip():
        raise LLMError(f"The model {name} returned an empty reply", "Ask again, or use another model.")
    return reply


def _pieces(model: LLM, messages: Sequence[ChatMessage]) -> Iterator[str]:
    try:
        for part in model.stream_chat(messages):
            if part.delta:
                yield part.delta
    except NotImplementedError:
        yield str(model.chat(messages).message.content or "")
