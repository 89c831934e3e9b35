"""The servers of the tests, and the network in front of them."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import chromadb
import httpx
import psycopg
import pytest
from chromadb.config import Settings

from tests.helpers.cut_network import CutNetwork, cut_network
from tests.helpers.servers import ChromaServer, PostgresServer, ServerLocation, running

pytestmark = pytest.mark.servers


@pytest.fixture
def network(postgres_server: PostgresServer) -> Iterator[CutNetwork]:
    with cut_network(postgres_server.port) as network:
        yield network


def connect(url: str) -> psycopg.Connection[Any]:
    return psycopg.connect(url, autocommit=True, connect_timeout=5)


def chroma(url: str) -> Any:
    return chromadb.HttpClient(url, settings=Settings(anonymized_telemetry=False))


@pytest.mark.parametrize("fsync", [False, True])
def test_postgresql_recovers_what_was_committed_before_it_was_killed(fsync: bool) -> None:
    """On the same port."""

    def server_with_fsync(folder: Path) -> PostgresServer:
        return PostgresServer(folder, fsync=fsync)

    with running(server_with_fsync) as server:
        url = server.create_database()
        with connect(url) as connection:
            connection.execute("CREATE TABLE numbers AS SELECT generate_series(1, 1000) AS number")
            assert ("on" if fsync else "off",) == connection.execute("SHOW fsync").fetchone()
            server.kill()
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            connect(url)

        server.start()

        with connect(url) as connection:
            assert (1000,) == connection.execute("SELECT count(*) FROM numbers").fetchone()


@pytest.mark.parametrize("signal_name", ["SIGINT", "SIGQUIT"])
def test_postgresql_stops_and_starts_again(
    postgres_server: PostgresServer, postgres_url: str, signal_name: str
) -> None:
    """Its connections end, its data stays."""
    with connect(postgres_url) as connection:
        connection.execute("CREATE TABLE numbers ()")
        postgres_server.stop(signal.Signals[signal_name])
        postgres_server.start()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")

    with connect(postgres_url) as connection:
        assert (0,) == connection.execute("SELECT count(*) FROM numbers").fetchone()


def test_every_test_gets_an_empty_database(postgres_server: PostgresServer, postgres_url: str) -> None:
    """A database is deleted although somebody is connected to it."""
    other = postgres_server.create_database()
    with connect(other) as connection:
        connection.execute("CREATE TABLE numbers ()")
        with connect(postgres_url) as empty, pytest.raises(psycopg.errors.UndefinedTable):
            empty.execute("SELECT * FROM numbers")
        postgres_server.drop_database(other)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        connect(other)


def test_chroma_has_what_was_written_before_it_was_killed(
    chroma_server: ChromaServer, server_location: ServerLocation
) -> None:
    """On the same port, also for a client that was connected before."""
    client = chroma(server_location.vectors)
    collection = client.create_collection("killed", embedding_function=None)
    collection.upsert(ids=["a", "b"], embeddings=[[1.0, 0.0], [0.0, 1.0]])

    chroma_server.kill()
    with pytest.raises(httpx.ConnectError):
        collection.count()
    chroma_server.start()

    assert 2 == collection.count()
    assert [["b"]] == collection.query(query_embeddings=[[0.1, 1.0]], n_results=1)["ids"]
    chroma_server.stop()
    chroma_server.start()
    assert 2 == chroma(server_location.vectors).get_collection("killed").count()


def test_a_cut_network_resets_connections_until_it_heals(network: CutNetwork, postgres_url: str) -> None:
    """Those that are open and new ones."""
    url = network.through(postgres_url)
    with connect(url) as connection:
        assert (1,) == connection.execute("SELECT 1").fetchone()
        network.cut()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            connect(url)

    network.heal()

    with connect(url) as connection:
        assert (1,) == connection.execute("SELECT 1").fetchone()


def test_a_silent_network_forwards_nothing_until_it_heals(network: CutNetwork, postgres_url: str) -> None:
    """A client that waits gets its answer then; one with a time limit gives up."""
    url = network.through(postgres_url)
    with connect(url) as connection:
        network.silence()
        with pytest.raises(psycopg.errors.ConnectionTimeout):
            psycopg.connect(url, connect_timeout=2)
        with ThreadPoolExecutor() as pool:
            answer = pool.submit(connection.execute, "SELECT 1")
            network.heal()
            assert (1,) == answer.result().fetchone()
