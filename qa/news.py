"""What is new: the articles that came, changed and left since the user last looked, or since a day.

A look saves which articles there are, with the hashes of their contents, in the user's data folder. A renamed article
is the same article. When an article came or changed is the time of its file, as far as that agrees with the looks
before and after. Nobody saw the articles of the first look come: of those, the day of publication counts, or else the
day on which the file was written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from qa.saved_state import load_state, save_state

if TYPE_CHECKING:
    from pathlib import Path

    from qa.assistant import Assistant
    from qa.index import DocumentEntry, Index

MOST_RECENT = 20
"""Articles that are listed at the first look."""


@dataclass(frozen=True, slots=True)
class SeenArticle:
    """An article as it was when the user looked."""

    hash: str
    """SHA-256 of its text."""
    title: str
    """Its title."""
    source: str | None
    """Outlet or author."""
    published: date | None
    """Day of publication."""
    came: datetime
    """When it came; of one that was there at the first look, when its file had been written."""
    arrived: date
    """The day on which it came; of one that was there at the first look, its day of publication, if it had one."""
    changed: datetime | None = None
    """When its content last changed; None if it has not since it came."""
    left: datetime | None = None
    """When it was first missing; None while it is there."""


@dataclass(frozen=True, slots=True)
class Look:
    """What the user has seen, as it is saved."""

    version: int = 1
    """Of the format."""
    at: datetime | None = None
    """When; None if never."""
    articles: Mapping[str, SeenArticle] = field(default_factory=dict)
    """The articles that were there, by path."""
    removed: Mapping[str, SeenArticle] = field(default_factory=dict)
    """Those that have left at any time, by their last path."""


NEVER = Look()


@dataclass(frozen=True, slots=True)
class NewsItem:
    """An article that came, changed or left."""

    path: str
    """Relative to the corpus."""
    title: str
    """Its title, or the name of its file."""
    source: str | None
    """Outlet or author, if known."""
    published: date | None
    """Day of publication, if known."""
    time: datetime
    """When it came, changed or left, as far as that is known."""


@dataclass(frozen=True, slots=True)
class News:
    """What came, changed and left, each newest first: by day of publication, or else by ``NewsItem.time``."""

    since: datetime | date | None
    """The last look, or the day asked for; None at the first look, when ``new`` has the most recent articles."""
    articles: int
    """How many articles there are."""
    new: tuple[NewsItem, ...]
    """Articles that came, whether or not they have changed since."""
    changed: tuple[NewsItem, ...]
    """Articles whose content changed."""
    removed: tuple[NewsItem, ...]
    """Articles that are gone."""
    seen: Look = field(repr=False)
    """What ``mark_seen`` saves."""

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.removed)


def find_news(assistant: Assistant, since: date | None = None) -> News:
    """Return what is new in the index of an assistant, since the last look or since a day, that day included.

    Nothing is saved: ``mark_seen`` does that once the user has seen it.

    Raises:
        DamagedFile: the last look is not known; its file was renamed, so that the next call is the first look.
        UnusableIndex: there is no index.
    """
    before = load_state(assistant.settings.news_file, NEVER)
    comparison = _compare(before, assistant.index, assistant.corpus.root)
    if since is not None:
        return _since_day(since, comparison.look)
    return _since_look(before, comparison)


def mark_seen(assistant: Assistant, news: News) -> None:
    """Save that the user has seen these news; the next ones are those that come after.

    If two processes do so at once, what only the later of them has seen may be listed again: nothing is left out.

    Raises:
        QAError: it cannot be saved; the same news will be listed again.
    """
    save_state(assistant.settings.news_file, news.seen)


class _Comparison(NamedTuple):
    look: Look
    """What can be seen now."""
    new: set[str]
    """Paths of articles that came since the look before."""
    changed: set[str]
    """Paths of articles whose content changed since."""
    removed: set[str]
    """Paths of articles that have left since."""


def _compare(before: Look, index: Index, root: Path) -> _Comparison:
    """Compare the articles of an index with those of the look before."""
    now = datetime.now(UTC)
    entries = {entry.path: entry for entry in index.documents()}
    gone = {path: seen for path, seen in before.articles.items() if path not in entries}
    by_hash: dict[str, list[str]] = {}
    for path, seen in gone.items():
        by_hash.setdefault(seen.hash, []).append(path)
    articles: dict[str, SeenArticle] = {}
    new, changed = set[str](), set[str]()
    for path, entry in entries.items():
        known = before.articles.get(path)
        if known is None and by_hash.get(entry.text_hash):
            known = gone.pop(by_hash[entry.text_hash].pop())  # it was renamed
        if before.at is None:
            written = _time(entry.mtime_ns)
            articles[path] = _seen(entry, came=written, arrived=entry.published or _day(written))
        elif known is None:
            new.add(path)
            came = _between(before.at, root / entry.file, now)
            articles[path] = _seen(entry, came=came, arrived=_day(came))
        elif known.hash != entry.text_hash:
            changed.add(path)
            articles[path] = _seen(entry, known.came, known.arrived, _between(before.at, root / entry.file, now))
        else:
            articles[path] = _seen(entry, known.came, known.arrived, known.changed)
    removed = {path: seen for path, seen in before.removed.items() if path not in articles}
    removed |= {path: replace(seen, left=now) for path, seen in gone.items()}
    return _Comparison(Look(at=now, articles=articles, removed=removed), new, changed, {*gone})


def _seen(entry: DocumentEntry, came: datetime, arrived: date, changed: datetime | None = None) -> SeenArticle:
    title = entry.title or entry.path
    return SeenArticle(entry.text_hash, title, entry.source, entry.published, came, arrived, changed)


def _between(first: datetime, file: Path, last: datetime) -> datetime:
    """Return when a file came or changed between two looks: at its own time, as far as that can be."""
    try:
        state = file.stat()
    except OSError:
        return last
    return min(max(_time(max(state.st_ctime_ns, state.st_mtime_ns)), first), last)


def _time(nanoseconds: int) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=nanoseconds // 1000)


def _since_look(before: Look, comparison: _Comparison) -> News:
    """Return what came, changed and left since a look; if there was none, the most recent articles."""
    look, new, changed, removed = comparison
    if before.at is None:
        recent = _news(look, {*look.articles}, set(), set(), None)
        return replace(recent, new=recent.new[:MOST_RECENT])
    return _news(look, new, changed, removed, before.at)


def _since_day(since: date, look: Look) -> News:
    """Return what came, changed and left since the beginning of a day, as far as that is known."""
    new = {path for path, seen in look.articles.items() if seen.arrived >= since}
    changed = {path for path, seen in look.articles.items() if seen.changed and _day(seen.changed) >= since}
    removed = {path for path, seen in look.removed.items() if seen.left and _day(seen.left) >= since}
    return _news(look, new, changed - new, removed, since)


def _news(look: Look, new: set[str], changed: set[str], removed: set[str], since: date | None) -> News:
    return News(
        since=since,
        articles=len(look.articles),
        new=_newest_first(_item(path, look.articles[path], look.articles[path].came) for path in new),
        changed=_newest_first(_item(path, look.articles[path], look.articles[path].changed) for path in changed),
        removed=_newest_first(_item(path, look.removed[path], look.removed[path].left) for path in removed),
        seen=look,
    )


def _item(path: str, seen: SeenArticle, when: datetime | None) -> NewsItem:
    assert when is not None, "it came, changed or left"
    return NewsItem(path, seen.title, seen.source, seen.published, when)


def _newest_first(items: Iterable[NewsItem]) -> tuple[NewsItem, ...]:
    by_path = sorted(items, key=lambda item: item.path)
    return tuple(sorted(by_path, key=lambda item: (item.published or _day(item.time), item.time), reverse=True))


def _day(moment: datetime) -> date:
    return moment.astimezone().date()
