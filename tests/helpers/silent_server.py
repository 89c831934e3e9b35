"""A language model's server that stops in the middle of a reply, or before, and notices when its client leaves."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.helpers.local_server import StreamingHandler, local_server

WORDS = ("Approximately ", "11,000 ")
"""How each reply begins."""


class SilentHandler(StreamingHandler, BaseHTTPRequestHandler):
    """Speaks Ollama's protocol and OpenAI's: sends some words of a reply, and then waits for the client to leave."""

    is_finished: bool
    """Whether the reply ends after its words."""
    words: tuple[str, ...]
    """What is sent of a reply."""
    asked: threading.Event
    """Set when a request has arrived."""
    left: threading.Event
    """Set when the client of an unfinished reply has closed the connection."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.set()
        if self.words:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson" if self._is_ollama else "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
        for word in self.words:
            self._send_chunk(self._line(word))
        if self.is_finished:
            self._send_chunk(self._line("", is_last=True))
            self._send_chunk(b"")
        else:
            assert self.connection.recv(1) == b""
            self.left.set()

    @property
    def _is_ollama(self) -> bool:
        return self.path == "/api/chat"

    def _line(self, word: str, is_last: bool = False) -> bytes:
        if self._is_ollama:
            message = {"role": "assistant", "content": word}
            line = {"model": "tiny", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": is_last}
            return json.dumps(line).encode() + b"\n"
        choice = {"index": 0, "delta": {"content": word}, "finish_reason": "stop" if is_last else None}
        event: dict[str, Any] = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "tiny"}
        end = b"data: [DONE]\n\n" if is_last else b""
        return f"data: {json.dumps(event | {'choices': [choice]})}\n\n".encode() + end


@contextmanager
def silent_server(words: tuple[str, ...] = (), is_finished: bool = False) -> Iterator[tuple[str, type[SilentHandler]]]:
    """Run the server, set ``OLLAMA_HOST`` to its address, and yield that and the handler of its requests."""
    fields = {"words": words, "is_finished": is_finished, "asked": threading.Event(), "left": threading.Event()}
    handler = type("Handler", (SilentHandler,), fields)
    with local_server(handler) as address, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OLLAMA_HOST", address)
        yield address, handler
