"""Groups of near-identical articles in the catalog, updated with each article that is added or removed.

Each distinct text (``wordings.py``) is compared with those that have a key in common with it, and the pairs that are
copies are stored. Groups follow from these pairs alone, so it does not matter in which order articles came and went:
the text that has most copies forms a group with all of them, then the next of what remains. Every text of a group is
a copy of the same one, so a chain of small changes never joins two stories.
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from qa.datatypes import Chunk
from qa.errors import IndexDamaged
from qa.index.database import Database
from qa.index.manifest import REBUILD
from qa.index.records import DocumentEntry
from qa.index.rows import DOCUMENT_COLUMNS, entry_of
from qa.index.wordings import Wording, are_copies, keys_of, may_be_copies

_COLUMNS = 4
"""Columns of the table of copies."""
_MOST_OF_A_KEY = 100
"""Texts that are looked up by one key: of more, which have a template in common, not all are compared."""
_MOST_COMPARED = 50
"""Texts that a new one is compared with, those with most keys in common."""
_REPLACING = {
    "wordings": "ON CONFLICT DO NOTHING",
    "wording_pairs": "ON CONFLICT DO NOTHING",
    "copies": (
        "ON CONFLICT (document_id) DO UPDATE"
        " SET digest = excluded.digest, story = excluded.story, checksum = excluded.checksum"
    ),
}
"""What becomes of a row with the same key, by table: in the first two, the row follows from its key."""
_REMEMBERED = 500
"""Texts that are remembered for the next comparison; of articles from one template, each is compared often."""

Group = tuple[DocumentEntry, ...]
"""An article and its copies, the earliest published first, those without a date last."""
Select = Callable[[str, Collection[Any]], list[tuple[Any, ...]]]
"""A statement with braces, and the values listed there -> the rows."""
ChunksOf = Callable[[int], Iterable[Chunk]]
"""The identifier of a document -> its chunks, by place."""


def checked(row: Sequence[Any]) -> list[Any]:
    """Return a row of one of the tables without its checksum.

    Raises:
        IndexDamaged: it was changed.
    """
    *values, checksum = row
    if checksum != _checksum(values):
        raise IndexDamaged("The catalog of the index is damaged: a row of near-identical articles was changed", REBUILD)
    return values


def require_whole(connection: Database) -> None:
    """Read all rows.

    Raises:
        IndexDamaged: one was changed.
    """
    for table in ("wordings", "wording_pairs", "copies"):
        for row in connection.execute(f"SELECT * FROM {table}"):
            checked(row)


def groups_of(connection: Database, select: Select, paths: Collection[str] | None) -> dict[str, Group]:
    """Return the group of each of these documents, or of all, that has copies.

    Raises:
        IndexDamaged: a row was changed.
    """
    joined = "FROM copies JOIN documents ON documents.id = document_id"
    if paths is None:
        stories = connection.execute("SELECT DISTINCT story FROM copies WHERE story IS NOT NULL").fetchall()
    else:
        stories = select(f"SELECT story {joined} WHERE path IN ({{}}) AND story IS NOT NULL", paths)
    groups: dict[int, list[DocumentEntry]] = {}
    for row in select(
        f"SELECT copies.*, {DOCUMENT_COLUMNS} {joined} WHERE story IN ({{}})", {story for (story,) in stories}
    ):
        *_, story = checked(row[:_COLUMNS])
        groups.setdefault(story, []).append(entry_of(row[_COLUMNS:]))
    ordered = [tuple(sorted(group, key=_by_publication)) for group in groups.values()]
    return {entry.path: group for group in ordered for entry in group if paths is None or entry.path in paths}


class NearDuplicates:
    """Finds the copies of what a transaction adds, and groups what it changes."""

    def __init__(self, connection: Database, select: Select, chunks_of: ChunksOf) -> None:
        self._connection = connection
        self._select = select
        self._chunks_of = chunks_of
        self._changed: set[int] = set()
        """Digests whose group may be another now."""
        self._wording = lru_cache(maxsize=_REMEMBERED)(self._read_wording)

    def add(self, document_id: int, chunks: Iterable[Chunk]) -> None:
        """Add a document with these chunks, and find what it is a copy of."""
        wording = Wording.of_chunks(chunks)
        if not wording.words:
            return
        if not self._documents_with(wording.digest) and not wording.is_short:
            self._add_wording(wording)
        self._insert("copies", (document_id, wording.digest, None))
        self._changed.add(wording.digest)

    def remove(self, document_ids: Iterable[int]) -> None:
        """Remove documents that were added."""
        for document_id in document_ids:
            row = self._connection.execute("SELECT * FROM copies WHERE document_id = ?", (document_id,)).fetchone()
            if row is None:
                continue
            _, digest, _ = checked(row)
            self._connection.execute("DELETE FROM copies WHERE document_id = ?", (document_id,))
            if self._documents_with(digest):
                self._changed.add(digest)
            else:
                self._remove_wording(digest)

    def group(self) -> None:
        """Bring the groups of all documents up to date that the changes since the last call may concern."""
        while self._changed:
            pairs = self._connected(self._changed.pop())
            self._changed -= pairs.keys()
            self._store(pairs.keys(), _stars(pairs))

    def _add_wording(self, wording: Wording) -> None:
        digest, signature = wording.digest, wording.signature()
        keys = [*keys_of(signature)]
        for other in self._candidates(keys, signature):
            if are_copies(wording, self._wording(other)):
                self._insert("wording_pairs", (digest, other))
                self._insert("wording_pairs", (other, digest))
        self._insert("wordings", (digest, array("I", signature).tobytes()))
        self._connection.executemany(
            "INSERT INTO wording_keys VALUES (?, ?) ON CONFLICT DO NOTHING", [(key, digest) for key in keys]
        )

    def _remove_wording(self, digest: int) -> None:
        self._changed.discard(digest)
        self._changed.update(self._copies_of(digest))
        row = self._connection.execute("SELECT * FROM wordings WHERE digest = ?", (digest,)).fetchone()
        if row is None:
            return
        keys = keys_of(_signature(checked(row)[1]))
        self._connection.executemany(
            "DELETE FROM wording_keys WHERE key = ? AND digest = ?", [(key, digest) for key in keys]
        )
        self._connection.execute("DELETE FROM wordings WHERE digest = ?", (digest,))
        self._connection.executemany(
            "DELETE FROM wording_pairs WHERE digest = ? AND other = ?",
            [pair for other in self._copies_of(digest) for pair in ((digest, other), (other, digest))],
        )

    def _candidates(self, keys: Iterable[int], signature: tuple[int, ...]) -> list[int]:
        """Return the texts to compare with one of these keys and signature, most promising first."""
        shared: Counter[int] = Counter()
        for key in keys:
            rows = self._connection.execute(
                "SELECT digest FROM wording_keys WHERE key = ? ORDER BY digest LIMIT ?", (key, _MOST_OF_A_KEY)
            )
            shared.update(digest for (digest,) in rows)
        best = sorted(shared, key=lambda digest: (-shared[digest], digest))
        stored = map(checked, self._select("SELECT * FROM wordings WHERE digest IN ({})", best))
        likely = {digest for digest, other in stored if may_be_copies(signature, _signature(other))}
        return [digest for digest in best if digest in likely][:_MOST_COMPARED]

    def _read_wording(self, digest: int) -> Wording:
        (document_id, _), *_ = self._documents_with(digest)
        return Wording.of_chunks(self._chunks_of(document_id))

    def _documents_with(self, digest: int) -> list[tuple[int, int | None]]:
        """Return the identifiers and groups of the documents with a text."""
        rows = self._connection.execute("SELECT * FROM copies WHERE digest = ? ORDER BY document_id", (digest,))
        return [(document_id, story) for document_id, _, story in map(checked, rows)]

    def _copies_of(self, digest: int) -> list[int]:
        rows = self._connection.execute("SELECT * FROM wording_pairs WHERE digest = ?", (digest,))
        return [other for _, other in map(checked, rows)]

    def _connected(self, digest: int) -> dict[int, list[int]]:
        """Return the copies of a text, their copies, and so on, each with its copies."""
        pairs: dict[int, list[int]] = {}
        unread = [digest]
        while unread:
            current = unread.pop()
            if current not in pairs:
                pairs[current] = self._copies_of(current)
                unread += pairs[current]
        return pairs

    def _store(self, digests: Iterable[int], story_of: dict[int, int]) -> None:
        """Store the groups of all documents with these texts; a document alone is in none."""
        documents = {digest: self._documents_with(digest) for digest in digests}
        sizes: Counter[int] = Counter()
        for digest, listed in documents.items():
            sizes[story_of[digest]] += len(listed)
        for digest, listed in documents.items():
            story = story_of[digest] if sizes[story_of[digest]] > 1 else None
            for document_id, before in listed:
                if before != story:
                    self._insert("copies", (document_id, digest, story))

    def _insert(self, table: str, values: tuple[Any, ...]) -> None:
        row = (*values, _checksum(values))
        self._connection.execute(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))}) {_REPLACING[table]}", row)


def _stars(pairs: dict[int, list[int]]) -> dict[int, int]:
    """Return the group of each text: of those not grouped yet, the one with most copies, and all its copies."""
    story_of: dict[int, int] = {}
    while remaining := {
        digest: [other for other in others if other not in story_of]
        for digest, others in pairs.items()
        if digest not in story_of
    }:
        center = min(remaining, key=lambda digest: (-len(remaining[digest]), digest))
        story_of |= dict.fromkeys([center, *remaining[center]], center)
    return story_of


def _signature(stored: bytes) -> tuple[int, ...]:
    return tuple(array("I", stored))


def _by_publication(entry: DocumentEntry) -> tuple[date, str]:
    return entry.published or date.max, entry.path


def _checksum(values: Sequence[Any]) -> int:
    return zlib.crc32(repr(tuple(values)).encode())
