"""HTTP servers on this machine for language models, assistants that use them, and connections to this machine."""

from __future__ import annotations

import _socket
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import qa

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class StreamingHandler(BaseHTTPRequestHandler):
    """Sends JSON, and streams in chunks, so that clients can tell a broken connection from the end."""

    protocol_version = "HTTP/1.1"

    def _send_chunk(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def _send_json(self, status: int, value: dict[str, Any]) -> None:
        data = json.dumps(value).encode()
        self._send_headers(status, "application/json", "Content-Length", str(len(data)))
        self.wfile.write(data)

    def _send_headers(self, status: int, content_type: str, *length: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header(*length)
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def local_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve requests with ``handler`` on a free port and yield the server's address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def connect_here(port: int) -> socket.socket:
    """Connect to a port of this machine, also in tests that refuse the network."""
    connection = socket.socket()
    try:
        _socket.socket.connect(connection, ("127.0.0.1", port))
    except OSError:
        connection.close()
        raise
    return connection


def allow_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow connections to this machine; any other connection fails the test."""

    def connect(self: socket.socket, address: Any) -> None:
        assert address[0] in LOOPBACK, address
        _socket.socket.connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


def with_model(assistant: qa.Assistant, **options: Any) -> qa.Assistant:
    """Open another assistant over the same corpus and index, with options for a language model."""
    return qa.open(assistant.corpus.root, assistant.settings.index_root, **options)
