"""The full text of the chunks: BM25 scores, and where words and phrases stand."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

from qa.datatypes import NO_FILTER, Chunk, Filter
from qa.index.queries import FulltextQuery, condition_of
from qa.text.words import words

_ROWS_SCORED = 40_000
"""Chunks that the rarest words may select; scoring one takes half a microsecond, and an index may have millions."""
_SURPLUS = 2
"""How many times as many chunks are selected by the rarest words as are wanted."""
_FREQUENCIES = 1_000
"""Words whose frequency is remembered; SQLite counts the chunks of a word one by one."""

_SCORE = "ifnull(-rank, 0.0)"
"""A damaged table may have chunks without a score."""
_KEYS_OF = "SELECT key FROM chunks WHERE document_id IN (SELECT id FROM documents WHERE {condition})"


class Fulltext:
    """The FTS5 table of a catalog."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.frequency = lru_cache(_FREQUENCIES)(self._frequency)
        """Returns how many chunks contain a word with this stem, header included."""

    def open(self) -> None:
        """Prepare for reading."""
        self._connection.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab(main, fulltext, row)")

    def add(self, chunks: Iterable[tuple[int, Chunk]], document_id: int) -> None:
        """Add the chunks of a document by key."""
        self._connection.executemany(
            "INSERT INTO fulltext(rowid, header, keywords, clean) VALUES (?, ?, ?, ?)", _rows(chunks)
        )

    def remove(self, chunks: Iterable[tuple[int, Chunk]]) -> None:
        """Remove chunks by key; they must be given as they were added."""
        self._connection.executemany(
            "INSERT INTO fulltext(fulltext, rowid, header, keywords, clean) VALUES ('delete', ?, ?, ?, ?)",
            _rows(chunks),
        )

    def flush(self) -> None:
        """Do nothing: SQLite writes with each statement."""

    def optimize(self) -> None:
        """Merge what was added at different times, after a large addition."""
        self._connection.execute("INSERT INTO fulltext(fulltext) VALUES ('optimize')")

    def check(self) -> None:
        """Check that the table is not damaged; SQLite cannot while it can only be read, or somebody writes.

        Raises:
            sqlite3.Error: it is.
        """
        self._connection.execute("PRAGMA query_only = OFF")  # the check is an INSERT that changes nothing
        try:
            self._connection.execute("INSERT INTO fulltext(fulltext) VALUES ('integrity-check')")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY):
                raise
        finally:
            self._connection.execute("PRAGMA query_only = ON")

    def search(
        self, question: str, limit: int, meeting: Filter = NO_FILTER, also: Collection[int] = ()
    ) -> dict[int, float]:
        """Return BM25 scores (higher is better) by key of the best ``limit`` chunks that meet a filter.

        Chunks ``also`` are scored, whatever their rank and whether or not they meet the filter, if they contain a
        word of the question. If its words are in more chunks than ``_ROWS_SCORED``, the rarest words and the pairs
        select what is scored with all words: of the ten best, 98 of 100 are those that scoring every chunk gives.
        """
        query = FulltextQuery.of(question, self.frequency, _ROWS_SCORED)
        if not query.text:
            return {}
        if query.selection == query.text:
            best = self._best(query.text, limit, meeting)
            return best | self._scores(query, [key for key in also if key not in best])
        selected = self._best(query.selection, _SURPLUS * limit, meeting)
        scores = self._scores(query, selected.keys() | set(also))
        best_keys = sorted(selected, key=lambda key: (-scores.get(key, 0.0), key))[:limit]
        return {key: scores[key] for key in dict.fromkeys([*best_keys, *also]) if key in scores}

    def containing(self, phrases: Iterable[str]) -> list[int]:
        """Return the keys of the chunks that contain every phrase, its words next to each other; headers do not count.

        Words are compared by stem, and quoted, so user input is never query syntax.
        """
        sequences = [words(phrase) for phrase in phrases]
        query = " AND ".join(f'"{" ".join(sequence)}"' for sequence in sequences if sequence)
        if not query:
            return []
        rows = self._connection.execute("SELECT rowid FROM fulltext WHERE fulltext MATCH ?", (f"clean : ({query})",))
        return [key for (key,) in rows]

    def with_phrase(self, phrase: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the first ``limit`` chunks in which these words stand side by side, in order."""
        rows = self._connection.execute(
            "SELECT rowid FROM fulltext WHERE fulltext MATCH ? LIMIT ?", (f'"{" ".join(phrase)}"', limit)
        )
        return [key for (key,) in rows]

    def _best(self, query: str, limit: int, meeting: Filter) -> dict[int, float]:
        condition, values = condition_of(meeting)
        among = f" AND +rowid IN ({_KEYS_OF.format(condition=condition)})" if meeting else ""
        # With the plus sign, SQLite sorts by itself, and only so many; FTS5 would sort all, half as long again.
        rows = self._connection.execute(
            f"SELECT rowid, {_SCORE} FROM fulltext WHERE fulltext MATCH ?{among} ORDER BY +rank, rowid LIMIT ?",
            (query, *values, limit),
        )
        return dict(rows.fetchall())

    def _scores(self, query: FulltextQuery, keys: Collection[int]) -> dict[int, float]:
        """Return the scores of these chunks; only they are scored, although the words are looked up in all."""
        scores: dict[int, float] = {}
        listed = ",".join(map(str, keys))
        # Two queries, because looking up each word twice takes twice as long. With the plus sign, SQLite checks each
        # match instead of searching once for each key, which takes five times as long.
        for phrases, weight in ((query.single, 2), (query.pairs, 1)):
            if phrases and listed:
                rows = self._connection.execute(
                    f"SELECT rowid, {_SCORE} FROM fulltext WHERE fulltext MATCH ? AND +rowid IN ({listed})", (phrases,)
                )
                for key, score in rows:
                    scores[key] = scores.get(key, 0.0) + weight * score
        return scores

    def _frequency(self, word_stem: str) -> int:
        row = self._connection.execute("SELECT doc FROM temp.terms WHERE term = ?", (word_stem,)).fetchone()
        return row[0] if row else 0


def searched_text(chunk: Chunk) -> str:
    """Return everything of a chunk that full text finds, as one text."""
    return f"{chunk.header} {chunk.keywords} {chunk.layout.text}"


def _rows(chunks: Iterable[tuple[int, Chunk]]) -> Iterable[tuple[int, str, str, str]]:
    return ((key, chunk.header, chunk.keywords, chunk.layout.text) for key, chunk in chunks)
