"""The full text of the chunks in PostgreSQL: the same scores as those of SQLite's FTS5, without an extension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any

import numpy as np

from qa.datatypes import NO_FILTER, Chunk, Filter
from qa.errors import IndexDamaged
from qa.index.manifest import REBUILD
from qa.index.queries import POSTGRES, FulltextQuery, condition_of, variants_of
from qa.index.servers.bm25 import CLEAN, TokenLists, packed
from qa.index.servers.connection import Connection
from qa.index.servers.marks import mark_of, pair_marks, stem_marks
from qa.index.servers.scoring import Posting, Question
from qa.index.servers.stems import stem_of, stems_of, words_of
from qa.index.servers.terms import SCHEMA as TERMS
from qa.index.servers.terms import Terms
from qa.text.words import words

SCHEMA = (
    TERMS
    + """
CREATE TABLE fulltext (
    key bigint PRIMARY KEY, document_id bigint NOT NULL, length integer NOT NULL,
    tokens bytea NOT NULL, marks integer[] NOT NULL
) WITH (toast_tuple_target = 128);
ALTER TABLE fulltext ALTER tokens SET STATISTICS 0, ALTER marks SET STATISTICS 0;
"""
)
"""The tables. Long values are stored elsewhere, so that tens of thousands of rows can be read in a moment; without
statistics, PostgreSQL takes each word for a rare one, and so always uses the index."""
_STORED_ELSEWHERE = 2_048
"""Bytes of the smallest row whose long values PostgreSQL stores elsewhere; smaller ones are filled up with zeros, which
are compressed."""
_INDEX = "CREATE INDEX fulltext_marks ON fulltext USING gin (marks) WITH (fastupdate = off)"

_ROWS_SCORED = 40_000
"""Chunks that the rarest words may select, as in the full text of SQLite."""
_SURPLUS = 2
"""How many times as many chunks are selected by the rarest words as are wanted."""
_READ = 1_200
"""Chunks whose words are read to compute exact scores; the others are known to be worse from their marks."""
_FREQUENCIES = 1_000
"""Words whose frequency is remembered."""
_BATCH = 1_000
"""Rows read at once."""

_TOKENS = "substring(tokens FOR 4 * (length + 3))"
_POSTINGS = (
    "SELECT mark, posting.* FROM unnest(?::integer[]) AS mark, LATERAL ("
    "SELECT count(*), string_agg(int8send(key) || int4send(length), ''){only} FROM fulltext WHERE marks @> ARRAY[mark]"
    ") AS posting"
)
_ONLY = " FILTER (WHERE document_id IN (SELECT id FROM documents WHERE {condition}))"
_POSTING = np.dtype([("key", ">i8"), ("length", ">i4")])


class PostgresFulltext:
    """The full text of a catalog in PostgreSQL."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._terms = Terms(connection)
        self.frequency = lru_cache(_FREQUENCIES)(self._frequency)
        """Returns how many chunks contain a word with this stem, header included."""

    def create_index(self) -> None:
        """Make what was added searchable, after the first addition; later ones are searchable at once."""
        self._connection.execute(_INDEX)

    def add(self, chunks: Iterable[tuple[int, Chunk]], document_id: int) -> None:
        """Add the chunks of a document by key."""
        listed = list(chunks)
        texts = [[words_of(text) for text in (chunk.header, chunk.keywords, chunk.layout.text)] for _, chunk in listed]
        stems = stems_of(word for columns in texts for words in columns for word in words)
        ids = self._terms.ids(set(stems.values()))
        rows = []
        for (key, _), columns in zip(listed, texts, strict=True):
            numbers = [[ids[stems[word]] for word in words] for words in columns]
            length = sum(map(len, numbers))
            marks = stem_marks(numbers).union(*map(pair_marks, columns))
            tokens = packed(numbers).ljust(_STORED_ELSEWHERE - 4 * len(marks), b"\0")
            rows.append((key, document_id, length, tokens, sorted(marks)))
            self._terms.count({number for column in numbers for number in column}, length, 1)
        self._connection.copy("fulltext(key, document_id, length, tokens, marks)", rows)

    def remove(self, chunks: Iterable[tuple[int, Chunk]]) -> None:
        """Remove chunks by key."""
        rows = self._connection.execute_binary(
            "DELETE FROM fulltext WHERE key = ANY(?) RETURNING tokens", ([key for key, _ in chunks],)
        )
        for (tokens,) in rows:
            numbers = np.frombuffer(tokens, "<i4")
            numbers = numbers[numbers != 0]
            self._terms.count(np.unique(numbers).tolist(), len(numbers), -1)

    def flush(self) -> None:
        """Write the frequencies of what was added and removed; to be called before a commit."""
        self._terms.flush()
        self.frequency.cache_clear()

    def search(
        self, question: str, limit: int, meeting: Filter = NO_FILTER, also: Collection[int] = ()
    ) -> dict[int, float]:
        """Return BM25 scores by key, as ``qa.index.fulltext.Fulltext.search``."""
        variants = variants_of(question)
        terms = self._terms.find({*variants, *map(stem_of, variants.values())})
        query = FulltextQuery.of(question, lambda stem: terms[stem].chunks if stem in terms else 0, _ROWS_SCORED)
        asked = Question(query, terms, self._terms.totals())
        if not asked.marks:
            return {}
        likely = {*asked.likely(self._postings(asked.marks, meeting), _READ)}
        keys, chunks = self._read(likely | {*also})
        selecting, scores = (dict(zip(keys, each.tolist(), strict=True)) for each in asked.score(chunks))
        selected = sorted(likely, key=lambda key: (-selecting[key], key))
        if query.selected != query.words:
            selected = sorted(selected[: _SURPLUS * limit], key=lambda key: (-scores[key], key))
        return {key: scores[key] for key in dict.fromkeys([*selected[:limit], *also]) if scores.get(key)}

    def containing(self, phrases: Iterable[str]) -> list[int]:
        """Return the keys of the chunks that contain every phrase, as ``qa.index.fulltext.Fulltext.containing``."""
        sequences = [sequence for phrase in phrases if (sequence := words(phrase))]
        return list(self._with_phrases(sequences, CLEAN)) if sequences else []

    def with_phrase(self, phrase: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the first ``limit`` chunks in which these words stand side by side, in order."""
        return list(islice(self._with_phrases([phrase]), limit))

    def check(self) -> None:
        """Check that words and frequencies agree.

        Raises:
            IndexDamaged: they do not.
        """
        counted: Counter[int] = Counter()
        chunks = tokens = 0
        for _, length, packed_words in self._batches(f"SELECT key, length, {_TOKENS} FROM fulltext WHERE key > ?"):
            numbers = np.frombuffer(packed_words, "<i4")
            if np.count_nonzero(numbers) != length:
                raise IndexDamaged("The full text of the index is damaged: a chunk has another length", REBUILD)
            counted.update(np.unique(numbers[numbers != 0]).tolist())
            chunks, tokens = chunks + 1, tokens + length
        recorded = dict(self._connection.execute("SELECT id, chunks FROM terms"))
        if recorded != counted or self._terms.totals() != (chunks, tokens):
            raise IndexDamaged("The full text of the index is damaged: its words have other frequencies", REBUILD)

    def _frequency(self, word_stem: str) -> int:
        term = self._terms.find([word_stem]).get(word_stem)
        return term.chunks if term else 0

    def _postings(self, marks: Sequence[int], meeting: Filter) -> dict[int, Posting]:
        condition, values = condition_of(meeting, POSTGRES)
        only = _ONLY.format(condition=condition) if meeting else ""
        rows = self._connection.execute_binary(_POSTINGS.format(only=only), ([*marks], *values))
        return {mark: Posting(count, np.frombuffer(packed_rows or b"", _POSTING)) for mark, count, packed_rows in rows}

    def _read(self, keys: Collection[int]) -> tuple[list[int], TokenLists]:
        """Return those of these keys that there are, and the words of their chunks."""
        rows = self._connection.execute_binary(
            f"SELECT key, {_TOKENS} FROM fulltext WHERE key = ANY(?)", ([*keys],)
        ).fetchall()
        return [key for key, _ in rows], TokenLists([tokens for _, tokens in rows])

    def _with_phrases(self, phrases: Sequence[Sequence[str]], column: int | None = None) -> Iterator[int]:
        """Yield the keys of the chunks that contain every phrase, in a column or in any, in order."""
        terms = self._terms.find({stem_of(word) for phrase in phrases for word in phrase})
        if not all(stem_of(word) in terms for phrase in phrases for word in phrase):
            return
        marks = {mark_of(term.id) for term in terms.values()}.union(*map(pair_marks, phrases))
        rows = self._connection.execute("SELECT key FROM fulltext WHERE marks @> ?", (sorted(marks),))
        keys = sorted(key for (key,) in rows)
        for start in range(0, len(keys), _BATCH):
            found, chunks = self._read(keys[start : start + _BATCH])
            have = [chunks.have([terms[stem_of(word)].id for word in phrase], column) for phrase in phrases]
            yield from sorted(np.array(found)[np.logical_and.reduce(have)].tolist())

    def _batches(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows in batches by key."""
        last = 0
        while rows := self._connection.execute_binary(f"{sql} ORDER BY key LIMIT {_BATCH}", (last,)).fetchall():
            yield from rows
            last = rows[-1][0]
