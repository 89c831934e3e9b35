"""Where the server of a language model listens, and whether that is this machine."""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import urlsplit

from qa.errors import UsageError

_OLLAMA_PORT = 11434
_PORTS = {"http": 80, "https": 443}


def ollama_address() -> str:
    """Return the address of Ollama as a URL: ``OLLAMA_HOST`` in any form that Ollama accepts, else this machine.

    An address to listen on, such as 0.0.0.0, stands for this machine.

    Raises:
        UsageError: ``OLLAMA_HOST`` is no address.
    """
    text = os.environ.get("OLLAMA_HOST", "").strip(" \"'")
    scheme, separator, host = text.partition("://")
    if not separator:
        scheme, host = "http", text
    if host.count(":") > 1 and "[" not in host:
        host = f"[{host}]"
    try:
        parts = urlsplit(f"{scheme}://{host}")
        port = parts.port or (_PORTS[scheme] if separator else _OLLAMA_PORT)
    except (ValueError, KeyError):
        raise UsageError("OLLAMA_HOST is no address", "Set it to one such as http://localhost:11434.") from None
    return f"{scheme}://{_reachable(parts.hostname or 'localhost')}:{port}{parts.path.rstrip('/')}"


def is_this_machine(address: str) -> bool:
    """Whether an address, with or without a scheme, is on this machine, by its host alone."""
    host = urlsplit(address if "://" in address else f"//{address}").hostname or ""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return ip.is_loopback or ip.is_unspecified


def _reachable(host: str) -> str:
    """Return a host as it stands in a URL; not every system can connect to an unspecified address."""
    try:
        ip = ipaddress.ip_address(host)
    except ValueError:
        return host
    if ip.is_unspecified:
        return "127.0.0.1" if ip.version == 4 else "[::1]"
    return host if ip.version == 4 else f"[{host}]"


def without_credentials(address: str) -> str:
    """Return a URL as it may be shown, without user name, password and query."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
