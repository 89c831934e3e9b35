"""Readers and writers of an index on servers beside each other, and beside what else is in the database."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import qa
from qa.corpus import Corpus
from qa.errors import IndexLocked
from qa.index import Index
from qa.index.servers import sweeping, writing
from qa.index.servers.storage import ServerStorage
from qa.index.update import Updater
from qa.models.embedding import Embedder, Vectors
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.index_states import RememberingEmbedder, state_at
from tests.helpers.local_server import allow_loopback
from tests.helpers.scenarios import ARTICLES, LATER, QUERY
from tests.helpers.server_bench import Bench
from tests.helpers.server_runs import STOP

OPEN_FILES = Path("/proc/self/fd")


class Library:
    """An index on servers, and its articles."""

    def __init__(self, bench: Bench, embedder: RememberingEmbedder, corpus: Path) -> None:
        self.bench = bench
        self.corpus = corpus
        self._embedder = embedder
        self.vector: Vectors = embedder.embed([QUERY])[0]
        corpus.mkdir(parents=True)
        self.write(ARTICLES)
        self.update()

    @property
    def storage(self) -> ServerStorage:
        return self.bench.storage

    @property
    def arguments(self) -> list[str]:
        named = self.bench.addresses | {"corpus": str(self.corpus)}
        return ["index", *(word for name, value in named.items() for word in (f"--{name}", value))]

    def write(self, articles: dict[str, str]) -> None:
        for name, text in articles.items():
            (self.corpus / name).write_text(text, encoding="utf-8")

    def update(self, rebuild: bool = False, embedder: Embedder | None = None) -> None:
        Updater(self.storage, Corpus(self.corpus), embedder or self._embedder).run(rebuild)

    def state(self) -> Any:
        return state_at(self.storage, QUERY, self.vector)

    def read(self, index: Index) -> Any:
        """Return what an open index answers."""
        keys = [key for entry in index.documents() for key in index.keys_of(entry.path)]
        texts = sorted(each.chunk.text for each in index.chunks(keys).values())
        return texts, index.search_fulltext(QUERY, 10), index.search_vectors(self.vector, 10), [*index.vectors(keys)]


@pytest.fixture
def library(
    bench: Bench, remembering: RememberingEmbedder, no_network: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Library]:
    allow_loopback(monkeypatch)
    with bench.database():
        yield Library(bench, remembering, tmp_path / "articles")


class SlowEmbedder(Embedder):
    """Takes some seconds for every batch."""

    def __init__(self, seconds: float) -> None:
        super().__init__(DEFAULT_MODEL, cache_folder())
        self._seconds = seconds

    def embed(self, texts: Any, on_embedded: Any = lambda _: None) -> Vectors:
        time.sleep(self._seconds)
        return super().embed(texts, on_embedded)


def builds(bench: Bench) -> list[str]:
    return [name for (name,) in bench.rows("SELECT nspname FROM pg_namespace WHERE nspname ~ '^qa_' ORDER BY 1")]


def test_a_reader_keeps_an_old_build_through_rebuilds(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it reads stays the same; once it pauses, the build is removed."""
    monkeypatch.setattr(sweeping, "_READ_MINUTES", 0)
    with closing(Index.at(library.storage)) as index:
        before = library.read(index)
        library.write(LATER)
        for rebuild in (False, True, True):
            (library.corpus / "tram.txt").write_text(f"The tram stops at the mill. {rebuild}\n", encoding="utf-8")
            library.update(rebuild)
            assert library.read(index)[0] == before[0]
            assert library.read(index)[1] == before[1]
        # Vectors of removed chunks last some minutes only: Chroma no longer finds them.
        assert library.read(index)[2].keys() <= before[2].keys()
        assert "qa_1" in builds(library.bench)
        index.pause()
        library.storage.for_writing().compact(lambda: None)
        assert builds(library.bench) == ["qa_3"]
        assert not index.resume()


def test_a_reader_of_the_state_before_finds_removed_articles(library: Library) -> None:
    """Their vectors stay for some minutes."""
    with closing(Index.at(library.storage)) as index:
        before = library.read(index)
        (library.corpus / "ferry.txt").unlink()
        library.update()
        library.storage.for_writing().compact(lambda: None)
        assert library.read(index) == before
    assert library.state().content != before


def test_vectors_of_a_long_update_stay_for_readers(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The minutes count from its end."""
    monkeypatch.setattr(sweeping, "_READ_MINUTES", 0.05)

    with closing(Index.at(library.storage)) as index:
        before = library.read(index)
        (library.corpus / "ferry.txt").unlink()
        library.write(LATER)
        library.update(embedder=SlowEmbedder(4))
        assert library.read(index) == before


@pytest.mark.parametrize("call", ["PostgreSQL: COMMIT", "ServerCollection.store"])
def test_a_writer_that_is_stopped_holds_the_lock_until_it_is_killed(library: Library, call: str) -> None:
    """Others say who it is, and can read."""
    old = library.state()
    library.write(LATER)
    seen: list[str] = []

    def act(process: int, answer: Callable[[bytes], None]) -> None:
        answer(STOP)
        with pytest.raises(IndexLocked) as raised:
            library.update()
        seen.append(f"{raised.value}")
        assert f" {process}) is writing" in seen[0]
        assert library.state() == old
        os.kill(process, signal.SIGKILL)
        began = time.monotonic()
        library.update()
        assert time.monotonic() - began < writing._LOCK_SECONDS

    outcome = library.bench.run(library.arguments, stop=call, act=act)

    assert outcome.status == -signal.SIGKILL
    assert seen
    assert library.state().generation == old.generation + 1


def test_others_in_the_database_are_left_alone(library: Library) -> None:
    """Schemas that only have such a name are not removed, whether smaller or larger than a build."""
    library.bench.rows("CREATE SCHEMA qa_2; CREATE TABLE qa_2.precious (); CREATE SCHEMA qa_2024; CREATE SCHEMA qa_007")

    library.update(rebuild=True)
    library.write(LATER)
    library.update()

    assert builds(library.bench) == ["qa_007", "qa_2", "qa_2024", "qa_2025"]
    library.bench.rows("SELECT FROM qa_2.precious")


def test_time_limits_of_the_database_do_not_end_an_update(library: Library) -> None:
    """It is idle in its transaction while chunks are embedded."""
    (name,) = library.bench.rows("SELECT current_database()")[0]
    for setting in ("idle_in_transaction_session_timeout", "statement_timeout"):
        library.bench.rows(f"ALTER DATABASE {name} SET {setting} = '300ms'")

    library.write(LATER)
    library.update(embedder=SlowEmbedder(1))

    assert len(library.state().content[0]) == len(ARTICLES) + 1


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="only Linux lists open files there")
def test_watching_for_long_leaks_nothing(library: Library) -> None:
    """Neither files nor sessions, however often the index changes."""

    def files() -> int:
        return len([*OPEN_FILES.iterdir()])

    counts = []
    with qa.Assistant(qa.load_settings(corpus=library.corpus, **library.bench.addresses)) as assistant:  # type: ignore[arg-type]
        for number in range(4):
            library.write({"new.txt": f"The {number}th lamp of the quay is lit.\n"})
            assistant.refresh()
            assert assistant.search("lamp of the quay")
            counts.append(files())
    assert counts[-1] <= counts[1]
