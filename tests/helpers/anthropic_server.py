"""A fake server for Anthropic's messages protocol, which streams a scripted reply with citations of search results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple

from tests.helpers.local_server import StreamingHandler, local_server


class Part(NamedTuple):
    """A part of a reply, with what it cites."""

    text: str
    """Its text."""
    quotes: tuple[str, ...] = ()
    """Beginnings of the search results that it cites; what none of them begins with is cited as the 99th."""
    citations_first: bool = False
    """Whether the citations come before the text, as they may."""


class AnthropicHandler(StreamingHandler, BaseHTTPRequestHandler):
    """Implements ``POST /v1/messages``, streamed in chunks, so that clients notice a connection that breaks."""

    requests: list[dict[str, Any]] = []  # noqa: RUF012  # one server at a time
    """Request bodies."""
    keys: list[str | None] = []  # noqa: RUF012
    """Authorization headers of the requests."""
    reply: tuple[Part, ...] = ()
    """What is replied."""
    status = 200
    """Any other status is returned as an error."""
    hangs_up = False
    """Whether the connection breaks before the last part."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.close_connection = True
        self.requests.append(body)
        self.keys.append(self.headers["Authorization"])
        if self.path != "/v1/messages" or self.status != 200:
            error = {"type": "authentication_error", "message": f"key {self.headers['x-api-key']} is wrong"}
            self._send_json(self.status, {"type": "error", "error": error})
            return
        self._send_headers(200, "text/event-stream", "Transfer-Encoding", "chunked")
        usage = {"input_tokens": 9, "output_tokens": 1}
        message = {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "tiny",
            "content": [],
            "usage": usage,
        }
        self._send_event("message_start", message=message | {"stop_reason": None, "stop_sequence": None})
        results = [block for block in body["messages"][-1]["content"] if block["type"] == "search_result"]
        for index, part in enumerate(self.reply):
            if self.hangs_up and index == len(self.reply) - 1:
                return
            self._send_part(index, part, results)
        self._send_event("message_delta", delta={"stop_reason": "end_turn", "stop_sequence": None}, usage=usage)
        self._send_event("message_stop")
        self._send_chunk(b"")

    def _send_part(self, index: int, part: Part, results: list[dict[str, Any]]) -> None:
        """Send a block of text in two pieces and the citations of it."""
        middle = len(part.text) // 2
        texts = [{"type": "text_delta", "text": piece} for piece in (part.text[:middle], part.text[middle:])]
        citations = [{"type": "citations_delta", "citation": _location(quote, results)} for quote in part.quotes]
        self._send_event("content_block_start", index=index, content_block={"type": "text", "text": ""})
        for delta in [*citations, *texts] if part.citations_first else [*texts, *citations]:
            self._send_event("content_block_delta", index=index, delta=delta)
        self._send_event("content_block_stop", index=index)

    def _send_event(self, kind: str, **values: Any) -> None:
        self._send_chunk(f"event: {kind}\ndata: {json.dumps({'type': kind} | values)}\n\n".encode())


def _location(quote: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the place that cites the whole of the first search result that begins with ``quote``."""
    texts = [result["content"][0]["text"] for result in results]
    index = next((number for number, text in enumerate(texts) if text.startswith(quote)), 98)
    result = results[index] if index < len(results) else results[0]
    return {
        "type": "search_result_location",
        "search_result_index": index,
        "start_block_index": 0,
        "end_block_index": 1,
        "cited_text": result["content"][0]["text"],
        "source": result["source"],
        "title": result["title"],
    }


@contextmanager
def anthropic_server(*reply: Part) -> Iterator[str]:
    """Run the server with a reply and yield its base URL."""
    AnthropicHandler.requests.clear()
    AnthropicHandler.keys.clear()
    AnthropicHandler.reply, AnthropicHandler.status, AnthropicHandler.hangs_up = reply, 200, False
    with local_server(AnthropicHandler) as address:
        yield address
