"""Runs ``extraction.py`` as a process of its own, within limits, and makes values of what it prints."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.errors import PageError, QAError
from qa.web import extraction

_LIBRARIES = ("trafilatura", "feedparser")


@dataclass(frozen=True, slots=True)
class Extract:
    """The article of a page."""

    title: str
    source: str
    authors: tuple[str, ...]
    published: str
    """An ISO date, or empty."""
    description: str
    tags: tuple[str, ...]
    text: str
    """Markdown."""
    is_login: bool
    """Whether the page asks for a password."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed."""

    link: str
    """The address of its page, or empty."""
    identity: str
    """What no other entry of the feed has, or empty."""
    title: str
    authors: tuple[str, ...]
    published: str
    """An ISO date, or empty."""
    tags: tuple[str, ...]
    content: str
    """What the feed itself has of its text."""
    is_html: bool
    """Whether that is HTML, not plain text."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed."""

    title: str
    count: int
    """How many entries it has."""
    entries: tuple[Entry, ...]
    """The first of them."""


def require_libraries() -> None:
    """Check that the libraries for pages and feeds are installed; nothing is imported.

    Raises:
        QAError: one is missing.
    """
    missing = [name for name in _LIBRARIES if importlib.util.find_spec(name) is None]
    if missing:
        raise _lacking(*missing)


def extract_page(html: str, url: str) -> Extract | None:
    """Return the article in the page that was at ``url``; None if it has none.

    Raises:
        PageError: it takes too much time or memory.
    """
    result = _run({"text": html, "url": url})
    return Extract(**_with_tuples(result)) if result else None


def extract_feed(data: bytes, url: str, content_type: str) -> Feed | None:
    """Return the entries of the feed that was at ``url``; None if it is none.

    Raises:
        PageError: it takes too much time or memory.
    """
    result = _run({"data": data.decode("latin-1"), "url": url, "content_type": content_type})
    if result is None:
        return None
    entries = tuple(Entry(**_with_tuples(entry)) for entry in result.pop("entries"))
    return Feed(**result, entries=entries)


def _run(request: dict[str, str]) -> dict[str, Any] | None:
    command = [sys.executable, "-P", str(Path(extraction.__file__))]
    problem = PageError("The page cannot be read within the limits of time and memory", "Save its text as a file.")
    try:
        run = subprocess.run(
            command,
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=extraction.SECONDS,
            check=True,
        )
        result: dict[str, Any] | None = json.loads(run.stdout)
    except (subprocess.SubprocessError, ValueError):
        raise problem from None
    if result and "missing" in result:
        raise _lacking(result["missing"])
    return result


def _lacking(*libraries: str) -> QAError:
    return QAError(f"qa add needs {' and '.join(libraries)}", "Run: pip install 'qa-corpus[formats]'")


def _with_tuples(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
