"""A fake language model: a LlamaIndex model with a queue of replies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
)
from llama_index.core.llms import CustomLLM
from pydantic import PrivateAttr

PIECE = 7
"""Characters in each streamed piece of a reply."""


class ScriptedLLM(CustomLLM):
    """Returns its replies in order. An exception is raised, after the text that precedes it, if any."""

    _replies: list[Any] = PrivateAttr(default_factory=list)
    _requests: list[Sequence[ChatMessage]] = PrivateAttr(default_factory=list)

    @classmethod
    def saying(cls, *replies: str | Exception | tuple[str, Exception]) -> ScriptedLLM:
        """Return a model with these replies."""
        model = cls()
        model._replies = list(replies)
        return model

    @property
    def requests(self) -> list[Sequence[ChatMessage]]:
        """The messages of each request."""
        return self._requests

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="scripted")

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        self._requests.append(messages)
        reply = self._replies.pop(0)
        text, error = reply if isinstance(reply, tuple) else (reply, None)
        if isinstance(text, Exception):
            text, error = "", text

        def stream() -> ChatResponseGen:
            for start in range(0, len(text), PIECE):
                piece = text[start : start + PIECE]
                yield ChatResponse(message=ChatMessage(role="assistant", content=text[: start + PIECE]), delta=piece)
            if error is not None:
                raise error

        return stream()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        raise NotImplementedError

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        raise NotImplementedError
