"""A fake server for OpenAI's chat completions protocol, with and without streaming."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.helpers.local_server import StreamingHandler, local_server
from tests.helpers.ollama_server import REPLY


class OpenAIHandler(StreamingHandler, BaseHTTPRequestHandler):
    """Implements ``POST /v1/chat/completions``, with server-sent events if streamed."""

    requests: list[dict[str, Any]] = []  # noqa: RUF012  # one server at a time
    """Request bodies."""
    keys: list[str | None] = []  # noqa: RUF012
    """Authorization headers."""
    status = 200
    """Any other status is returned as an error."""
    hangs_up = False
    """Whether the connection breaks in the middle of a stream."""
    message = ""
    """The message of an error; by default one that repeats the key, as that of some servers does."""
    reply = REPLY
    answers: dict[str, Any] = {}  # noqa: RUF012
    """What it says about itself, by path."""
    asked: list[str] = []  # noqa: RUF012
    """Paths of such requests."""

    def do_GET(self) -> None:
        self.close_connection = True
        self.asked.append(self.path)
        self.keys.append(self.headers["Authorization"])
        self._send_json(200 if self.path in self.answers else 404, self.answers.get(self.path, {}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.close_connection = True
        self.requests.append(body)
        self.keys.append(self.headers["Authorization"])
        if self.path != "/v1/chat/completions" or self.status != 200:
            text = self.message or f"Request with {self.headers['Authorization']} failed"
            error = {"message": text, "code": None}
            self._send_json(self.status if self.status != 200 else 404, {"error": error})
        elif body.get("stream"):
            self._send_stream()
        else:
            message = {"role": "assistant", "content": self.reply}
            usage = {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}
            choice = {"index": 0, "message": message, "finish_reason": "stop"}
            self._send_json(200, self._completion("chat.completion", choices=[choice], usage=usage))

    def _send_stream(self) -> None:
        self._send_headers(200, "text/event-stream", "Transfer-Encoding", "chunked")
        self._send_event({"role": "assistant", "content": ""})
        for word in self.reply.split(" "):
            if self.hangs_up and word == "troops":
                return
            self._send_event({"content": f"{word} "})
        self._send_event({}, finish_reason="stop")
        self._send_chunk(b"data: [DONE]\n\n")
        self._send_chunk(b"")

    def _send_event(self, delta: dict[str, str], finish_reason: str | None = None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
        event = self._completion("chat.completion.chunk", choices=[choice])
        self._send_chunk(f"data: {json.dumps(event)}\n\n".encode())

    @staticmethod
    def _completion(kind: str, **values: Any) -> dict[str, Any]:
        return {"id": "chatcmpl-1", "object": kind, "created": 1_767_225_600, "model": "tiny"} | values


@contextmanager
def openai_server() -> Iterator[str]:
    """Run the server and yield the base URL of its API."""
    OpenAIHandler.requests.clear()
    OpenAIHandler.keys.clear()
    OpenAIHandler.asked.clear()
    OpenAIHandler.status, OpenAIHandler.hangs_up, OpenAIHandler.message = 200, False, ""
    OpenAIHandler.reply, OpenAIHandler.answers = REPLY, {}
    with local_server(OpenAIHandler) as address:
        yield f"{address}/v1"
