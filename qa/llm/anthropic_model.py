"""Anthropic's models as a LlamaIndex model, on Anthropic's own client.

LlamaIndex's package for them requires boto3 and Google's client as well, of which one excludes the version of
python-dateutil that Chroma's requirements need; and it does not work with the client from version 1.0 on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from anthropic import Anthropic, AsyncAnthropic
from llama_index.core.base.llms.generic_utils import chat_to_completion_decorator, stream_chat_to_completion_decorator
from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CitableBlock,
    CompletionResponse,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
    TextBlock,
)
from llama_index.core.llms import CustomLLM
from pydantic import PrivateAttr


class AnthropicModel(CustomLLM):
    """A model of Anthropic's. What a user may cite goes as search results; ``raw`` of each response is the event."""

    model: str
    max_tokens: int
    _client: Anthropic = PrivateAttr()
    _aclient: AsyncAnthropic = PrivateAttr()

    def __init__(self, model: str, max_tokens: int, client: Anthropic, aclient: AsyncAnthropic) -> None:
        super().__init__(model=model, max_tokens=max_tokens)
        self._client = client
        self._aclient = aclient

    @classmethod
    def class_name(cls) -> str:
        """Return the name of LlamaIndex's class, with which it agrees in messages and responses."""
        return "Anthropic_LLM"

    @property
    def metadata(self) -> LLMMetadata:
        """Its name and how much it writes."""
        return LLMMetadata(model_name=self.model, num_output=self.max_tokens, is_chat_model=True)

    def chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponse:
        """Return the reply."""
        text = "".join(response.delta or "" for response in self.stream_chat(messages))
        return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=text))

    def stream_chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponseGen:
        """Yield a response for each event of the reply."""
        events = self._client.messages.create(**self._request(messages), stream=True)

        def responses() -> ChatResponseGen:
            text = ""
            with closing(events):
                for event in events:
                    text += _piece(event)
                    yield _response(event, text)

        return responses()

    async def astream_chat(self, messages: Sequence[ChatMessage], **_: Any) -> ChatResponseAsyncGen:
        """Yield a response for each event of the reply; the connection is closed if this is cancelled."""
        events = await self._aclient.messages.create(**self._request(messages), stream=True)

        async def responses() -> ChatResponseAsyncGen:
            text = ""
            async with events:
                async for event in events:
                    text += _piece(event)
                    yield _response(event, text)

        return responses()

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:
        """Return the reply to a single message."""
        return chat_to_completion_decorator(self.chat)(prompt)

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:
        """Yield a response for each event of the reply to a single message."""
        return stream_chat_to_completion_decorator(self.stream_chat)(prompt)

    def _request(self, messages: Sequence[ChatMessage]) -> dict[str, Any]:
        """Return the arguments of a request: messages of the system are not part of a conversation."""
        system = "\n".join(message.content or "" for message in messages if message.role == MessageRole.SYSTEM)
        conversation = [
            {"role": message.role.value, "content": [*_content(message)]}
            for message in messages
            if message.role != MessageRole.SYSTEM
        ]
        request = {"model": self.model, "max_tokens": self.max_tokens, "messages": conversation}
        return request | {"system": system} if system else request


def _content(message: ChatMessage) -> Iterator[dict[str, Any]]:
    """Yield the content of a message, of which only text can be sent."""
    for block in message.blocks:
        if isinstance(block, CitableBlock):
            texts = [{"type": "text", "text": part.text} for part in block.content if isinstance(part, TextBlock)]
            names = {"source": block.source, "title": block.title}
            yield {"type": "search_result", "content": texts, "citations": {"enabled": True}} | names
        elif isinstance(block, TextBlock):
            yield {"type": "text", "text": block.text}


def _piece(event: Any) -> str:
    """Return the text that an event of a stream adds."""
    is_text = event.type == "content_block_delta" and event.delta.type == "text_delta"
    return str(event.delta.text) if is_text else ""


def _response(event: Any, text: str) -> ChatResponse:
    message = ChatMessage(role=MessageRole.ASSISTANT, content=text)
    return ChatResponse(message=message, delta=_piece(event), raw=dict(event))
