"""What an index has yet to learn of its corpus: articles to read or to remove, and what cannot be read at the moment.

Size and times show which files may have changed; their content decides. Whatever cannot be read is tried each time, so
nothing about it needs to be recorded, and what the index knows of it stays.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace

from qa.corpus import Corpus, FileState, Listing, UnreadableFile
from qa.datatypes import Skipped
from qa.index import Index
from qa.index.difference import Difference, compare


@dataclass(frozen=True, slots=True)
class Changes:
    """How a corpus differs from its index."""

    difference: Difference
    """Which articles to read, and what to remove."""
    known: dict[str, str]
    """The content hashes of indexed files that are to be read again or removed, or cannot be read, by path."""
    same: dict[str, FileState]
    """Files that are as recorded, although size or times do not tell so; with the state to record, by path."""
    recorded: dict[str, Skipped]
    """Files that the catalog lists as skipped because of their content, which has not changed, by path."""
    skipped: dict[str, Skipped]
    """All that is not indexed as it is now, except what is to be read, by path."""


def find_changes(corpus: Corpus, listing: Listing, index: Index) -> Changes:
    """Compare a corpus as it was just listed with an open index; only files that may have changed are read."""
    began = time.time_ns()
    difference = compare(listing.files, index.states())
    known = index.hashes_of([*difference.changed, *difference.removed])
    recorded = {file.path: file for file in index.skipped()}
    same: dict[str, FileState] = {}
    unread = _inaccessible(corpus, difference.new)
    for path in difference.changed:
        try:
            content_hash, state = corpus.fingerprint(path)
        except UnreadableFile as problem:
            if problem.may_pass:
                unread[path] = unreadable(path, problem, known)
            elif path in recorded and recorded[path].reason == problem.message:
                same[path] = listing.files[path].read_at(began)
        else:
            if path in known and known[path] == content_hash:
                same[path] = state
    hidden = {path: listing.unlisted_above(path) or "" for path in difference.removed}
    difference = Difference(
        tuple(path for path in difference.new if path not in unread),
        tuple(path for path in difference.changed if path not in unread and path not in same),
        tuple(path for path in difference.removed if not hidden[path]),
    )
    for path in recorded.keys() & {*difference.changed, *difference.removed}:
        del recorded[path]
    not_listed = {file.path: file for file in listing.skipped}
    for folder in {hidden[path] for path in hidden.keys() & known.keys()}:
        if folder in not_listed:
            not_listed[folder] = _still_indexed(not_listed[folder])
    return Changes(difference, known, same, recorded, recorded | not_listed | unread)


def is_current(corpus: Corpus, index: Index) -> bool:
    """Whether an index describes the articles as they are now; only files that may have changed are read.

    Raises:
        CorpusError: the corpus is missing or empty.
    """
    return not find_changes(corpus, corpus.require_articles(), index).difference


def first_changes(listing: Listing) -> Changes:
    """Return how a corpus differs from an index that does not exist yet; nothing is read."""
    return Changes(compare(listing.files, ()), {}, {}, {}, {file.path: file for file in listing.skipped})


def _inaccessible(corpus: Corpus, paths: Iterable[str]) -> dict[str, Skipped]:
    """Return those new files that cannot be read now; what the others contain matters once they are indexed."""
    files: dict[str, Skipped] = {}
    for path in paths:
        try:
            corpus.require_accessible(path)
        except UnreadableFile as problem:
            files[path] = Skipped(path, problem.message)
    return files


def unreadable(path: str, problem: UnreadableFile, known: Container[str]) -> Skipped:
    """Return how a file is listed that cannot be read now; what is ``known`` of it stays in the index."""
    file = Skipped(path, problem.message)
    return _still_indexed(file) if path in known else file


def _still_indexed(file: Skipped) -> Skipped:
    return replace(file, reason=f"{file.reason}; its earlier text stays in the index")
