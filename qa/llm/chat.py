"""Sending messages to a model and taking its reply, as it comes and cut where it does not end."""

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
"""Takes the pieces of an answer as they are written; what it raises ends the writing."""


def chat(model: LLM, name: str, messages: Sequence[ChatMessage], on_text: OnText = lambda _: None) -> str:
    """Return what ``model`` replies.

    Raises:
        LLMError: it failed or said nothing.
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
    except Exception as error:  # each client library has its own
        raise explained(error, name) from error
    reply = "".join(pieces)
    if not reply.strip():
        raise LLMError(f"The model {name} said nothing", "Ask again, or another model.")
    return reply


def _pieces(model: LLM, messages: Sequence[ChatMessage]) -> Iterator[str]:
    try:
        for part in model.stream_chat(messages):
            if part.delta:
                yield part.delta
    except NotImplementedError:
        yield str(model.chat(messages).message.content or "")
