"""Damage to an index on servers: never a wrong citation or a traceback, and one command that repairs it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
import psycopg
import pytest
from chromadb.config import Settings

import qa
from qa.corpus import Corpus
from qa.index.locations import storage_of
from qa.index.servers import health
from qa.index.update import Updater
from qa.models.embedding import Embedder
from tests.helpers.commands import Commands, Outcome, problems_of
from tests.helpers.servers import ServerLocation

FERRY = "The ferry sails from Saltmere at noon. A ticket costs nine crowns.\n"
ARTICLES = {
    "ferry.txt": f"Title: The ferry\nDate: 2023-11-04\nSource: Saltmere Gazette\n\n{FERRY * 3}",
    "again.txt": f"Title: The boat\nDate: 2023-11-05\nSource: The Verge\n\n{FERRY * 3}It is a boat.\n",
    "tram.txt": "The tram stops at the ropeworks. Nobody sails there.\n",
    "choir.txt": "The choir of Tollhaven sings on Fridays.\n",
}
QUESTION = "What does a ticket for the ferry cost?"

FOUND_BY_DOCTOR = {
    "a title": "UPDATE documents SET title = 'The ferry of Nowhere'",
    "a day": "UPDATE documents SET published = '2022-01-01' WHERE published IS NOT NULL",
    "no day": "UPDATE documents SET published = 'yesterday' WHERE published IS NOT NULL",
    "a path": "UPDATE documents SET path = 'tram2.txt' WHERE path = 'tram.txt'",
    "a text": "UPDATE chunks SET text = replace(text, 'nine', 'five')",
    "a place": 'UPDATE chunks SET start = start + 1, "end" = "end" + 1',
    "a layout": "UPDATE chunks SET layout = ''",
    "a chunk of another document": "UPDATE chunks SET document_id = (SELECT max(id) FROM documents)",
    "no chunk": "DELETE FROM chunks WHERE key = (SELECT min(key) FROM chunks)",
    "no chunks": "DELETE FROM chunks",
    "no document": "DELETE FROM chunks WHERE document_id = 1; DELETE FROM documents WHERE id = 1",
    "no vector": "DELETE FROM vectors WHERE key = (SELECT min(key) FROM chunks)",
    "a vector of another length": "UPDATE vectors SET numbers = '\\x0102'",
    "another vector": "UPDATE vectors SET numbers = decode(repeat('7f', length(numbers)), 'hex')",
    "a vector that is none": "UPDATE vectors SET scale = 'NaN'",
    "a vector of another chunk": "UPDATE vectors SET key = key + 1000",
    "other copies": "UPDATE copies SET story = digest + 1",
    "no copies": "UPDATE wording_pairs SET other = digest",
    "no words of chunks": "DELETE FROM fulltext_words WHERE key = (SELECT min(key) FROM chunks)",
    "other words of chunks": "UPDATE fulltext_words SET numbers = ("
    "SELECT numbers FROM fulltext_words ORDER BY key LIMIT 1)",
    "words that are none": "UPDATE fulltext_words SET numbers = '\\x01'",
    "no marks": "UPDATE fulltext SET marks = '{}'",
    "other marks": "UPDATE fulltext SET marks = (SELECT marks FROM fulltext WHERE key = (SELECT min(key) FROM chunks))",
    "marks of another document": "UPDATE fulltext SET document_id = 1",
    "another length": "UPDATE fulltext SET length = length + 1",
    "no full text": "DELETE FROM fulltext",
    "another frequency": "UPDATE terms SET chunks = chunks + 1",
    "another stem": "UPDATE terms SET stem = stem || 'x'",
    "no stems": "DELETE FROM terms",
    "no totals": "DELETE FROM fulltext_totals",
    "other totals": "UPDATE fulltext_totals SET chunks = -chunks, tokens = 0",
    "another count": "UPDATE words SET chunks = chunks + 1",
    "no manifest": "DELETE FROM manifest",
    "a manifest that is none": "UPDATE manifest SET json = '[]'",
    "a manifest of more": "UPDATE manifest SET json = replace(json, '\"chunks\": 4', '\"chunks\": 5')",
    "no collection": "DELETE FROM collections",
    "no table of chunks": "DROP TABLE chunks",
    "no table of collections": "DROP TABLE collections",
    "no table of removed vectors": "DROP TABLE removed",
    "no table of stored vectors": "DROP TABLE stored",
    "no table of vectors": "DROP TABLE vectors",
    "no keys": "DROP SEQUENCE chunk_keys",
    "another build": "UPDATE qa.state SET build = 99",
    "a later version": "UPDATE qa.state SET version = 999",
    "no version": "UPDATE qa.state SET version = 0",
    "no build": "DELETE FROM qa.state",
    "no schema": "DROP SCHEMA qa_1 CASCADE",
}
"""Statements, by what is there afterwards."""

_QUICK = (
    "a title",
    "a text",
    "no chunk",
    "a vector of another length",
    "words that are none",
    "no marks",
    "no totals",
    "no collection",
    "no table of stored vectors",
    "another build",
)
"""Those that are tried in every run of the tests."""


class Town:
    """An index on servers of a few articles."""

    def __init__(self, location: ServerLocation, folder: Path, embedder: Embedder, commands: Commands) -> None:
        self.location = location
        self.corpus = folder / "articles"
        self.corpus.mkdir()
        for name, text in ARTICLES.items():
            (self.corpus / name).write_text(text, encoding="utf-8")
        self._embedder = embedder
        self._commands = commands
        options = {"corpus": str(self.corpus), "index": location.index, "vectors": location.vectors}
        self.settings = qa.load_settings(**options)  # type: ignore[arg-type]
        self._options = [word for name, value in options.items() for word in (f"--{name}", value)]
        self.update()

    def run(self, *words: str) -> Outcome:
        """Run ``qa`` on it."""
        return self._commands.exactly(*words, *self._options)

    def update(self, rebuild: bool = False) -> None:
        Updater(storage_of(self.settings), Corpus(self.corpus), self._embedder).run(rebuild)

    def execute(self, sql: str) -> None:
        with psycopg.connect(self.location.index, autocommit=True) as connection:
            connection.execute("SET search_path TO qa_1")
            connection.execute(sql.encode())

    @cached_property
    def client(self) -> Any:
        return chromadb.HttpClient(self.location.vectors, settings=Settings(anonymized_telemetry=False))

    @property
    def collection(self) -> Any:
        with psycopg.connect(self.location.index) as connection:
            ((name,),) = connection.execute("SELECT name FROM qa.collections").fetchall()
        return self.client.get_collection(name, embedding_function=None)

    def require_nothing_wrong_is_said(self) -> None:
        """Ask and search: answers are right, or end in an error that says what to do."""
        for words in (["ask", QUESTION], ["search", "ferry to Saltmere"], ["status"]):
            outcome = self.run(*words, "--json")
            assert outcome.code in (0, 1, 3), outcome
            assert "bug" not in outcome.out + outcome.err
            if outcome.code == 3:
                assert "qa " in outcome.json["hint"], outcome
            elif words[0] == "ask":
                for citation in outcome.json["citations"]:
                    text = (self.corpus / citation["path"]).read_text(encoding="utf-8")
                    assert citation["quote"] in text
                    assert citation["title"] in ("The ferry", "The boat")
                    assert citation["published"] in ("2023-11-04", "2023-11-05")
                assert "five" not in outcome.out

    def require_repaired(self) -> None:
        assert not problems_of(self.run("doctor"))
        answer = self.run("ask", QUESTION, "--json")
        assert "nine crowns" in answer.json["short_answer"]


@pytest.fixture
def town(
    server_location: ServerLocation, tmp_path: Path, embedder: Embedder, capsys: pytest.CaptureFixture[str]
) -> Town:
    return Town(server_location, tmp_path, embedder, Commands(capsys))


@pytest.mark.parametrize(
    "damage", [each if each in _QUICK else pytest.param(each, marks=pytest.mark.slow) for each in FOUND_BY_DOCTOR]
)
def test_rows_that_were_changed(town: Town, damage: str) -> None:
    """Are not shown, are found by qa doctor, and are made again by a rebuild."""
    town.execute(FOUND_BY_DOCTOR[damage])

    town.require_nothing_wrong_is_said()
    doctor = town.run("doctor")
    assert doctor.code == 4
    assert "qa index" in doctor.out, doctor
    outcome = town.run("index", "--rebuild")
    assert outcome.code == 0, outcome
    town.require_repaired()


IN_CHROMA = {
    "no vectors": lambda collection: collection.delete(collection.get(include=[])["ids"]),
    "another name": lambda collection: collection.modify(name=f"{collection.name}-lost"),
    "other vectors": lambda collection: collection.update(
        (ids := collection.get(include=[])["ids"]), embeddings=np.eye(len(ids), 384)
    ),
    "unknown keys": lambda collection: collection.add(["999999", "key"], embeddings=np.ones((2, 384))),
}
"""What an administrator may do to a collection, by what is there afterwards."""
_REBUILT = ("other vectors",)


@pytest.mark.parametrize("damage", IN_CHROMA)
def test_collections_that_were_changed(town: Town, damage: str) -> None:
    """Never lead to anything wrong; qa doctor stores what is missing again, and finds what is another."""
    IN_CHROMA[damage](town.collection)

    town.require_nothing_wrong_is_said()
    doctor = town.run("doctor")
    assert doctor.code == (4 if damage in _REBUILT else 0), doctor
    if damage in _REBUILT:
        assert "qa index --rebuild" in doctor.out
        assert town.run("index", "--rebuild").code == 0
    town.require_repaired()


def test_a_collection_of_another_index(town: Town) -> None:
    """That the catalog names one that there is not is no matter: it is made again, and the other is removed."""
    before = town.collection.name
    town.execute("UPDATE collections SET name = 'qa-unknown'")

    town.require_nothing_wrong_is_said()
    doctor = town.run("doctor")

    assert "4 vectors stored again" in doctor.out
    town.require_repaired()
    assert before not in {each.name for each in town.client.list_collections()}


def test_a_large_index_is_compared_in_part(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every other chunk, if there are twice as many as are read."""
    monkeypatch.setattr(health, "_MOST_READ", 2)
    assert town.run("doctor").code == 0
    town.execute("UPDATE fulltext SET marks = '{}' WHERE key = (SELECT min(key) FROM chunks)")

    assert town.run("doctor").code == 4


def test_a_rebuild_after_the_chroma_server_lost_its_data(town: Town) -> None:
    """Although vectors of removed articles are due to be removed there."""
    (town.corpus / "tram.txt").unlink()
    town.update()
    town.execute("UPDATE removed SET at = '2020-01-01'; INSERT INTO stored VALUES (100, 110)")
    town.client.delete_collection(town.collection.name)

    outcome = town.run("index", "--rebuild")

    assert outcome.code == 0, outcome
    town.require_repaired()
