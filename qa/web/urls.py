"""Addresses of pages: which are accepted, and which of them mean the same page."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urldefrag, urljoin, urlsplit

from qa.errors import PageError
from qa.text.sanitizing import single_line

LONGEST_URL = 2_000
"""Characters of an address."""
_PORTS = {"http": 80, "https": 443}
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\]")
_HOST = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?")
_UNQUOTED = "%/:=&?~#+!$,;'@()*[]"
"""Characters of an address that are not percent-encoded."""
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|mc_[ce]id)=")
"""Parameters that say where a link was found, not what it leads to."""
_ENTRY = "entry:"
_LONGEST_IDENTITY = 200
_SHOWN = 200


class PageURL(NamedTuple):
    """An address that was checked."""

    text: str
    """The whole address in ASCII, without a fragment."""
    scheme: str
    """``http`` or ``https``."""
    host: str
    """Name or number of the host, without brackets."""
    port: int
    """Number of the port."""
    target: str
    """Path and query."""

    @property
    def authority(self) -> str:
        """Host and port as a server is told them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def parse_url(text: str) -> PageURL:
    """Check an address.

    Raises:
        PageError: it is none, its scheme is neither http nor https, or it has a user name or password.
    """
    text = text.strip()
    if len(text) > LONGEST_URL:
        raise PageError(f"The address {shown(text)} is longer than {LONGEST_URL:,} characters", "Shorten it.")
    problem = PageError(f"{shown(text)} is not the address of a page", "For example: https://example.org/article")
    try:
        parts = urlsplit("" if _FORBIDDEN.search(text) else text)
        host, port = _host(parts), parts.port
    except ValueError:
        raise problem from None
    if parts.scheme not in _PORTS and "://" in text:
        raise PageError(f"{shown(text)} is neither http nor https", "Save the page as a file in the corpus.")
    if not host or parts.scheme not in _PORTS:
        raise problem
    if parts.username is not None or parts.password is not None:
        raise PageError("The address contains a user name or a password", "Leave out what precedes the @.")
    target = quote(parts.path or "/", safe=_UNQUOTED) + (
        f"?{quote(parts.query, safe=_UNQUOTED)}" if parts.query else ""
    )
    url = PageURL("", parts.scheme, host, _PORTS[parts.scheme] if port is None else port, target)
    return url._replace(text=f"{url.scheme}://{url.authority}{url.target}")


def joined(base: str, link: str) -> str:
    """Return the address that ``link`` means on the page at ``base``; empty if it means none."""
    try:
        return urldefrag(urljoin(base, link.strip())).url
    except ValueError:
        return ""


def page_key(url: str) -> str:
    """Return what is equal for two addresses of one page: scheme, "www.", fragment and tracking do not count."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    query = "&".join(parameter for parameter in parts.query.split("&") if not _TRACKING.match(parameter))
    host = parts.netloc.lower().removeprefix("www.")
    entry = parts.fragment if parts.fragment.startswith(_ENTRY) else ""
    return f"{host}{parts.path.rstrip('/')}?{query}#{entry}"


def entry_url(feed_url: str, identity: str) -> str:
    """Return an address for an entry of a feed that has no page: that of the feed, with the entry as its fragment."""
    return f"{feed_url}#{_ENTRY}{quote(identity[:_LONGEST_IDENTITY], safe='')}"


def shown(text: str) -> str:
    """Return an address or a part of it as it may be displayed: on one line, and not too long."""
    line = single_line(text)
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"


def _host(parts: SplitResult) -> str:
    """Return the host in ASCII; empty if there is none.

    Raises:
        ValueError: it cannot be one.
    """
    host = parts.hostname or ""
    if ":" in host:
        return str(IPv6Address(host)) if "%" not in host else ""
    ascii_host = host.encode("idna").decode() if host else ""
    return ascii_host if _HOST.fullmatch(ascii_host) else ""
