"""Fetching a page within limits: of its size, of the time in all, of redirects, and of what it may be.

Proxies of the environment are not used: a proxy looks up names by itself, so that nothing could be said about where the
connection goes. There are no cookies and no retries, and nothing that a server says is remembered for the next page.
"""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
import zlib
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from qa.errors import PageError
from qa.web.addresses import IPAddress, IsAllowed, Resolve, checked_addresses, is_public, resolve
from qa.web.deadlines import Deadline, TimedSocket
from qa.web.urls import PageURL, joined, parse_url, shown

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
XML_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/xml", "text/xml"}
)
TEXT_TYPES = frozenset({"text/plain", "text/markdown", "text/x-markdown"})
_UNNAMED = "application/octet-stream"
"""The type of what a server sends without one."""
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PIECE = 65_536
_ACCEPTED = f"{', '.join(sorted(HTML_TYPES))}, {', '.join(sorted(XML_TYPES | TEXT_TYPES))};q=0.9, */*;q=0.1"
_IN_BROWSER = "Open it in a browser, and save it as a file in the corpus."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may take."""

    size: int = 10_000_000
    """Bytes, after decompression."""
    seconds: float = 60
    """Time for a page, with all redirects; only the system limits how long it looks up a name."""
    connect_seconds: float = 15
    """Time for a connection to one address."""
    redirects: int = 5
    """Redirects to another address."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent."""

    url: str
    """Its address, after redirects."""
    media_type: str
    """Its type in lower case, such as ``text/html``."""
    charset: str
    """The encoding that the server stated, or empty."""
    data: bytes
    """Its content, decompressed."""


class Fetcher:
    """Fetches pages of the public internet.

    Args:
        agent: how it introduces itself to a server.
        resolve: looks up the addresses of a host.
        is_allowed: decides about each of them.
        limits: what a page may take.
    """

    def __init__(
        self,
        agent: str,
        resolve: Resolve = resolve,
        is_allowed: IsAllowed = is_public,
        limits: Limits | None = None,
    ) -> None:
        self._agent = agent
        self._resolve = resolve
        self._is_allowed = is_allowed
        self._limits = limits or Limits()

    def fetch(self, address: str) -> Page:
        """Return the page at an address, following redirects.

        Raises:
            PageError: it is not allowed, cannot be fetched, is too large or no page.
        """
        url = parse_url(address)
        deadline = Deadline(self._limits.seconds)
        try:
            for _ in range(self._limits.redirects + 1):
                result = self._request(url, deadline)
                if isinstance(result, Page):
                    return result
                url = result
        except TimeoutError:
            raise PageError(f"{url.host} takes too long", "Try again later.") from None
        except ssl.SSLCertVerificationError as error:
            problem = f"The certificate of {url.host} is not valid: {shown(error.verify_message)}"
            raise PageError(problem, _IN_BROWSER) from None
        except (OSError, EOFError, http.client.HTTPException, zlib.error) as error:
            reason = shown((isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__)
            raise PageError(f"The connection to {url.host} failed: {reason}", "Try again later.") from None
        raise PageError(f"The page is redirected more than {self._limits.redirects} times", _IN_BROWSER)

    def _request(self, url: PageURL, deadline: Deadline) -> Page | PageURL:
        """Return a page, or the address that it is redirected to."""
        addresses = checked_addresses(url.host, url.port, self._resolve, self._is_allowed)
        with self._connected(url, addresses, deadline) as connection:
            timed = TimedSocket(connection, deadline)
            timed.sendall(_head(url, self._agent))
            with closing(http.client.HTTPResponse(cast(socket.socket, timed))) as response:
                response.begin()
                location = response.getheader("Location")
                if response.status in _REDIRECTS and location:
                    # Headers are read as Latin-1, but addresses that are not ASCII are sent as UTF-8.
                    location = location.encode("latin-1").decode(errors="replace")
                    return parse_url(joined(url.text, location) or location)
                return self._page(url, response)

    def _connected(self, url: PageURL, addresses: Sequence[IPAddress], deadline: Deadline) -> socket.socket:
        """Return a connection to the first of the addresses that accepts one.

        Raises:
            OSError: none of them does.
        """
        *others, last = addresses
        for address in others:
            with suppress(OSError):
                return self._connection(url, address, deadline)
        return self._connection(url, last, deadline)

    def _connection(self, url: PageURL, address: IPAddress, deadline: Deadline) -> socket.socket:
        connection = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6)
        try:
            connection.settimeout(min(deadline.remaining(), self._limits.connect_seconds))
            connection.connect((str(address), url.port))
            if url.scheme == "http":
                return connection
            connection.settimeout(deadline.remaining())
            return ssl.create_default_context().wrap_socket(connection, server_hostname=url.host)
        except OSError:
            connection.close()
            raise

    def _page(self, url: PageURL, response: http.client.HTTPResponse) -> Page:
        if response.status != HTTPStatus.OK:
            raise PageError(f"The server answers {_status(response.status)}", _IN_BROWSER)
        media_type = response.headers.get_content_type() if response.getheader("Content-Type") else _UNNAMED
        if media_type not in HTML_TYPES | XML_TYPES | TEXT_TYPES:
            raise PageError(f"{shown(media_type)} is no page or feed", "Save it as a file in the corpus.")
        return Page(url.text, media_type, response.headers.get_content_charset() or "", self._content(response))

    def _content(self, response: http.client.HTTPResponse) -> bytes:
        """Return what the server sends, decompressed, of which no more is ever in memory than is allowed."""
        encoding = (response.getheader("Content-Encoding") or "identity").strip().lower()
        if encoding not in ("identity", "gzip", "x-gzip"):
            raise PageError(
                f"The page is compressed by a method that was not asked for ({shown(encoding)})", _IN_BROWSER
            )
        stream = response if encoding == "identity" else gzip.GzipFile(fileobj=response)
        content = bytearray()
        while piece := stream.read(_PIECE):
            content += piece
            if len(content) > self._limits.size:
                raise PageError(f"The page is larger than {self._limits.size:,} bytes", _IN_BROWSER)
        if stream is response and response.length:
            raise EOFError("it ended before the page did")
        return bytes(content)


def _head(url: PageURL, agent: str) -> bytes:
    fields = {
        "Host": url.authority,
        "User-Agent": agent,
        "Accept": _ACCEPTED,
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    lines = [f"GET {url.target} HTTP/1.1", *(f"{name}: {value}" for name, value in fields.items()), "", ""]
    return "\r\n".join(lines).encode("ascii")


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
