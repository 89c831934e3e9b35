"""The articles of a corpus beside what the index knows of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import PurePosixPath

from qa.corpus import FileState
from qa.datatypes import Skipped
from qa.index import DocumentEntry
from qa.index.difference import compare


class ArticleState(Enum):
    """How an article and the index stand to each other."""

    INDEXED = "indexed"
    NEW = "new"
    CHANGED = "changed"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ArticleStatus:
    """One article of the corpus, or one that left it."""

    path: str
    """Relative to the corpus."""
    state: ArticleState
    """Whether the index knows it as it is now."""
    size: int
    """Bytes."""
    title: str = ""
    """Its title, else the name of its file."""
    source: str | None = None
    """Outlet or author, if known."""
    published: date | None = None
    """Day of publication, if known."""
    chunks: int = 0
    """How many chunks the index holds of it."""
    reason: str = ""
    """Why it was skipped."""


def list_articles(
    files: Mapping[str, FileState], documents: Iterable[DocumentEntry], skipped: Iterable[Skipped]
) -> list[ArticleStatus]:
    """Return every article that corpus or index know, by path."""
    known = {entry.path: entry for entry in documents}
    left_out = {file.path: file for file in skipped}
    difference = compare(files, known.values(), left_out.values())
    states = dict.fromkeys(known, ArticleState.INDEXED) | dict.fromkeys(left_out, ArticleState.SKIPPED)
    states |= dict.fromkeys(difference.new, ArticleState.NEW)
    states |= dict.fromkeys(difference.changed, ArticleState.CHANGED)
    states |= dict.fromkeys(difference.removed, ArticleState.REMOVED)
    return [
        _article(path, states[path], files.get(path), known.get(path), left_out.get(path)) for path in sorted(states)
    ]


def _article(
    path: str, state: ArticleState, file: FileState | None, entry: DocumentEntry | None, skipped: Skipped | None
) -> ArticleStatus:
    name = PurePosixPath(path).name
    reason = skipped.reason if skipped and state is ArticleState.SKIPPED else ""
    if entry is None:
        return ArticleStatus(path, state, file.size if file else 0, name, reason=reason)
    size = file.size if file else entry.size
    return ArticleStatus(path, state, size, entry.title or name, entry.source, entry.published, entry.chunks)
