"""Filters in words for people, and as texts for JSON and files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from qa.datatypes import Filter
from qa.questions.periods import Period
from qa.text.english import enumerated


def in_words(given: Filter) -> str:
    """Return a filter in words, such as "Articles from The Verge since 1 March 2024"; empty without one."""
    if not given:
        return ""
    named = (
        (name, values)
        for name, values in (
            ("from", given.sources),
            ("by", given.authors),
            ("tagged", given.tags),
            ("in", given.paths),
        )
        if values
    )
    parts = " ".join(["Articles", *(f"{name} {enumerated(values, 'or')}" for name, values in named)])
    period = Period(given.since, given.until)
    if not (given.since or given.until):
        return parts
    if not (given.since and given.until):
        return f"{parts} {period.in_words()}"
    return f"{parts}{',' if given.sources else ' from'} {period.in_words()}"


def as_texts(given: Filter) -> dict[str, str | list[str]]:
    """Return the conditions of a filter by name, days as ``YYYY-MM-DD``; only those that it has."""
    days = {"since": given.since, "until": given.until}
    lists = {"sources": given.sources, "authors": given.authors, "tags": given.tags, "paths": given.paths}
    return {name: day.isoformat() for name, day in days.items() if day} | {
        name: [*values] for name, values in lists.items() if values
    }


def from_texts(texts: Mapping[str, Any]) -> Filter:
    """Return the filter that ``as_texts`` described.

    Raises:
        TypeError, ValueError: it is none.
    """
    since, until = (date.fromisoformat(texts[name]) if name in texts else None for name in ("since", "until"))
    lists = (tuple(map(str, texts.get(name, ()))) for name in ("sources", "authors", "tags", "paths"))
    return Filter(since, until, *lists)
