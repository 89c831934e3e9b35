"""Fixtures shared by all tests: an isolated environment, the models, and indexed corpora to query."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

import qa
from qa.models.embedding import Embedder
from qa.reader.network import SpanNetwork
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.commands import Commands
from tests.helpers.index_files import change_manifest
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.local_server import allow_loopback
from tests.helpers.scenarios import QUERY
from tests.helpers.servers import (
    POSTGRES_MISSING,
    ChromaServer,
    PostgresServer,
    ServerLocation,
    postgres_programs,
    running,
)
from tests.helpers.storages import TOWN, StoredIndex

if TYPE_CHECKING:
    from tests.helpers.server_bench import Bench

PROJECT = Path(__file__).parent.parent
SEEDS = PROJECT / "seeds"
SMALL = Path(__file__).parent / "corpus"
SERVERS_REQUIRED = bool(os.environ.get("QA_REQUIRE_SERVERS"))
"""Whether tests that need PostgreSQL fail where it is not installed, instead of being skipped."""

RunQA = Callable[..., "subprocess.CompletedProcess[str]"]
OpenArticles = Callable[..., qa.Assistant]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that use a server."""
    for item in items:
        if {"postgres_server", "chroma_server"} & {*getattr(item, "fixturenames", ())}:
            item.add_marker("servers")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip the tests that use a server where there is none, or fail."""
    if item.get_closest_marker("servers") and not postgres_programs():
        if SERVERS_REQUIRED:
            pytest.fail(POSTGRES_MISSING, pytrace=False)
        pytest.skip(POSTGRES_MISSING)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Isolate every test from the developer's settings, indexes and current folder."""
    for name in [*os.environ]:
        if name.startswith(("QA_", "ANTHROPIC_")) or name in ("NO_COLOR", "OPENAI_API_KEY", "OLLAMA_HOST"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail every test that connects to the network."""

    def refuse(*_: object) -> NoReturn:
        raise AssertionError("qa tried to use the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The real embedding model, warmed up once."""
    model = Embedder(DEFAULT_MODEL, cache_folder())
    model.warm_up()
    return model


@pytest.fixture(scope="session")
def network() -> SpanNetwork:
    """The shipped network of the reader."""
    return SpanNetwork()


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A copy of the seeds that the test may change."""
    return Path(shutil.copytree(SEEDS, tmp_path / "articles"))


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """A path for an index, which does not exist yet."""
    return tmp_path / "index"


@pytest.fixture(scope="session")
def seeds(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Assistant]:
    """An assistant over the seeds, for tests that change neither corpus nor index."""
    with qa.open(corpus=SEEDS, index=tmp_path_factory.mktemp("seeds") / "index") as assistant:
        yield assistant


@pytest.fixture(scope="session")
def small(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[qa.Assistant]:
    """An assistant over the small corpus of unusual files, for tests that change neither corpus nor index."""
    with qa.open(corpus=SMALL, index=tmp_path_factory.mktemp("small") / "index") as assistant:
        yield assistant


@pytest.fixture
def small_copy(small: qa.Assistant, tmp_path: Path) -> Path:
    """A copy of the small corpus's index, which the test may damage."""
    return Path(shutil.copytree(small.settings.index_root, tmp_path / "index"))


@pytest.fixture
def copied_town(small_copy: Path, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Commands over the small corpus and the copy of its index."""
    return Commands(capsys, SMALL, small_copy)


@pytest.fixture
def growing_town(copied_town: Commands, small_copy: Path, tmp_path: Path) -> Commands:
    """Commands over a copy of the small corpus, with an article more than the copy of its index."""
    copied_town.corpus = Path(shutil.copytree(SMALL, tmp_path / "corpus"))
    change_manifest(small_copy, corpus="../corpus")
    (copied_town.corpus / "new.txt").write_text("The tram stops at the Glass Market.\n")
    return copied_town


@pytest.fixture(scope="module")
def open_articles(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenArticles]:
    """A function that opens an assistant over articles, given as texts by path, with the options of ``qa.open``."""
    with ExitStack() as stack:

        def open_them(articles: Mapping[str, str], **options: Any) -> qa.Assistant:
            root = tmp_path_factory.mktemp("articles")
            for path, text in articles.items():
                file = root / "articles" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(text.encode())
            return stack.enter_context(qa.open(root / "articles", root / "index", **options))

        yield open_them


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A PostgreSQL server; a test that ends it starts it again."""
    with running(PostgresServer) as server:
        yield server


@pytest.fixture(scope="session")
def chroma_server() -> Iterator[ChromaServer]:
    """A Chroma server; a test that ends it starts it again."""
    with running(ChromaServer) as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of an empty database."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture
def server_location(
    postgres_url: str, chroma_server: ChromaServer, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> ServerLocation:
    """Where an index on servers may be made; connections to this machine are allowed."""
    allow_loopback(monkeypatch)
    return ServerLocation(index=postgres_url, vectors=chroma_server.url)


@pytest.fixture(scope="session")
def remembering(embedder: Embedder) -> RememberingEmbedder:
    """The real model, which computes the vector of each text only once."""
    return RememberingEmbedder(DEFAULT_MODEL, cache_folder())


@pytest.fixture(scope="session")
def bench(
    postgres_server: PostgresServer,
    chroma_server: ChromaServer,
    remembering: RememberingEmbedder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bench]:
    """The servers behind networks that can be cut, and a process that runs ``qa`` against them."""
    from tests.helpers.server_bench import server_bench

    remembering.embed([QUERY])
    with server_bench(postgres_server, chroma_server, tmp_path_factory.mktemp("bench"), remembering) as bench:
        yield bench


@pytest.fixture
def in_folder(remembering: RememberingEmbedder, tmp_path: Path) -> StoredIndex:
    """An index in a folder, not yet built, and its articles."""
    stored = StoredIndex(tmp_path / "articles", {"index": str(tmp_path / "index")}, remembering)
    stored.write(TOWN)
    return stored


@pytest.fixture
def on_servers(remembering: RememberingEmbedder, server_location: ServerLocation, tmp_path: Path) -> StoredIndex:
    """An index on servers, not yet built, of the same articles as that in the folder."""
    options = {"index": server_location.index, "vectors": server_location.vectors}
    stored = StoredIndex(tmp_path / "articles", options, remembering)
    stored.write(TOWN)
    return stored


@pytest.fixture
def built(on_servers: StoredIndex) -> StoredIndex:
    """An index on servers."""
    on_servers.update()
    return on_servers


@pytest.fixture(params=["in_folder", pytest.param("on_servers", marks=pytest.mark.servers)])
def stored(request: pytest.FixtureRequest) -> StoredIndex:
    """An index, in a folder and on servers."""
    index: StoredIndex = request.getfixturevalue(request.param)
    return index


@pytest.fixture
def run_qa(tmp_path: Path) -> RunQA:
    """A function that runs the command ``qa`` in a subprocess, in the test's temporary folder."""

    def run(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        settings: dict[str, object] = {
            "cwd": tmp_path,
            "text": True,
            "capture_output": True,
            "stdin": subprocess.DEVNULL,
        }
        if "input" in options:
            del settings["stdin"]
        command = [sys.executable, "-m", "qa", *arguments]
        return subprocess.run(command, **(settings | options), check=False)  # type: ignore[call-overload,no-any-return]

    return run
