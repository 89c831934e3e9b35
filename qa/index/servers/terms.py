"""The stems of the full text, with a number for each, and how many chunks contain it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import NamedTuple

from qa.index.servers.connection import Connection

SCHEMA = """
CREATE TABLE terms (id integer PRIMARY KEY, stem text COLLATE "C" NOT NULL UNIQUE, chunks bigint NOT NULL);
CREATE TABLE fulltext_totals (chunks bigint NOT NULL, tokens bigint NOT NULL);
INSERT INTO fulltext_totals VALUES (0, 0);
"""
_REMEMBERED = 200_000
"""Stems whose numbers are remembered, and changes that are, before they are written."""


class Term(NamedTuple):
    """A stem as it is stored."""

    id: int
    """Its number, from 1."""
    chunks: int
    """How many chunks contain it."""


class Totals(NamedTuple):
    """The size of the full text."""

    chunks: int
    """How many there are."""
    tokens: int
    """How many words they have together."""


class Terms:
    """The table of stems; changes are collected until ``flush``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids: dict[str, int] = {}
        self._new: dict[int, str] = {}
        self._changes: Counter[int] = Counter()
        self._totals = [0, 0]
        self._last: int | None = None

    def totals(self) -> Totals:
        """Return the size of the full text."""
        return Totals(*self._connection.execute("SELECT chunks, tokens FROM fulltext_totals").fetchall()[0])

    def find(self, stems: Collection[str]) -> dict[str, Term]:
        """Return those of these stems that are stored."""
        rows = self._connection.execute("SELECT stem, id, chunks FROM terms WHERE stem = ANY(?)", ([*stems],))
        return {word_stem: Term(number, chunks) for word_stem, number, chunks in rows}

    def ids(self, stems: Collection[str]) -> dict[str, int]:
        """Return the numbers of stems, including stems not met before."""
        unknown = [word_stem for word_stem in stems if word_stem not in self._ids]
        if unknown:
            if len(self._ids) > _REMEMBERED:
                self.flush()
                self._ids.clear()
                unknown = [*stems]
            self._ids.update((word_stem, term.id) for word_stem, term in self.find(unknown).items())
            for word_stem in unknown:
                if word_stem not in self._ids:
                    self._ids[word_stem] = number = self._next()
                    self._new[number] = word_stem
        return self._ids

    def count(self, ids: Iterable[int], tokens: int, chunks: int) -> None:
        """Count the distinct stems of a chunk: ``chunks`` is 1 if it is added and -1 if it is removed."""
        for number in ids:
            self._changes[number] += chunks
        self._totals[0] += chunks
        self._totals[1] += chunks * tokens

    def flush(self) -> None:
        """Write what has changed."""
        new = [(number, word_stem, self._changes.pop(number, 0)) for number, word_stem in self._new.items()]
        if new:
            self._connection.copy("terms(id, stem, chunks)", new)
        changes = [(number, change) for number, change in self._changes.items() if change]
        if changes:
            self._connection.execute(
                "UPDATE terms SET chunks = terms.chunks + change"
                " FROM unnest(?::integer[], ?::bigint[]) AS changed(id, change) WHERE terms.id = changed.id",
                ([number for number, _ in changes], [change for _, change in changes]),
            )
        numbers = [number for number, _, chunks in new if chunks <= 0] + [n for n, change in changes if change < 0]
        if numbers:
            removed = self._connection.execute(
                "DELETE FROM terms WHERE id = ANY(?) AND chunks <= 0 RETURNING stem", (numbers,)
            )
            for (word_stem,) in removed:
                self._ids.pop(word_stem, None)
        if any(self._totals):
            self._connection.execute(
                "UPDATE fulltext_totals SET chunks = chunks + ?, tokens = tokens + ?", tuple(self._totals)
            )
        self._new.clear()
        self._changes.clear()
        self._totals = [0, 0]

    def _next(self) -> int:
        if self._last is None:
            (self._last,) = self._connection.execute("SELECT coalesce(max(id), 0) FROM terms").fetchall()[0]
        self._last += 1
        return self._last
