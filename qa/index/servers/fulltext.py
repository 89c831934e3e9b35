"""The full text of the chunks in PostgreSQL: the same scores as those of SQLite's FTS5, without an extension."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from qa.datatypes import NO_FILTER, Chunk, Filter
from qa.errors import IndexDamaged
from qa.index.manifest import REBUILD
from qa.index.queries import POSTGRES, FulltextQuery, condition_of, variants_of
from qa.index.servers.bm25 import CLEAN, TokenLists, packed, unpacked
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
    key bigint PRIMARY KEY, document_id bigint NOT NULL, length integer NOT NULL, marks integer[] NOT NULL
) WITH (toast_tuple_target = 128);
ALTER TABLE fulltext ALTER marks SET STATISTICS 0;
CREATE TABLE fulltext_words (key bigint PRIMARY KEY, numbers bytea NOT NULL);
ALTER TABLE fulltext_words ALTER numbers SET STATISTICS 0;
"""
)
"""The tables. Marks are stored apart from the rest of their rows, so that tens of thousands of rows can be read in a
moment. Without statistics, PostgreSQL takes each mark for a rare one, and so always uses the index."""
_LEAST_MARKS = 512
"""Of a chunk; PostgreSQL stores only what takes 2 kB apart, so one mark is repeated, and compressed."""
_INDEX = "CREATE INDEX fulltext_marks ON fulltext USING gin (marks) WITH (fastupdate = off)"

_ROWS_SCORED = 40_000
"""Chunks that the rarest words may select, as in the full text of SQLite."""
_SURPLUS = 2
"""How many times as many chunks are scored by their words as are wanted: the best as far as their marks tell."""
_LEAST_SCORED = 200
"""Chunks that are scored however few are wanted: marks do not tell everything."""
_FREQUENCIES = 1_000
"""Words whose frequency is remembered."""
_BATCH = 1_000
"""Rows read at once to check them."""
_FIRST_READ = 64
"""Chunks in which a phrase is looked for first; then twice as many, and so on."""

_WORDS = (
    "SELECT string_agg(int8send(key), ''), string_agg(numbers, '') FROM fulltext_words WHERE key = ANY(?::bigint[])"
)
_MARKED = "SELECT string_agg(int8send(key), '') FROM fulltext WHERE marks @> ?::integer[]"
_POSTINGS = (
    "SELECT mark, posting.* FROM unnest(?::integer[]) AS mark, LATERAL ("
    "SELECT count(*), string_agg(int8send(key) || int4send(length), ''){only} FROM fulltext WHERE marks @> ARRAY[mark]"
    ") AS posting"
)
_ONLY = " FILTER (WHERE document_id IN (SELECT id FROM documents WHERE {condition}))"
_STORED = (
    "SELECT key, document_id, length, marks, numbers FROM fulltext JOIN fulltext_words USING (key)"
    " WHERE key = ANY(?::bigint[])"
)
_DAMAGED = "The full text of the index is damaged"
_POSTING = np.dtype([("key", ">i8"), ("length", ">i4")])


class _Row(NamedTuple):
    """A chunk as it is stored."""

    key: int
    document_id: int
    numbers: list[list[int]]
    """The numbers of the stems of its words, in each column."""
    marks: list[int]

    @property
    def length(self) -> int:
        return sum(map(len, self.numbers))


@contextmanager
def _damage_reported() -> Iterator[None]:
    """Report values that only damage can explain."""
    try:
        yield
    except (ArithmeticError, LookupError, ValueError) as error:
        raise IndexDamaged(_DAMAGED, REBUILD) from error


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
        rows = [*_rows([(key, document_id, chunk) for key, chunk in chunks], self._terms.ids)]
        for row in rows:
            self._terms.count({number for column in row.numbers for number in column}, row.length, 1)
        fulltext = ((row.key, row.document_id, row.length, _array(row.marks)) for row in rows)
        self._connection.copy("fulltext(key, document_id, length, marks)", fulltext)
        self._connection.copy("fulltext_words(key, numbers)", ((row.key, packed(row.numbers)) for row in rows))

    def remove(self, chunks: Iterable[tuple[int, Chunk]]) -> None:
        """Remove chunks by key."""
        keys = _array(key for key, _ in chunks)
        self._connection.execute("DELETE FROM fulltext WHERE key = ANY(?::bigint[])", (keys,))
        rows = self._connection.execute_binary(
            "DELETE FROM fulltext_words WHERE key = ANY(?::bigint[]) RETURNING numbers", (keys,)
        )
        for (packed_numbers,) in rows:
            numbers = unpacked(packed_numbers)
            self._terms.count(np.unique(numbers).tolist(), len(numbers), -1)

    def flush(self) -> None:
        """Write the frequencies of what was added and removed; to be called before a commit."""
        self._terms.flush()
        self.frequency.cache_clear()

    @_damage_reported()
    def search(
        self, question: str, limit: int, meeting: Filter = NO_FILTER, also: Collection[int] = ()
    ) -> dict[int, float]:
        """Return BM25 scores by key, as ``qa.index.fulltext.Fulltext.search``."""
        variants = variants_of(question)
        terms = self._terms.find({*variants, *map(stem_of, variants.values())})
        query = FulltextQuery.of(question, lambda stem: terms[stem].chunks if stem in terms else 0, _ROWS_SCORED)
        totals = self._terms.totals()
        asked = Question(query, terms, totals)
        if not asked.marks:
            return {}
        if min(totals) <= 0:
            raise IndexDamaged(_DAMAGED, REBUILD)
        postings = self._postings(asked.marks, meeting)
        likely = asked.likely(postings, max(_SURPLUS * limit, _LEAST_SCORED))
        keys, chunks = self._read({*likely, *also})
        scores = dict(zip(keys.tolist(), asked.scores(chunks).tolist(), strict=True))
        best = sorted(likely, key=lambda key: (-scores[key], key))[:limit]
        return {key: scores[key] for key in dict.fromkeys([*best, *also]) if scores.get(key)}

    @_damage_reported()
    def containing(self, phrases: Iterable[str]) -> list[int]:
        """Return the keys of the chunks that contain every phrase, as ``qa.index.fulltext.Fulltext.containing``."""
        sequences = [sequence for phrase in phrases if (sequence := words(phrase))]
        return list(self._with_phrases(sequences, CLEAN)) if sequences else []

    @_damage_reported()
    def with_phrase(self, phrase: Sequence[str], limit: int) -> list[int]:
        """Return the keys of the first ``limit`` chunks in which these words stand side by side, in order."""
        return list(islice(self._with_phrases([phrase]), limit))

    @_damage_reported()
    def check_chunks(self, chunks: Iterable[tuple[int, int, Chunk]]) -> None:
        """Check that chunks, given with their keys and those of their documents, are as ``add`` stores them.

        Raises:
            IndexDamaged: they are not.
        """
        expected = {
            row.key: (row.document_id, row.length, row.marks, packed(row.numbers))
            for row in _rows([*chunks], lambda stems: {stem: term.id for stem, term in self._terms.find(stems).items()})
        }
        rows = self._connection.execute_binary(_STORED, (_array(expected),))
        if {key: values for key, *values in rows} != {key: [*values] for key, values in expected.items()}:
            raise IndexDamaged(_DAMAGED, REBUILD)

    @_damage_reported()
    def check(self) -> None:
        """Check that words and frequencies agree.

        Raises:
            IndexDamaged: they do not.
        """
        counted: Counter[int] = Counter()
        lengths = dict[int, int]()
        for key, packed_numbers in self._batches("SELECT key, numbers FROM fulltext_words WHERE key > ?"):
            numbers = unpacked(packed_numbers)
            counted.update(np.unique(numbers).tolist())
            lengths[key] = len(numbers)
        if lengths != dict(self._connection.execute("SELECT key, length FROM fulltext")):
            raise IndexDamaged(f"{_DAMAGED}: chunks have other words than they should", REBUILD)
        recorded: dict[int, int] = dict(self._connection.execute("SELECT id, chunks FROM terms"))
        if recorded != counted or self._terms.totals() != (len(lengths), sum(lengths.values())):
            raise IndexDamaged(f"{_DAMAGED}: its words have other frequencies", REBUILD)

    def _frequency(self, word_stem: str) -> int:
        term = self._terms.find([word_stem]).get(word_stem)
        return term.chunks if term else 0

    def _postings(self, marks: Sequence[int], meeting: Filter) -> dict[int, Posting]:
        condition, values = condition_of(meeting, POSTGRES)
        only = _ONLY.format(condition=condition) if meeting else ""
        rows = self._connection.execute_binary(_POSTINGS.format(only=only), (_array(marks), *values))
        return {mark: Posting(count, np.frombuffer(packed_rows or b"", _POSTING)) for mark, count, packed_rows in rows}

    def _read(self, keys: Collection[int]) -> tuple[npt.NDArray[np.int64], TokenLists]:
        """Return those of these keys that there are, and the words of their chunks."""
        keys_read, numbers = self._connection.execute_binary(_WORDS, (_array(keys),)).fetchall()[0]
        return np.frombuffer(keys_read or b"", ">i8"), TokenLists(numbers or b"")

    def _with_phrases(self, phrases: Sequence[Sequence[str]], column: int | None = None) -> Iterator[int]:
        """Yield the keys of the chunks that contain every phrase, in a column or in any, in order."""
        terms = self._terms.find({stem_of(word) for phrase in phrases for word in phrase})
        if not all(stem_of(word) in terms for phrase in phrases for word in phrase):
            return
        marks = {mark_of(term.id) for term in terms.values()}.union(*map(pair_marks, phrases))
        packed_keys = self._connection.execute_binary(_MARKED, (_array(marks),)).fetchall()[0][0]
        keys = np.sort(np.frombuffer(packed_keys or b"", ">i8"))
        size = _FIRST_READ
        while len(keys):
            existing, chunks = self._read(keys[:size].tolist())
            have = [chunks.have([terms[stem_of(word)].id for word in phrase], column) for phrase in phrases]
            yield from sorted(existing[np.logical_and.reduce(have)].tolist())
            keys, size = keys[size:], 2 * size

    def _batches(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Yield rows in batches by key."""
        last = 0
        while rows := self._connection.execute_binary(f"{sql} ORDER BY key LIMIT {_BATCH}", (last,)).fetchall():
            yield from rows
            last = rows[-1][0]


def _rows(
    chunks: Sequence[tuple[int, int, Chunk]], numbers_of: Callable[[Collection[str]], Mapping[str, int]]
) -> Iterator[_Row]:
    """Yield chunks, given with their keys and those of their documents, as they are stored."""
    texts = [[words_of(text) for text in (chunk.header, chunk.keywords, chunk.layout.text)] for _, _, chunk in chunks]
    stems = stems_of(word for columns in texts for words in columns for word in words)
    ids = numbers_of(set(stems.values()))
    for (key, document_id, _), columns in zip(chunks, texts, strict=True):
        numbers = [[ids[stems[word]] for word in words] for words in columns]
        marks = sorted(stem_marks(numbers).union(*map(pair_marks, columns)))
        marks += marks[-1:] * (_LEAST_MARKS - len(marks))
        yield _Row(key, document_id, numbers, marks)


def _array(numbers: Iterable[int]) -> str:
    """Return numbers as an array of PostgreSQL: psycopg takes ten times as long for a list."""
    return f"{{{','.join(map(str, numbers))}}}"
