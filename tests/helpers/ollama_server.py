"""A fake Ollama server, limited to chat."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.helpers.local_server import local_server

REPLY = "Approximately 11,000 North Korean troops were moved into Russia's Kursk region [1]."


class OllamaHandler(BaseHTTPRequestHandler):
    """Implements ``POST /api/chat`` of Ollama's protocol, which streams JSON lines."""

    requests: list[dict[str, Any]] = []  # noqa: RUF012  # one server at a time
    hangs_up = False
    """Whether the connection breaks in the middle of a reply."""
    delay = 0.0
    """Seconds of delay before the first word."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/api/chat" or body["model"] != "tiny":
            self._send(404, json.dumps({"error": f"model '{body['model']}' not found"}))
            return
        self.requests.append(body)
        time.sleep(self.delay)
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for word in REPLY.split(" "):
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
    """Run the server and yield its address."""
    OllamaHandler.requests.clear()
    OllamaHandler.hangs_up, OllamaHandler.delay = False, 0.0
    with local_server(OllamaHandler) as address:
        yield address
