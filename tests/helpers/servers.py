"""Real servers for the tests, on free ports of this machine: PostgreSQL, and Chroma.

Both can be stopped, killed and started again with the same data and the same port.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from secrets import choice
from typing import Any, TypeVar

import psycopg

from tests.helpers.local_server import connect_here

POSTGRES_MISSING = "PostgreSQL is not installed (apt install postgresql)"
_START_SECONDS = 60
_PORTS = range(20_000, 32_000)
"""Below the ports that systems give to clients: a client that tries again and again never connects to itself."""


@dataclass(frozen=True, slots=True)
class ServerLocation:
    """Where an index on servers is."""

    index: str
    """Address of an empty database."""
    vectors: str
    """Address of a Chroma server."""


class _Server:
    """A server in a process of its own, with its data in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()

    @property
    def pid(self) -> int:
        """Id of the server's process."""
        assert self._process
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it was started and not ended since."""
        return self._process is not None

    def start(self) -> None:
        """Start the server, and wait until it answers."""
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                start_new_session=True,  # it does not end at the Ctrl+C that ends the tests
                **self._options(),
            )
        end = time.monotonic() + _START_SECONDS
        while not self._is_answering():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{type(self).__name__} does not start:\n{self._log.read_text(errors='replace')}")
            time.sleep(0.02)

    def kill(self) -> None:
        """Kill the server, if it runs."""
        self._end(signal.SIGKILL)

    def _end(self, with_signal: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(with_signal)
            self._process.wait()
            self._process = None

    @property
    def _log(self) -> Path:
        return self._folder / "log"

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _options(self) -> dict[str, Any]:
        raise NotImplementedError

    def _is_answering(self) -> bool:
        raise NotImplementedError


class PostgresServer(_Server):
    """A PostgreSQL server with a new cluster; root runs it as the user postgres, since it refuses to run as root."""

    def __init__(self, folder: Path, *, fsync: bool = False, settings: Mapping[str, str] | None = None) -> None:
        super().__init__(folder)
        self._fsync = fsync
        self._settings = settings or {}
        self._databases = count(1)
        self._owner: dict[str, Any] = {}
        if os.geteuid() == 0:
            self._owner = {"user": "postgres", "group": "postgres", "extra_groups": ()}
            shutil.chown(folder, "postgres", "postgres")
        initdb = [_program("initdb"), "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C"]
        made = subprocess.run(
            [*initdb, "-D", str(self._data)], capture_output=True, text=True, cwd=folder, check=False, **self._owner
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed: {made.stderr}")

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def create_database(self) -> str:
        """Create an empty database, and return its address."""
        name = f"test{next(self._databases)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Delete a database, and end the connections to it."""
        self._execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def send(self, sent: signal.Signals) -> None:
        """Send a signal to the server and all its processes."""
        for process in (self.pid, *_children(self.pid)):
            with suppress(ProcessLookupError):
                os.kill(process, sent)

    def stop(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        """Stop the server: SIGINT ends connections, SIGTERM waits for them, SIGQUIT leaves recovery to the start."""
        self._end(with_signal)

    def kill(self) -> None:
        """Kill the server and all its processes, so that the next start has to recover the data."""
        processes = _children(self.pid) if self._process else set()
        super().kill()
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while processes & _running():
            time.sleep(0.01)

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _command(self) -> list[str]:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self._folder,
            "max_connections": 100,
            "fsync": "on" if self._fsync else "off",
            **self._settings,
        }
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return [_program("postgres"), "-D", str(self._data), *options]

    def _options(self) -> dict[str, Any]:
        return self._owner

    def _is_answering(self) -> bool:
        try:
            self._execute("SELECT")
        except psycopg.OperationalError:
            return False
        return True

    def _execute(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True, connect_timeout=5) as connection:
            connection.execute(sql.encode())


class ChromaServer(_Server):
    """A Chroma server, from the same environment as the tests."""

    @property
    def url(self) -> str:
        """Address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Stop the server as its administrator does."""
        self._end(signal.SIGTERM)

    def _command(self) -> list[str]:
        chroma = str(Path(sys.executable).with_name("chroma"))
        return [chroma, "run", "--path", str(self._folder / "data"), "--host", "127.0.0.1", "--port", str(self.port)]

    def _options(self) -> dict[str, Any]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CHROMA_")}
        return {"env": inherited | {"ANONYMIZED_TELEMETRY": "False"}}

    def _is_answering(self) -> bool:
        try:
            with connect_here(self.port) as connection:
                connection.sendall(b"GET /api/v2/heartbeat HTTP/1.0\r\n\r\n")
                with connection.makefile("rb") as answer:
                    return b"heartbeat" in answer.read()
        except OSError:
            return False


AnyServer = TypeVar("AnyServer", bound=_Server)


@contextmanager
def running(server: Callable[[Path], AnyServer]) -> Iterator[AnyServer]:
    """Start a server in a new folder, yield it, and end and delete it."""
    with tempfile.TemporaryDirectory(prefix="qa-server-") as folder:
        started = server(Path(folder))
        try:
            started.start()
            yield started
        finally:
            started.kill()


def postgres_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs: on the path, or the newest where Debian has them."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max((path.parent for path in installed), key=lambda path: int(path.parent.name), default=None)


def _program(name: str) -> str:
    folder = postgres_programs()
    if not folder:
        raise RuntimeError(POSTGRES_MISSING)
    return str(folder / name)


def free_port() -> int:
    """Return a port that nothing listens on, chosen at random also if the test's seed is set."""
    while True:
        port = choice(_PORTS)
        try:
            connect_here(port).close()
        except ConnectionRefusedError:
            return port


def _children(pid: int) -> set[int]:
    return {process for process, parent in _processes() if parent == pid}


def _running() -> set[int]:
    return {process for process, _ in _processes()}


def _processes() -> Iterator[tuple[int, int]]:
    """Yield the ids of all processes and of their parents, without those that have ended but are not collected."""
    table = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    for line in table.splitlines():
        process, parent, state = line.split()
        if not state.startswith("Z"):
            yield int(process), int(parent)
