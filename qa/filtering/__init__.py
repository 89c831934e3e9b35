"""Filters as people give them: from texts to a filter, to the names that the articles have, and back to words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from qa.corpus.dates import parse_date
from qa.datatypes import Filter
from qa.errors import UsageError
from qa.filtering.names import AUTHORS, OUTLETS, TAGS, KnownNames, find_names, find_path, known_names, plain_tag
from qa.questions.limits import require_readable
from qa.questions.periods import Period, parse_period
from qa.text.english import written_out

if TYPE_CHECKING:
    from qa.index import Index

__all__ = [
    "KnownNames",
    "ResolvedFilter",
    "intersection",
    "known_names",
    "parse_filter",
    "resolve",
]

_DATE_HINT = "Write it as 2024-03-01, “1 March 2024”, “March 2024”, 2024, yesterday or “last week”."


class ResolvedFilter(NamedTuple):
    """A filter after its names were looked up in the index."""

    shown: Filter
    """The filter with the full names of outlets and authors, where they are clear."""
    exact: Filter
    """The same with what the documents have: all that match, each in full."""


def parse_filter(
    since: str = "",
    until: str = "",
    on: str = "",
    sources: Iterable[str] = (),
    authors: Iterable[str] = (),
    tags: Iterable[str] = (),
    paths: Iterable[str] = (),
    today: date | None = None,
) -> Filter:
    """Return the filter that texts describe; what is empty or blank is no condition.

    A period, such as "last week", begins with its first day, ends with its last one, and is whole for ``on``.

    Raises:
        UsageError: a date cannot be understood, or the first day is later than the last.
    """
    today = today or date.today()
    periods = {name: _period(text, name, today) for name, text in (("since", since), ("until", until), ("on", on))}
    first = max((day for name in ("since", "on") if (day := periods[name].first)), default=None)
    last = min((day for name in ("until", "on") if (day := periods[name].last)), default=None)
    given = Filter(first, last, *(_stripped(each) for each in (sources, authors, tags, paths)))
    _require_order(given)
    return given


def resolve(given: Filter, index: Index) -> ResolvedFilter:
    """Look up the names of a filter in the index.

    A name matches whatever contains its words side by side, whatever their case: "verge" is The Verge, "bbc" BBC News,
    "smith" Jane Smith and Bob Lee. If an outlet has exactly this name, only that is meant. A tag matches as a whole,
    with the tags below it: "a" also "a/b".

    Raises:
        UsageError: no article has such a name or path, or the first day is later than the last.
    """
    _require_order(given)
    for names in (given.sources, given.authors, given.tags, given.paths):
        for name in names:
            require_readable(name, "filter")
    sources, source_names = find_names(given.sources, OUTLETS, index)
    authors, author_names = find_names(given.authors, AUTHORS, index)
    tags, _ = find_names(given.tags, TAGS, index)
    paths = tuple(find_path(path, index) for path in given.paths)
    tag_names = tuple(map(plain_tag, given.tags))
    shown = Filter(given.since, given.until, source_names, author_names, tag_names, given.paths)
    return ResolvedFilter(shown, Filter(given.since, given.until, sources, authors, tags, paths))


def intersection(exact: Filter, meant: Filter, index: Index) -> Filter | None:
    """Return the filter that articles meet which meet two; None if there are no such articles.

    Args:
        exact: a filter with names as the documents have them.
        meant: another one, with paths of single articles only.
        index: the index.
    """
    paths = exact.paths or meant.paths
    if exact.paths and meant.paths:
        paths = tuple(index.paths(Filter(paths=exact.paths), Filter(paths=meant.paths)))
    sources = tuple(name for name in exact.sources if name in meant.sources or not meant.sources) or meant.sources
    is_possible = not (exact.paths and meant.paths and not paths)
    is_possible &= not (exact.sources and meant.sources and set(exact.sources).isdisjoint(meant.sources))
    since = max((day for day in (exact.since, meant.since) if day), default=None)
    until = min((day for day in (exact.until, meant.until) if day), default=None)
    both = Filter(since, until, sources, exact.authors or meant.authors, exact.tags or meant.tags, paths)
    return both if is_possible and (not both or index.has_documents(both)) else None


def _period(text: str, name: str, today: date) -> Period:
    """Return the period that a text names; an open one if it is blank.

    Raises:
        UsageError: it cannot be understood.
    """
    if not text.strip():
        return Period(None, None)
    period = parse_period(text, today)
    day = parse_date(text) if period is None else None
    if period is None and day is None:
        raise UsageError(f"“{text}” is no date for {name}", _DATE_HINT)
    return period or Period(day, day)


def _stripped(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value.strip() for value in values if value.strip()))


def _require_order(given: Filter) -> None:
    if given.since and given.until and given.since > given.until:
        first, last = written_out(given.since), written_out(given.until)
        raise UsageError(f"No day is both since {first} and until {last}", "Give a first day before the last one.")
