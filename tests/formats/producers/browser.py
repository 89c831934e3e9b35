"""Chromium, driven through its DevTools protocol: printing to PDF and saving web archives."""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync --remote-debugging-pipe"
).split()
_SCRIPT = 'exec chromium "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1'
"""Chromium reads commands from file descriptor 3 and writes to 4, which Popen cannot number."""


class Page:
    """A tab of the browser."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._numbers = itertools.count(1)
        self._session: dict[str, str] = {}
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._session = {"sessionId": session}
        self._call("Page.enable")
        self._call("Fetch.enable")

    def open(self, address: str, html: str) -> None:
        """Load a page that stands at a web address; whatever else it asks for is not there."""
        self._send("Page.navigate", url=address)
        while (event := self._receive()).get("method") != "Page.loadEventFired":
            if event.get("method") == "Fetch.requestPaused":
                request = event["params"]
                is_page = request["request"]["url"] == address
                body = base64.b64encode(html.encode() if is_page else b"").decode()
                headers = [{"name": "Content-Type", "value": "text/html; charset=utf-8"}]
                self._send(
                    "Fetch.fulfillRequest",
                    requestId=request["requestId"],
                    responseCode=200 if is_page else 404,
                    responseHeaders=headers,
                    body=body,
                )

    def pdf(self, **options: object) -> bytes:
        """Return the page as PDF."""
        data = self._call("Page.printToPDF", printBackground=True, **options)["data"]
        return base64.b64decode(data)

    def mhtml(self) -> str:
        """Return the page as a web archive."""
        return str(self._call("Page.captureSnapshot", format="mhtml")["data"])

    def html(self) -> str:
        """Return the document as the browser holds it."""
        return f"<!DOCTYPE html>\n{self.evaluate('document.documentElement.outerHTML')}"

    def evaluate(self, script: str) -> object:
        """Run JavaScript in the page and return its value."""
        result: object = self._call("Runtime.evaluate", expression=script)["result"].get("value")
        return result

    def _send(self, method: str, **parameters: object) -> int:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters} | self._session
        assert self._process.stdin
        self._process.stdin.write(json.dumps(message).encode() + b"\0")
        self._process.stdin.flush()
        return number

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        number = self._send(method, **parameters)
        while (reply := self._receive()).get("id") != number:
            pass
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']}")
        result: dict[str, Any] = reply["result"]
        return result

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout
        message = bytearray()
        while (byte := self._process.stdout.read(1)) != b"\0":
            if not byte:
                raise RuntimeError("Chromium ended")
            message += byte
        reply: dict[str, Any] = json.loads(message)
        return reply


@contextmanager
def browser() -> Iterator[Page]:
    """Run Chromium with a profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = ["sh", "-c", _SCRIPT, "sh", *_FLAGS, f"--user-data-dir={profile}"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            try:
                yield Page(process)
            finally:
                process.terminate()
