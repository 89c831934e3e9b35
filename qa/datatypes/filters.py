"""Which articles to search."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles to search: those that meet every condition; without any, all articles."""

    since: date | None = None
    """The first day of publication; articles without a date do not meet it."""
    until: date | None = None
    """The last day of publication."""
    sources: tuple[str, ...] = ()
    """Names of outlets, or parts of them; one of them."""
    authors: tuple[str, ...] = ()
    """Names of authors, or parts of them; one of them."""
    tags: tuple[str, ...] = ()
    """Tags; one of them."""
    paths: tuple[str, ...] = ()
    """Paths relative to the corpus, or patterns with ``*`` and ``?``; one of them."""

    def __bool__(self) -> bool:
        return self != NO_FILTER


NO_FILTER = Filter()
