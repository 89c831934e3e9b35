"""Servers that can be killed, behind networks that can be cut, and runs of ``qa`` against them in another process."""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import chromadb
import psycopg
from chromadb.config import Settings

from qa.index.servers.storage import ServerStorage
from qa.settings_servers import ServerLocation
from tests.conftest import PROJECT
from tests.helpers.cut_network import CutNetwork, cut_network
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.server_runs import GO, Order
from tests.helpers.servers import ChromaServer, PostgresServer

_LIMIT_SECONDS = 60
"""How long a run may take; all its time limits together are shorter."""
_IMPATIENT = {
    "qa.index.servers.connection._CONNECT_SECONDS": 2,
    "qa.index.servers.connection._SILENT_SECONDS": 2,
    "qa.index.servers.chroma_server._CONNECT_SECONDS": 2.0,
    "qa.index.servers.chroma_server._ANSWER_SECONDS": 3.0,
}
"""Time limits of a run, in seconds."""


class Outcome(NamedTuple):
    """How a run ended."""

    status: int
    """Its exit code, or a signal's number, negative."""
    errors: str
    """What it printed on stderr."""
    calls: list[str]
    """The calls that it made to servers, unless it was killed."""
    was_stopped: bool
    """Whether it came to the call at which it was to stop."""
    is_hung: bool
    """Whether it had to be killed because it did not end."""


@dataclass
class Bench:
    """Two servers, and the networks in front of them."""

    postgres: PostgresServer
    chroma: ChromaServer
    to_postgres: CutNetwork
    to_chroma: CutNetwork
    folder: Path
    """For what runs leave behind."""
    runs: subprocess.Popen[str]
    """The process whose forks run ``qa``."""
    _database: str = field(default="", init=False)

    @contextmanager
    def database(self) -> Iterator[None]:
        """Provide an empty database, and delete it at the end, with all collections that were created meanwhile."""
        self._database = self.postgres.create_database()
        before = self.collections()
        try:
            yield
        finally:
            self.heal()
            for name in self.collections() - before:
                self._client.delete_collection(name)
            self.postgres.drop_database(self._database)

    @property
    def storage(self) -> ServerStorage:
        """Where the index lies, reached without the networks."""
        return ServerStorage(ServerLocation(self._database, self.chroma.url), self.folder / "local")

    @property
    def addresses(self) -> dict[str, str]:
        """Settings of the index, reached through the networks."""
        vectors = self.to_chroma.through(self.chroma.url)
        return {"index": self.to_postgres.through(self._database), "vectors": vectors}

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Run statements as the administrator of the database, and return the rows of the last."""
        with psycopg.connect(self._database, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def collections(self) -> set[str]:
        """Return the names of all collections on the Chroma server."""
        return {each.name for each in self._client.list_collections()}

    def vectors(self, collection: str) -> set[int]:
        """Return the keys of the vectors of a collection."""
        return {*map(int, self._client.get_collection(collection, embedding_function=None).get(include=[])["ids"])}

    @cached_property
    def _client(self) -> Any:
        return chromadb.HttpClient(self.chroma.url, settings=Settings(anonymized_telemetry=False))

    def heal(self) -> None:
        """Start the servers that were killed, and heal the networks."""
        self.to_postgres.heal()
        self.to_chroma.heal()
        for server in (self.postgres, self.chroma):
            if not server.is_running:
                server.start()

    def run(
        self,
        arguments: Sequence[str],
        stop: str | None = None,
        calls_before: int = 0,
        act: Callable[[int, Callable[[bytes], None]], None] = lambda _, answer: answer(GO),
        constants: Mapping[str, float] = {},  # never changed
    ) -> Outcome:
        """Run ``qa``; at a call like ``stop``, ``act`` with the id of its process, and with what sends it an answer."""
        errors, calls = self.folder / "errors", self.folder / "calls"
        for path in (errors, calls):
            path.unlink(missing_ok=True)
        order = Order(
            arguments=[*arguments],
            stop=stop,
            calls_before=calls_before,
            constants={**_IMPATIENT, **constants},
            errors=str(errors),
            calls=str(calls),
        )
        self._send(json.dumps(order).encode() + b"\n")
        process = int(self._report()["pid"])
        hung = threading.Event()

        def give_up() -> None:
            hung.set()
            os.kill(process, signal.SIGKILL)

        timer = threading.Timer(_LIMIT_SECONDS, give_up)
        timer.start()
        try:
            report = self._report()
            was_stopped = "reached" in report
            if was_stopped:
                act(process, self._send)
                report = self._report()
        finally:
            timer.cancel()
        made = json.loads(calls.read_text(encoding="utf-8")) if calls.exists() else []
        return Outcome(int(report["status"]), errors.read_text(encoding="utf-8"), made, was_stopped, hung.is_set())

    def _send(self, data: bytes) -> None:
        assert self.runs.stdin
        os.write(self.runs.stdin.fileno(), data)

    def _report(self) -> dict[str, Any]:
        assert self.runs.stdout
        return json.loads(self.runs.stdout.readline())  # type: ignore[no-any-return]


@contextmanager
def server_bench(
    postgres: PostgresServer, chroma: ChromaServer, folder: Path, embedder: RememberingEmbedder
) -> Iterator[Bench]:
    """Put networks in front of servers; runs know the vectors that the embedder has computed."""
    vectors = folder / "vectors"
    vectors.write_bytes(pickle.dumps(embedder.__dict__["_vectors"]))
    with ExitStack() as stack:
        to_postgres, to_chroma = (stack.enter_context(cut_network(server.port)) for server in (postgres, chroma))
        runs = stack.enter_context(
            subprocess.Popen(
                [sys.executable, "-m", "tests.helpers.server_runs", str(vectors)],
                cwd=PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
        try:
            yield Bench(postgres, chroma, to_postgres, to_chroma, folder, runs)
        finally:
            assert runs.stdin
            with suppress(OSError):
                runs.stdin.close()
