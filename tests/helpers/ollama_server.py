"""A fake Ollama server: chat, and what it says about its models."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from tests.helpers.local_server import local_server

REPLY = "Approximately 11,000 North Korean troops were moved into Russia's Kursk region [1]."


SHOWN: dict[str, Any] = {
    "template": "{{ if .System }}<|system|>{{ .System }}{{ end }}<|user|>{{ .Prompt }}",
    "modelfile": "FROM tiny",
    "capabilities": ["completion"],
    "model_info": {"general.architecture": "llama", "llama.context_length": 131_072},
}
"""What Ollama tells about a model made for chat."""


class OllamaHandler(BaseHTTPRequestHandler):
    """Implements parts of Ollama's protocol; ``POST /api/chat`` streams JSON lines."""

    requests: list[dict[str, Any]] = []  # noqa: RUF012  # one server at a time
    hangs_up = False
    """Whether the connection breaks in the middle of a reply."""
    delay = 0.0
    """Seconds of delay before the first word."""
    shown = SHOWN
    """What it tells about its model."""
    reply = REPLY

    def do_GET(self) -> None:
        models = [{"name": "tiny:latest"}, {"name": "large:70b"}]
        self._send(200 if self.path == "/api/tags" else 404, json.dumps({"models": models}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if body["model"] != "tiny" or self.path not in ("/api/chat", "/api/show"):
            self._send(404, json.dumps({"error": f"model '{body['model']}' not found"}))
            return
        if self.path == "/api/show":
            self._send(200, json.dumps(self.shown))
            return
        self.requests.append(body)
        time.sleep(self.delay)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for word in self.reply.split(" "):
            if self.hangs_up and word == "troops":
                return
            self._line(message={"role": "assistant", "content": f"{word} "}, done=False)
        self._line(message={"role": "assistant", "content": ""}, done=True, done_reason="stop", eval_count=9)

    def _line(self, **values: Any) -> None:
        line = {"model": "tiny", "created_at": "2026-01-01T00:00:00Z"} | values
        self.wfile.write(json.dumps(line).encode() + b"\n")
        self.wfile.flush()

    def _send(self, code: int, text: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def ollama_server() -> Iterator[str]:
    """Run the server, set ``OLLAMA_HOST`` to its address, and yield that."""
    OllamaHandler.requests.clear()
    OllamaHandler.hangs_up, OllamaHandler.delay = False, 0.0
    OllamaHandler.shown, OllamaHandler.reply = SHOWN, REPLY
    with local_server(OllamaHandler) as address, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OLLAMA_HOST", address)
        yield address
