"""The full text in PostgreSQL: what it finds, and its scores, are those of SQLite's full text."""

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.datatypes import NO_FILTER, Chunk, CleanText, Filter, Layout
from qa.errors import IndexDamaged
from qa.index import fulltext
from qa.index.fulltext import Fulltext
from qa.index.queries import POSTGRES, condition_of
from qa.index.schema import SCHEMA
from qa.index.servers import fulltext as postgres_fulltext
from qa.index.servers.connection import Connection
from qa.index.servers.fulltext import SCHEMA as POSTGRES_SCHEMA
from qa.index.servers.fulltext import PostgresFulltext
from qa.index.servers.stems import stem_of
from tests.helpers.servers import PostgresServer

QUESTION = "Did the old ferry to Sandvik carry the mayor and the choir?"
COMMON = "ferry harbour town people old year".split()
RARE = "Sandvik Lindholm mayor choir lantern orchard".split()
PATHS = [
    "a.md",
    "b.md",
    "sub/a.md",
    "sub/deep/b.txt",
    "x[1].md",
    "-.md",
    "é.md",
    "A.md",
    "a\nb.md",
    "^.md",
    "\\.md",
    "]",
]
DOCUMENTS = (
    "CREATE TABLE documents (id bigint PRIMARY KEY, path {text}, file {text}, source {text}, author {text},"
    " tags {text}, published {text})"
)


@pytest.fixture(scope="module")
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database for all tests of this module."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


class Both:
    """The same chunks in SQLite and in PostgreSQL."""

    numbers = count()

    def __init__(self, url: str) -> None:
        self.sqlite = sqlite3.connect(":memory:")
        table = re.findall(r"CREATE VIRTUAL TABLE fulltext.*?;.*?;", SCHEMA, re.DOTALL)
        self.sqlite.executescript(table[0])
        self.sqlite.execute("CREATE TABLE chunks (key INTEGER PRIMARY KEY, document_id INTEGER)")
        self.sqlite.execute(DOCUMENTS.format(text="text"))
        self.expected = Fulltext(self.sqlite)
        self.expected.open()
        self.postgres = Connection(url, "test")
        schema = f"test{next(self.numbers)}"
        self.postgres.execute(f"CREATE SCHEMA {schema}")
        self.postgres.execute(f"SET search_path = {schema}")
        self.postgres.execute(POSTGRES_SCHEMA)
        self.postgres.execute(DOCUMENTS.format(text='text COLLATE "C"'))
        self.actual = PostgresFulltext(self.postgres)

    def add(self, key: int, chunk: Chunk, published: str = "2020-01-01", source: str | None = None) -> None:
        """Add a chunk as the only one of a document."""
        document = (key, chunk.path, chunk.path, source, None, None, published)
        for connection in (self.sqlite, self.postgres):
            connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?)", document)
        self.sqlite.execute("INSERT INTO chunks VALUES (?, ?)", (key, key))
        self.expected.add([(key, chunk)], key)
        self.actual.add([(key, chunk)], key)

    def remove(self, chunks: Mapping[int, Chunk]) -> None:
        """Remove chunks."""
        self.expected.remove(chunks.items())
        self.actual.remove(chunks.items())

    def close(self) -> None:
        """Close both."""
        self.sqlite.close()
        self.postgres.close()

    def assert_same(self, question: str, limit: int, meeting: Filter = NO_FILTER, also: tuple[int, ...] = ()) -> int:
        """Assert that both find the same; return how much."""
        expected = self.expected.search(question, limit, meeting, also)
        actual = self.actual.search(question, limit, meeting, also)
        assert [*expected] == [*actual]
        assert expected == pytest.approx(actual, rel=1e-9)
        return len(actual)

    def frequencies(self) -> dict[str, int]:
        """Return how many chunks contain each stem, as SQLite counts them."""
        return dict(self.sqlite.execute("SELECT term, doc FROM temp.terms").fetchall())


def chunk(text: str, header: str = "", keywords: str = "", path: str = "") -> Chunk:
    return Chunk(path, 0, len(text), text, 1, "", header, keywords, Layout(CleanText.verbatim(text)))


def made_up() -> Iterator[Chunk]:
    """Yield chunks of common words, with a few rare ones."""
    chance = random.Random(3)
    for number in range(150):
        words = [*chance.choices(COMMON, k=9), *chance.choices(RARE, k=chance.choice([0, 0, 1, 2, 9]))]
        chance.shuffle(words)
        header = chance.choice(["The old ferry", "Sandvik", "Technology, assemblies & cafés", "1½ ﬁne naïve™ 🎙️x"])
        yield chunk(
            f"The {' the '.join(words[:9])} {' '.join(words[9:])}.", header, chance.choice(RARE), f"{number}.md"
        )


@pytest.fixture(scope="module")
def both(postgres_url: str) -> Iterator[Both]:
    """These chunks, one removed, with dates, some added before there is an index, and some after."""
    filled = Both(postgres_url)
    chunks = dict(enumerate(made_up(), 7))
    for key, each in chunks.items():
        if key == 100:
            filled.actual.flush()
            filled.actual.create_index()
        filled.add(key, each, f"20{10 + key % 10}-01-01", ["The Post", None][key % 2])
    filled.remove({20: chunks[20], 120: chunks[120]})
    filled.actual.flush()
    yield filled
    filled.close()


QUESTIONS = [
    QUESTION,
    "the old ferry",
    "Sandvik ferry harbour, Lindholm orchard",
    "one technology",
    "assembly of cafes",
    "Fine naive 1½ 🎙x",
    "old old old ferry",
    "and the",
    "zeppelin",
    "harbours zeppelin",
    "",
]


@pytest.mark.parametrize("word", ["\u19b0", "x\u19b0y", "\U0001fbf0"])
def test_a_letter_that_sqlite_does_not_know_has_a_stem(word: str) -> None:
    """Such as one of a later version of Unicode: a question with it is answered like any other."""
    assert stem_of(word)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("limit", [10, 200])
def test_scores_are_those_of_sqlite(both: Both, question: str, limit: int) -> None:
    """The same chunks in the same order with the same scores, and others that are given."""
    both.assert_same(question, limit)
    both.assert_same(question, limit, also=(7, 20, 33, 99, 10**6))


def test_a_filter_leaves_scores_as_they_are(both: Both) -> None:
    """Only chunks that meet it are found, or are given."""
    meeting = Filter(since=date(2014, 1, 1), sources=("The Post", "Bad\0name", "\ud800"))
    number = both.assert_same(QUESTION, 200, meeting)

    assert 0 < number < 75
    assert 5 < both.assert_same(QUESTION, 5, meeting, (8, 9, 10)) <= 8
    assert 0 == both.assert_same(QUESTION, 5, Filter(sources=("Nobody",)))


def test_rare_words_select(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    """In two stages, what is returned has the same scores."""
    everything = both.actual.search(QUESTION, 200)
    monkeypatch.setattr(fulltext, "_ROWS_SCORED", 60)
    monkeypatch.setattr(postgres_fulltext, "_ROWS_SCORED", 60)

    assert 10 == both.assert_same(QUESTION, 10)
    scores = both.actual.search(QUESTION, 200)
    assert 0 < len(scores) < len(everything)
    assert scores == {key: everything[key] for key in scores}


@pytest.mark.parametrize(
    "phrases",
    [["ferry"], ["old ferry"], ["the old"], ["Sandvik", "old harbour"], ["mayor choir"], ["zeppelin"], [], ["", "!"]],
)
def test_phrases(both: Both, phrases: list[str]) -> None:
    """Words next to each other, in the text and not in the header; in any column; the first ones."""
    assert sorted(both.expected.containing(phrases)) == both.actual.containing(phrases)
    if phrases and phrases[0].isascii() and phrases[0] not in ("", "!"):
        words = phrases[0].lower().split()
        assert both.expected.with_phrase(words, 3) == both.actual.with_phrase(words, 3)
        assert both.expected.with_phrase(words, 999) == both.actual.with_phrase(words, 999)


def test_frequencies(both: Both) -> None:
    """How many chunks contain a stem, those of removed chunks not counted."""
    frequencies = both.frequencies()

    assert frequencies == {stem: both.actual.frequency(stem) for stem in frequencies}
    assert 0 == both.actual.frequency("zeppelin")
    both.actual.check()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE terms SET chunks = chunks + 1 WHERE stem = 'ferri'",
        "UPDATE fulltext SET length = length + 1 WHERE key = 9",
        "UPDATE fulltext_totals SET tokens = 1",
        "DELETE FROM fulltext_words WHERE key = 9",
    ],
)
def test_damage_is_noticed(both: Both, damage: str) -> None:
    """What does not fit together is damaged."""
    both.postgres.execute("BEGIN")
    both.postgres.execute(damage)

    with pytest.raises(IndexDamaged):
        both.actual.check()
    both.postgres.execute("ROLLBACK")


@given(st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[*HealthCheck])
def test_what_is_added_and_removed_is_counted(postgres_url: str, data: st.DataObject) -> None:
    """In any order, with any words, however often it is written."""
    texts = st.text(st.sampled_from("aeyßÄé 1½x'️🤧ー\0"), max_size=12) | st.sampled_from(["a b c", "b b b"])
    present: dict[int, Chunk] = {}
    with closing(Both(postgres_url)) as both:
        for key in range(1, data.draw(st.integers(1, 12)) + 1):
            if data.draw(st.booleans()) and present:
                removed = data.draw(st.sampled_from(sorted(present)))
                both.remove({removed: present.pop(removed)})
            else:
                present[key] = chunk(data.draw(texts), data.draw(texts), data.draw(texts))
                both.add(key, present[key])
            if data.draw(st.booleans()):
                both.actual.flush()
        both.actual.flush()

        assert both.frequencies() == dict(both.postgres.execute("SELECT stem, chunks FROM terms").fetchall())
        both.actual.check()


PATTERNS = (
    "* *.md ?.md sub/* [ab].md [a-c].md [^a].md x[[]1].md []] [^]] []-a] [ *[1]* [a [z-a].md [^z-a].md [-a].md [a-].md"
    " [\\^]* é* a?b* \\.md ^.md"
).split()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_patterns_are_those_of_sqlite(both: Both, pattern: str) -> None:
    """A path matches a pattern as SQLite's GLOB says."""
    condition, values = condition_of(Filter(paths=(pattern,)), POSTGRES)
    matching = {
        path
        for path in PATHS
        if both.postgres.execute(
            f"SELECT 1 FROM (SELECT ?::text AS path, ''::text AS file) AS document WHERE {condition}", (path, *values)
        ).fetchone()
    }
    expected = {
        path
        for path in PATHS
        if both.sqlite.execute("SELECT ? GLOB ? OR ? = ?", (path, pattern, path, pattern)).fetchone()[0]
    }

    assert expected == matching
