"""The articles of a corpus and their state in the index."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import PurePosixPath

from qa.corpus import FileState, Listing
from qa.datatypes import Skipped
from qa.index import DocumentEntry
from qa.index.changes import Changes


class ArticleState(Enum):
    """Whether an article is in the index, and up to date."""

    INDEXED = "indexed"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ArticleStatus:
    """An article of the corpus, or an indexed one that is no longer in the corpus."""

    path: str
    """Relative to the corpus."""
    state: ArticleState
    """Its state in the index."""
    size: int
    """Bytes."""
    title: str = ""
    """Its title, or its file name if it has none."""
    source: str | None = None
    """Outlet or author, if known."""
    published: date | None = None
    """Day of publication, if known."""
    chunks: int = 0
    """How many of its chunks are in the index."""
    reason: str = ""
    """Why it was skipped."""


def list_articles(listing: Listing, documents: Iterable[DocumentEntry], changes: Changes) -> list[ArticleStatus]:
    """Return every article that is in the corpus or the index, and what is skipped, by path."""
    files, skipped = listing.files, changes.skipped
    entries = {entry.path: entry for entry in documents}
    states = dict.fromkeys(entries, ArticleState.INDEXED) | dict.fromkeys(skipped, ArticleState.SKIPPED)
    states |= dict.fromkeys(changes.difference.new, ArticleState.NEW)
    states |= dict.fromkeys(changes.difference.changed, ArticleState.CHANGED)
    states |= dict.fromkeys(changes.difference.removed, ArticleState.REMOVED)
    return [
        _article(path, states[path], files.get(path), entries.get(path), skipped.get(path)) for path in sorted(states)
    ]


def _article(
    path: str, state: ArticleState, file: FileState | None, entry: DocumentEntry | None, skipped: Skipped | None
) -> ArticleStatus:
    name = PurePosixPath(path).name
    reason = skipped.reason if skipped and state is ArticleState.SKIPPED else ""
    if entry is None:
        return ArticleStatus(path, state, file.size if file else 0, name, reason=reason)
    size = file.size if file else entry.size
    return ArticleStatus(path, state, size, entry.title or name, entry.source, entry.published, entry.chunks, reason)
