"""The same index in a folder and on servers: where each lies, and all that questions read of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psycopg
import pytest

import qa
from qa.corpus import Corpus
from qa.datatypes import NO_FILTER, Filter, IndexReport, Skipped
from qa.index import Index
from qa.index.locations import storage_of
from qa.index.servers import sweeping
from qa.index.storage import Storage
from qa.index.update import Updater
from qa.models.embedding import Vectors
from qa.questions.spelling import correct_spelling
from tests.helpers.index_states import RememberingEmbedder

FERRY = (
    "The ferry sails from Saltmere at noon and reaches Tollhaven before the evening tide. A ticket costs nine crowns, "
    "and children travel free on Sundays. Captain Maren Dahl has steered the old boat since the storm of 1998.\n"
)
TOWN = {
    "news/ferry.md": "---\ntitle: The ferry of Saltmere\ndate: 2023-11-04\nsource: Saltmere Gazette\n"
    f"author: Ida Holm\ntags: [harbour, ferry]\n---\n\n{FERRY}",
    "news/ferry again.md": f"---\ntitle: A boat to Tollhaven\ndate: 2023-11-06\nsource: The Verge\n---\n\n{FERRY}",
    "news/tram.txt": "Title: The tram\nDate: 2024-02-01\nSource: Saltmere Gazette\n\nThe tram stops at the ropeworks. "
    "Nobody sails there.\n",
    "choir.txt": "The choir of Tollhaven sings sea shanties on Fridays, and hymns on Sundays.\n",
    "café.md": "# Café Zürich\n\nA naïve painter ran the café in 1887; today it is a bank. The Café closes at noon.\n\n"
    "| day | opens |\n| --- | --- |\n| Monday | 09:00 |\n",
    "lighthouse.txt": "The lighthouse was lit in 1887. " + "The keeper counted the ships, day after day. " * 60 + "\n",
    "letters.txt": "日本語の手紙。 \t\\N \\. 100% of {braces} 'quotes' \"marks\" ? %s $1 🚢 e\u0301\n",
}
"""Articles with and without date, outlet, author and tags; two are copies, one is long, one has odd characters."""
EDITED = {
    "an addition": {"mill.txt": "Date: 2025-01-01\n\nThe mill stands beside the ferry.\n"},
    "an edit": {
        "choir.txt": "The choir of Tollhaven sings on Mondays.\n",
        "lighthouse.txt": "The lighthouse is dark.\n",
    },
    "an edited copy": {"news/ferry.md": "The ferry has been sold.\n"},
    "the copy again": {"news/ferry.md": TOWN["news/ferry.md"]},
}
"""What is written one after the other."""
QUERIES = ("Where does the ferry sail from Saltmere?", "choir of Tollhaven", "naïve café 1887", "zeppelin", "the")
_FILTERS = (
    NO_FILTER,
    Filter(since=date(2024, 1, 1)),
    Filter(until=date(2023, 12, 31)),
    Filter(since=date(2023, 11, 4), until=date(2023, 11, 4)),
    Filter(sources=("Saltmere Gazette",)),
    Filter(authors=("Ida Holm",)),
    Filter(tags=("harbour, ferry",)),
    Filter(paths=("news/*",)),
    Filter(paths=("[a-m]*.txt", "news/ferry.md")),
    Filter(paths=("nothing*",)),
)
_PHRASES = (["ferry"], ["sails from"], ["choir", "Fridays"], ["café"], ["Saltmere at noon"], ["zeppelin"])
_QUESTIONS = ("Where does the fery sail?", "What does the chior of Tolhaven sing?", "Who lit the light house?")


@dataclass(frozen=True)
class StoredIndex:
    """An index of a folder of articles, wherever it lies."""

    corpus: Path
    """The folder of articles."""
    options: dict[str, str]
    """Where it lies, as options of ``qa.open``."""
    embedder: RememberingEmbedder

    @property
    def settings(self) -> qa.Settings:
        """The settings that name corpus and index."""
        return qa.load_settings(corpus=self.corpus, **self.options)  # type: ignore[arg-type]

    @property
    def storage(self) -> Storage:
        """Where it lies."""
        return storage_of(self.settings)

    @property
    def arguments(self) -> list[str]:
        """The options of the command line that name corpus and index."""
        named = {"corpus": str(self.corpus)} | self.options
        return [word for name, value in named.items() for word in (f"--{name}", value)]

    def write(self, articles: Mapping[str, str]) -> None:
        """Write articles, given as texts by path."""
        for path, text in articles.items():
            file = self.corpus / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")

    def update(self, rebuild: bool = False) -> IndexReport:
        """Bring it up to date, as another process might."""
        return Updater(self.storage, Corpus.configured(self.settings), self.embedder).run(rebuild)

    def open(self) -> Index:
        """Open its newest state."""
        return Index.at(self.storage)

    @contextmanager
    def assistant(self) -> Iterator[qa.Assistant]:
        """Open an assistant that updates nothing."""
        with qa.Assistant(self.settings) as assistant:
            yield assistant

    def contents(self) -> Contents:
        """Return all that questions read of its newest state."""
        with closing(self.open()) as index:
            return contents_of(index, self.embedder)


Numbers = dict[Any, dict[Any, float]]
"""By search and by chunk."""


@dataclass(frozen=True)
class Contents:
    """All that questions read of an index; keys of chunks, which differ, are replaced by their places."""

    exact: dict[str, Any]
    """What must be equal."""
    scores: Numbers
    """Scores of full text by place of the chunk, by question and filter."""
    cosines: Numbers
    """Cosine similarities likewise."""
    vectors: dict[Any, Vectors]
    """By place."""


def contents_of(index: Index, embedder: RememberingEmbedder) -> Contents:
    """Return all that questions read of an open index."""
    entries = index.documents()
    paths = [entry.path for entry in entries]
    chunks = index.chunks([key for path in paths for key in index.keys_of(path)])
    positions = {key: (each.chunk.path, each.chunk.start) for key, each in chunks.items()}
    vectors = dict(zip(QUERIES, embedder.embed(QUERIES), strict=True))
    scores: Numbers = {"also": index.search_fulltext(QUERIES[0], 1, also=[*chunks])}
    cosines: Numbers = {"listed": index.cosines(vectors[QUERIES[0]], [*chunks])}
    for query, meeting in [(QUERIES[0], each) for each in _FILTERS] + [(each, NO_FILTER) for each in QUERIES[1:]]:
        scores[query, meeting] = index.search_fulltext(query, 50, meeting)
        cosines[query, meeting] = nearest = index.search_vectors(vectors[query], 50, meeting)
        assert [*nearest.values()] == sorted(nearest.values(), reverse=True)
    return Contents(
        _exact(index, paths) | {"chunks": {positions[key]: replace(chunks[key], key=0) for key in chunks}},
        {each: {positions[key]: score for key, score in by_key.items()} for each, by_key in scores.items()},
        {each: {positions[key]: cosine for key, cosine in by_key.items()} for each, by_key in cosines.items()},
        {positions[key]: vector for key, vector in index.vectors([*chunks]).items()},
    )


def settled(skipped: Skipped) -> Skipped:
    """Return a skipped file without its time of change, which is recorded only if it was some time ago."""
    return replace(skipped, ctime_ns=0)


def comparable(report: IndexReport) -> IndexReport:
    """Return a report without what differs from run to run."""
    return replace(report, seconds=0, skipped=tuple(map(settled, report.skipped)))


def _exact(index: Index, paths: Sequence[str]) -> dict[str, Any]:
    vocabulary = index.vocabulary
    words = sorted(
        {word for letter in "abcdefghijklmnopqrstuvwxyzé日" for word in vocabulary.beginning_with(letter, 1, 40)}
    )
    pairs = [*pairwise(words[:20]), ("the", "ferry"), ("light", "house"), ("sails", "from"), ("from", "sails")]
    return {
        "stats": index.stats(),
        "documents": index.documents(),
        "found": {meeting: index.paths(meeting) for meeting in _FILTERS},
        "exist": {meeting: index.has_documents(meeting) for meeting in _FILTERS},
        "both": index.paths(_FILTERS[1], _FILTERS[4]),
        "at": index.documents_at([*paths, "missing.txt"]),
        "hashes": index.hashes_of([*paths, "missing.txt"]),
        "states": sorted((path, size, mtime_ns) for path, size, mtime_ns, _ in index.states()),
        "skipped": [settled(file) for file in index.skipped()],
        "sources": index.sources(),
        "counts": {column: index.counts_of(column) for column in ("source", "author", "tags")},
        "published": index.published(),
        "copies": index.copies_of(),
        "copies of": index.copies_of(paths[:3]),
        "containing": {
            tuple(phrases): [(path, text) for _, path, text in index.containing(phrases)] for phrases in _PHRASES
        },
        "beginnings": [(path, text) for _, path, text in index.beginnings(paths, 1)],
        "titles": [index.titles(query) for query in QUERIES],
        "frequencies": {stem: index.document_frequency(stem) for stem in ("ferri", "choir", "sail", "cafe", "nothing")},
        "words": {word: vocabulary.frequency(word) for word in [*words, "nothing"]},
        "lengths": vocabulary.beginning_with("s", 4, 6),
        "written": {word: vocabulary.as_written(word) for word in words[::8]},
        "adjacent": {pair: vocabulary.are_adjacent(pair) for pair in pairs},
        "spelling": [correct_spelling(question, vocabulary) for question in _QUESTIONS],
    }


def assert_same_contents(actual: Contents, expected: Contents) -> None:
    """Check that two indexes have the same, but for the last bits of numbers."""
    assert actual.exact.keys() == expected.exact.keys()
    for name, value in actual.exact.items():
        assert value == expected.exact[name], name
    _assert_close(actual.scores, expected.scores, relative=1e-9)
    _assert_close(actual.cosines, expected.cosines, absolute=1e-6)
    assert actual.vectors.keys() == expected.vectors.keys()
    for position, vector in actual.vectors.items():
        np.testing.assert_allclose(vector, expected.vectors[position], atol=1e-6)


def _assert_close(
    actual: Numbers, expected: Numbers, relative: float | None = None, absolute: float | None = None
) -> None:
    assert actual.keys() == expected.keys()
    for search, numbers in actual.items():
        assert numbers == pytest.approx(expected[search], rel=relative, abs=absolute), search


class Servers:
    """The servers of an index as their administrator sees them."""

    def __init__(self, stored: StoredIndex) -> None:
        self._url = stored.options["index"]
        self._chroma = (
            f"{stored.options['vectors']}/api/v2/tenants/default_tenant/databases/default_database/collections"
        )

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run a statement in the database, and return its rows, if it has any."""
        with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    @property
    def builds(self) -> set[str]:
        """The schemas of builds in the database."""
        return {name for (name,) in self.rows("SELECT nspname FROM pg_namespace WHERE nspname ~ '^qa_'")}

    @property
    def listed(self) -> set[str]:
        """The collections that the database knows of."""
        return {name for (name,) in self.rows("SELECT name FROM qa.collections")}

    @property
    def collections(self) -> dict[str, int]:
        """The collections on the Chroma server with the number of their vectors."""
        every = httpx.get(f"{self._chroma}?limit=1000", trust_env=False).json()
        return {each["name"]: httpx.get(f"{self._chroma}/{each['id']}/count").json() for each in every}

    def empty_chroma(self) -> None:
        """Remove the collections of the index from the Chroma server."""
        for name in self.listed & self.collections.keys():
            httpx.delete(f"{self._chroma}/{name}").raise_for_status()

    def age_removed_vectors(self) -> None:
        """Let the vectors of removed chunks be old enough to be removed, too."""
        for build in self.builds:
            self.rows(f"UPDATE {build}.removed SET at = at - interval '{sweeping._READ_MINUTES + 1} minutes'")

    def end_connections(self) -> None:
        """End all connections to the database, as when the network fails."""
        self.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
