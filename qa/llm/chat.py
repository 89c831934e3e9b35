"""Sending messages to a language model and receiving its reply, up to a maximum length; it can be ended at any time."""

from __future__ import annotations

import asyncio
import queue
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from qa.errors import LLMError
from qa.llm.failures import explained
from qa.llm.prompt import visible
from qa.llm.providers import is_opened_here
from qa.llm.reply import LONGEST_REPLY, repeats_itself

if TYPE_CHECKING:
    from llama_index.core.llms import LLM, ChatMessage, ChatResponse

OnText = Callable[[str], None]
"""Receives the pieces of an answer as they arrive, and an empty one about ten times a second while none does.

An exception from it ends the reply and closes the connection, so that the server stops, too.
"""
OnResponse = Callable[["ChatResponse"], None]
"""Receives each response of a stream, which may say more than its piece of text; called on another thread."""
_STOP = re.compile(r"[.!?\n]")
"""What may end a sentence."""
_PAUSE = 0.1
"""Seconds without a piece after which an empty one is passed on."""
_CLOSING = 1.0
"""Seconds that a connection has to close; it takes milliseconds."""


def chat(
    model: LLM,
    name: str,
    messages: Sequence[ChatMessage],
    on_text: OnText = lambda _: None,
    on_response: OnResponse = lambda _: None,
) -> str:
    """Return the reply of ``model``; whatever ``on_text`` raises ends it, and so does a model that repeats itself.

    Raises:
        LLMError: the model failed or returned an empty reply.
    """
    reply = ""
    on_text("")  # whoever has given up meanwhile sends nothing
    receiver = _Receiver(model, name, messages, on_response)
    try:
        for piece in receiver.pieces():
            reply += piece
            on_text(visible(piece[:LONGEST_REPLY]))
            if len(reply) > LONGEST_REPLY or (_STOP.search(piece) and repeats_itself(reply)):
                break
    finally:
        receiver.cancel()
    if not reply.strip():
        raise LLMError(f"The model {name} returned an empty reply", "Ask again, or use another model.")
    return reply


class _Receiver:
    """Receives a reply on a thread of its own, so that nobody who waits for it has to wait for the server."""

    def __init__(self, model: LLM, name: str, messages: Sequence[ChatMessage], on_response: OnResponse) -> None:
        self._model = model
        self._name = name
        self._messages = messages
        self._on_response = on_response
        self._arrived: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._receive, name="qa-llm", daemon=True)
        self._is_cancelled = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def pieces(self) -> Iterator[str]:
        """Send the messages and yield the pieces of the reply; an empty one if none has arrived for a while.

        Raises:
            LLMError: the model failed.
        """
        self._thread.start()
        while True:
            try:
                piece = self._arrived.get(timeout=_PAUSE)
            except queue.Empty:
                piece = ""
            if piece is None:
                return
            if isinstance(piece, BaseException):
                raise explained(piece, self._name) from piece
            yield piece

    def cancel(self) -> None:
        """Close the connection, unless the reply has ended; a model of somebody else stops at its next piece."""
        self._is_cancelled = True
        if self._loop is not None and self._task is not None:
            with suppress(RuntimeError):  # the loop is closed: the reply has ended
                self._loop.call_soon_threadsafe(self._task.cancel)
            self._thread.join(_CLOSING)

    def _receive(self) -> None:
        try:
            if is_opened_here(self._model):
                asyncio.run(self._stream())
            else:
                self._stream_blocking()
        except BaseException as error:  # every client library has its own, and nobody else would see it
            self._arrived.put(error)
        else:
            self._arrived.put(None)

    async def _stream(self) -> None:
        """Receive the reply in a task, which can be cancelled even before the first piece."""
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        if self._is_cancelled:
            return
        async for part in await self._model.astream_chat(self._messages):
            self._on_response(part)
            self._pass_on(part.delta)

    def _stream_blocking(self) -> None:
        """Receive the reply of a model whose asynchronous client, if it has one, may belong to another event loop."""
        try:
            for part in self._model.stream_chat(self._messages):
                if self._is_cancelled:
                    return
                self._on_response(part)
                self._pass_on(part.delta)
        except NotImplementedError:
            self._pass_on(self._model.chat(self._messages).message.content)

    def _pass_on(self, piece: str | None) -> None:
        if piece:
            self._arrived.put(piece)
