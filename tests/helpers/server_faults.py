"""Faults while an index on servers is written: clients, servers and networks that end at any call.

Whatever happens, the index is in the old or the new state, the next run completes, and nothing is left behind.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unittest.mock import patch

from qa.corpus import Corpus
from qa.index import Index
from qa.index.folder import FolderStorage
from qa.index.servers import sweeping
from qa.index.servers.schema import schema_of
from qa.index.update import Updater
from qa.models.embedding import Vectors
from tests.helpers.cut_network import CutNetwork
from tests.helpers.index_states import MISSING, RememberingEmbedder, State, state_at
from tests.helpers.scenarios import ARTICLES, LATER, QUERY
from tests.helpers.server_bench import Bench, Outcome
from tests.helpers.server_runs import DIE, GO
from tests.helpers.servers import ChromaServer, PostgresServer

_FIRST = ARTICLES | {"quay.txt": "The quay of Saltmere is made of wood.\n"}
_EARLIER = ARTICLES | {"quay.txt": "The quay of Saltmere is made of granite.\n"}
"""The articles of the old state, and before."""
_LATER = {
    "ferry.txt": ARTICLES["ferry.txt"],
    "tram.txt": "The tram stops at the mill.\n",
    "fair.txt": "Date: 2025-05-01\n\nThe fair is in May.\n",
    "harbour.txt": _EARLIER["quay.txt"],
}
"""One article more, one edited, one less and one renamed."""
SCENARIOS: Mapping[str, tuple[str, ...]] = {
    "update": (),
    "first build": (),
    "rebuild": ("--rebuild",),
    "copy": ("--rebuild",),
    "new collections": (),
}
"""Kinds of writing, with their options."""
_SWEPT_AT_ONCE = {"qa.index.servers.sweeping._READ_MINUTES": 0}
_YEARLY = {"qa.index.servers.vectors.LARGE": 2}

Answer = Callable[[bytes], None]
Strike = Callable[[Bench, int, Answer, random.Random], None]
"""Does harm, given the id of the client's process and what sends it an answer."""


def _kill_client(bench: Bench, process: int, answer: Answer, generator: random.Random) -> None:
    answer(DIE)


def _killed(server_of: Callable[[Bench], PostgresServer | ChromaServer], in_call: bool) -> Strike:
    def strike(bench: Bench, process: int, answer: Answer, generator: random.Random) -> None:
        if in_call:
            answer(GO)
            time.sleep(generator.uniform(0, 0.01))
        server_of(bench).kill()
        if not in_call:
            answer(GO)

    return strike


def _on_network(network_of: Callable[[Bench], CutNetwork], harm: Callable[[CutNetwork], None]) -> Strike:
    def strike(bench: Bench, process: int, answer: Answer, generator: random.Random) -> None:
        harm(network_of(bench))
        answer(GO)

    return strike


def _answer_lost(network_of: Callable[[Bench], CutNetwork]) -> Strike:
    """Let the call arrive, but not its answer."""

    def strike(bench: Bench, process: int, answer: Answer, generator: random.Random) -> None:
        network_of(bench).lose_answers()
        answer(GO)
        time.sleep(0.3)
        network_of(bench).cut()

    return strike


def _postgres(bench: Bench) -> PostgresServer:
    return bench.postgres


def _chroma(bench: Bench) -> ChromaServer:
    return bench.chroma


def _to_postgres(bench: Bench) -> CutNetwork:
    return bench.to_postgres


def _to_chroma(bench: Bench) -> CutNetwork:
    return bench.to_chroma


FAULTS: Mapping[str, Strike] = {
    "the client is killed": _kill_client,
    "PostgreSQL is killed": _killed(_postgres, in_call=False),
    "PostgreSQL is killed in the call": _killed(_postgres, in_call=True),
    "Chroma is killed": _killed(_chroma, in_call=False),
    "Chroma is killed in the call": _killed(_chroma, in_call=True),
    "PostgreSQL is cut off": _on_network(_to_postgres, CutNetwork.cut),
    "Chroma is cut off": _on_network(_to_chroma, CutNetwork.cut),
    "PostgreSQL's answer is lost": _answer_lost(_to_postgres),
    "Chroma's answer is lost": _answer_lost(_to_chroma),
    "PostgreSQL is silent": _on_network(_to_postgres, CutNetwork.silence),
    "Chroma is silent": _on_network(_to_chroma, CutNetwork.silence),
}
"""What may happen at a call, by name."""


@dataclass
class ServerScenario:
    """One kind of writing an index on servers: from which state, to which."""

    name: str
    bench: Bench
    corpus: Path
    embedder: RememberingEmbedder
    vector: Vectors
    """That of the query."""
    old: State = MISSING
    new: State = MISSING
    after: State = MISSING
    """The state after a following run over one more article."""
    calls: list[str] = field(default_factory=list)
    """Those of a run without faults."""

    @classmethod
    def prepare(cls, name: str, bench: Bench, embedder: RememberingEmbedder) -> ServerScenario:
        """Return a scenario by name, and what is to be expected, from a run without faults."""
        scenario = cls(name, bench, bench.folder / name / "articles", embedder, embedder.embed([QUERY])[0])
        scenario.corpus.mkdir(parents=True)
        with scenario._begun() as others:
            scenario.old = scenario.state()
            outcome = bench.run(scenario.arguments, constants=scenario.constants)
            assert not outcome.status, outcome
            scenario.calls = outcome.calls
            scenario.new = scenario.state()
            scenario.after = scenario._follow()
            scenario.require_no_leftovers(others)
        assert scenario.old != scenario.new
        return scenario

    @property
    def constants(self) -> Mapping[str, float]:
        """Values of constants in its runs."""
        return _SWEPT_AT_ONCE | (_YEARLY if self.name == "new collections" else {})

    @property
    def arguments(self) -> list[str]:
        """The arguments of ``qa``."""
        named = self.bench.addresses | {"corpus": str(self.corpus)}
        if self.name == "copy":
            named = named | {"to": named["index"], "index": str(self._copied)}
        options = [word for name, value in named.items() for word in (f"--{name}", value)]
        return ["index", *options, *SCENARIOS[self.name]]

    def state(self) -> State:
        """Return the state that the index is in."""
        return state_at(self.bench.storage, QUERY, self.vector)

    def attempt(self, call: int, fault: str, generator: random.Random) -> tuple[str, Outcome]:
        """Let a fault happen at the call of this number, and check all that is promised; return which state is there.

        Raises:
            AssertionError: a promise is broken.
        """

        def act(process: int, answer: Answer) -> None:
            FAULTS[fault](self.bench, process, answer, generator)

        with self._begun() as others:
            label = self.calls[call]
            outcome = self.bench.run(self.arguments, label, self.calls[:call].count(label), act, self.constants)
            self.bench.heal()
            state = self.state()
            require_clear(outcome)
            assert state in (self.old, self.new, State(1, self.new.content)), state
            assert outcome.status or state == self.new
            after = self._follow()
            # It may have been committed after that.
            assert after.content == self.after.content, after
            assert after.generation in (state.generation + 1, state.generation + 2), (
                state.generation,
                after.generation,
            )
            self.require_no_leftovers(others)
            return "new" if state == self.new else "old", outcome

    def require_no_leftovers(self, others: set[str]) -> None:
        """Check that the servers have what belongs to the newest state and nothing else, but for ``others``."""
        rows, storage = self.bench.rows, self.bench.storage
        with closing(Index.at(storage)) as index:
            schema = schema_of(index.build)
            keys = {key for entry in index.documents() for key in index.keys_of(entry.path)}
        assert [(schema,)] == rows("SELECT nspname FROM pg_namespace WHERE nspname ~ '^qa_'")
        listed = {name for (name,) in rows(f"SELECT name FROM {schema}.collections")}
        assert listed == {name for (name,) in rows("SELECT name FROM qa.collections")}
        assert listed == (there := self.bench.collections() - others), (listed, there)
        assert not (stored := rows(f"SELECT * FROM {schema}.stored")), stored
        assert not (removed := rows(f"SELECT * FROM {schema}.removed")), removed
        vectors = [key for name in listed for key in self.bench.vectors(name)]
        assert sorted(keys) == sorted(vectors), (sorted(keys), sorted(vectors))

    @contextmanager
    def _begun(self) -> Iterator[set[str]]:
        """Make the index as it is before, and the corpus as it is then; yield the collections of other indexes."""
        with self.bench.database():
            others = self.bench.collections()
            if self.name != "first build":
                for articles in (_FIRST, _EARLIER):
                    self._write(articles)
                    self._update()
            self._write(_LATER)
            if self.name == "copy":
                _ = self._copied
            yield others

    @cached_property
    def _copied(self) -> Path:
        """The index in a folder that is copied."""
        folder = self.corpus.parent / "index"
        Updater(FolderStorage(folder), Corpus(self.corpus), self.embedder).run()
        return folder

    def _write(self, articles: Mapping[str, str]) -> None:
        for path in self.corpus.iterdir():
            if path.name not in articles:
                path.unlink()
        for name, text in articles.items():
            path = self.corpus / name
            if not path.exists() or path.read_text(encoding="utf-8") != text:
                path.write_text(text, encoding="utf-8")

    def _update(self) -> None:
        Updater(self.bench.storage, Corpus(self.corpus), self.embedder).run()

    def _follow(self) -> State:
        """Add an article, and return the state after a run, for which all vectors were removed long ago."""
        self._write(_LATER | LATER)
        with patch.object(sweeping, "_READ_MINUTES", 0):
            self._update()
        return self.state()


def require_clear(outcome: Outcome) -> None:
    """Check that a run said in one line what went wrong, with the right exit code."""
    assert not outcome.is_hung, outcome
    if outcome.status >= 0:
        assert outcome.status in (0, 3, 4), outcome
        assert "Traceback" not in outcome.errors
        assert "This is a bug" not in outcome.errors, outcome
        lines = [line for line in outcome.errors.splitlines() if line.startswith("qa: ")]
        assert len(lines) == (1 if outcome.status else 0), outcome
    else:
        assert outcome.status == -9, outcome
