"""A website on this machine, whose pages a test writes, and what makes ``qa add`` take it for a public one."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler
from ipaddress import ip_address
from typing import Any, NamedTuple

import pytest

from qa.web import extraction
from qa.web.addresses import IPAddress
from qa.web.fetching import Fetcher, Limits
from tests.helpers.local_server import local_server

LOOPBACK = ip_address("127.0.0.1")
ARTICLE = (
    "<p>The bridge over the Wend opened on Monday after three years of work, and the mayor crossed it first.</p>"
    "<p>It cost 12 million euros. Cars pay a toll of 3 euros, cyclists pay nothing, and buses use it from June.</p>"
)
"""The text of an article, long enough to be one."""


class Reply(NamedTuple):
    """What the server sends for a path."""

    status: int
    headers: dict[str, str]
    body: Iterable[bytes]
    """Its pieces, sent one after the other."""


class Website:
    """The pages of a website.

    Args:
        root: its address, without a slash at the end.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.replies: dict[str, Reply] = {}
        self.requests: list[tuple[str, dict[str, str]]] = []
        """Path and headers of each request."""

    @property
    def port(self) -> int:
        """The port of the server."""
        return int(self.root.rpartition(":")[2])

    def put(
        self,
        path: str,
        body: str | bytes | Iterable[bytes],
        media_type: str = "text/html",
        status: int = 200,
        **more: str,
    ) -> str:
        """Serve a page at a path, and return its address; ``more`` are headers, with underscores for hyphens."""
        content = body.encode() if isinstance(body, str) else body
        headers = {"Content-Type": media_type} | {name.replace("_", "-"): value for name, value in more.items()}
        self.replies[path] = Reply(status, headers, [content] if isinstance(content, bytes) else content)
        return self.root + path

    def put_article(self, path: str, title: str, text: str = ARTICLE, head: str = "") -> str:
        """Serve an article, and return its address."""
        return self.put(
            path, f"<html><head><title>{title}</title>{head}</head><body><article>{text}</article></body></html>"
        )

    def redirect(self, path: str, target: str, status: int = 302) -> str:
        """Redirect a path, and return its address."""
        return self.put(path, b"", status=status, Location=target)


@contextmanager
def website() -> Iterator[Website]:
    """Serve a website on a free port; what it does not have is not found."""
    site = Website("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requests.append((self.path, dict(self.headers)))
            reply = site.replies.get(self.path, Reply(404, {}, []))
            with suppress(ConnectionError):  # it hangs up in the middle of what is too large or too slow
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in reply.body:
                    self.wfile.write(piece)

        def log_message(self, *_: Any) -> None:
            pass

    with local_server(Handler) as root:
        site.root = root
        yield site


def local_fetcher(**limits: Any) -> Fetcher:
    """Return what fetches pages of this machine's IPv4 address and of the public internet, within these limits."""
    return Fetcher("qa-corpus/test", lookup, is_local, limits=Limits(**limits))


def lookup(host: str, port: int) -> list[IPAddress]:
    """Return the address that a host has in a test: that of this machine, unless its name is an address."""
    try:
        return [ip_address(host)]
    except ValueError:
        return [] if host.startswith("unknown.") else [LOOPBACK]


def is_local(address: IPAddress) -> bool:
    """Whether an address is that of the website."""
    return address == LOOPBACK


def extract_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pages be read in this process: that is faster, and warnings of the libraries are errors."""
    monkeypatch.setattr("qa.web.isolation._run", lambda request: json.loads(json.dumps(extraction.respond(request))))


def use_in_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``qa add`` fetch pages of the website in this process."""
    local = functools.partial(Fetcher, resolve=lookup, is_allowed=is_local)
    monkeypatch.setattr("qa.cli.adding.Fetcher", local)
