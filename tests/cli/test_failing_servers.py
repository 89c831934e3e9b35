"""The command line over an index on servers that are down, damaged, or not what they should be."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import RunQA
from tests.helpers.commands import Commands, problems_of
from tests.helpers.local_server import StreamingHandler, local_server
from tests.helpers.servers import PostgresServer, free_port
from tests.helpers.storages import Servers, StoredIndex

pytestmark = pytest.mark.servers

SECRET = "hunter2"
QUESTION = "Where does the ferry sail from?"
NEEDING_POSTGRESQL = [("ask", QUESTION), ("search", "ferry"), ("status",), ("index",), ("news",)]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


def require_error(outcome: Any, code: int, *contained: str) -> None:
    """Check that a command ended with one line, in which no password is."""
    output = outcome.out + outcome.err
    assert (code, 1) == (outcome.code, output.count("\n")), output
    for text in contained:
        assert text in output
    assert SECRET not in output


@pytest.mark.parametrize("arguments", NEEDING_POSTGRESQL, ids=lambda arguments: arguments[0])
def test_postgresql_is_down(
    on_servers: StoredIndex, command: Commands, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """One line says so and what to do, whatever the password is; with --json, one object."""
    monkeypatch.setenv("PGPASSWORD", SECRET)
    down = StoredIndex(
        on_servers.corpus,
        on_servers.options | {"index": f"postgresql://postgres@127.0.0.1:{free_port()}/articles"},
        on_servers.embedder,
    )
    require_error(command(*down.arguments, *arguments), 3, f"{down.storage.name} does not answer: ", "Start it")
    as_json = command(*down.arguments, *arguments, "--json")
    assert (3, {"error", "hint"}) == (as_json.code, as_json.json.keys())


def test_a_real_run_shows_no_traceback(on_servers: StoredIndex, run_qa: RunQA) -> None:
    """Nor a password."""
    options = {"index": f"postgresql://postgres@127.0.0.1:{free_port()}/articles", "vectors": "http://127.0.0.1:1"}
    down = StoredIndex(on_servers.corpus, options, on_servers.embedder)
    run = run_qa(*down.arguments, "ask", QUESTION, env=os.environ | {"PGPASSWORD": SECRET})
    assert (3, "", 1) == (run.returncode, run.stdout, run.stderr.count("\n"))
    assert "does not answer" in run.stderr
    assert SECRET not in run.stderr


def _page(self: Any) -> None:
    self.send_response(200)
    self.send_header("Content-Type", "text/html")
    self.send_header("Content-Length", "13")
    self.end_headers()
    self.wfile.write(b"<html></html>")


def _refuse(self: Any) -> None:
    self._send_json(401, {"error": "AuthError", "message": "Forbidden\nby the proxy \x1b[31m"})


def _empty(self: Any) -> None:
    self._send_json(200, {})


def _fail(self: Any) -> None:
    self._send_json(500, {"error": "InternalError", "message": "disk full"})


@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # by Chroma's client, if it cannot be made
@pytest.mark.parametrize("answer", [None, _page, _refuse, _empty, _fail])
def test_something_else_behind_the_address_of_chroma(
    built: StoredIndex, command: Commands, monkeypatch: pytest.MonkeyPatch, answer: Callable[[Any], None] | None
) -> None:
    """Or nothing: it is an error of one line. What needs no vectors works; an update changes nothing."""
    monkeypatch.setenv("QA_VECTORS_TOKEN", SECRET)

    def check(address: str) -> None:
        other = StoredIndex(built.corpus, built.options | {"vectors": address}, built.embedder)
        problem = f"The Chroma server {address} does not answer: "
        require_error(command(*other.arguments, "ask", QUESTION), 3, problem, "Start it")
        other.write({"mill.txt": "The mill stands.\n"})
        require_error(command(*other.arguments, "index"), 3, problem)
        assert 3 == command(*other.arguments, "search", "ferry", "--json").code
        assert 0 == command(*other.arguments, "status").code
        assert 1 == len(problems_of(doctor := command(*other.arguments, "doctor"))), doctor

    if answer is None:
        check(f"http://127.0.0.1:{free_port()}")
    else:
        handler = type("Handler", (StreamingHandler,), {f"do_{method}": answer for method in ("GET", "POST", "DELETE")})
        with local_server(handler) as address:
            check(address)
        gc.collect()
    assert 1 == built.contents().exact["stats"].generation
    assert 0 == command(*built.arguments, "index").code


def test_something_else_behind_the_address_of_postgresql(on_servers: StoredIndex, command: Commands) -> None:
    """Such as the Chroma server, or a server without that database."""
    wrong = on_servers.options["vectors"].replace("http", "postgresql") + "/articles"
    for index in (wrong, on_servers.options["index"] + "x"):
        other = StoredIndex(on_servers.corpus, on_servers.options | {"index": index}, on_servers.embedder)
        require_error(command(*other.arguments, "ask", QUESTION), 3, f"{other.storage.name} does not answer: ")


def test_chroma_has_lost_the_vectors(built: StoredIndex, command: Commands) -> None:
    """The message names what to do, and that helps."""
    Servers(built).empty_chroma()
    outcome = command(*built.arguments, "ask", QUESTION)
    require_error(outcome, 3, "does not have the vectors of this index", "qa ")
    assert 0 == command(*built.arguments, "status").code
    assert 0 == command(*built.arguments, "index", "--rebuild").code
    assert 0 == command(*built.arguments, "ask", QUESTION).code
    doctor = command(*built.arguments, "doctor")
    assert (0, []) == (doctor.code, problems_of(doctor))


def test_other_versions_of_the_tables(built: StoredIndex, command: Commands) -> None:
    """Those of an earlier version of qa are built again by qa index, those of a later one only if told to."""
    servers = Servers(built)
    servers.rows("UPDATE qa.state SET version = 999")
    for arguments in (("ask", QUESTION), ("index",), ("status",)):
        require_error(command(*built.arguments, *arguments), 3, "written by another version of qa", "--rebuild")

    servers.rows("UPDATE qa.state SET version = 1")
    require_error(command(*built.arguments, "ask", QUESTION), 3, "built by an earlier version of qa", "Run: qa index")
    again = command(*built.arguments, "index")
    assert 0 == again.code
    assert "built by an earlier version of qa" in again.err
    assert 0 == command(*built.arguments, "ask", QUESTION).code
    assert {"qa_2"} == servers.builds


def test_a_database_with_other_tables(built: StoredIndex, command: Commands) -> None:
    """What is damaged is an error that names the command, and a rebuild replaces it; other schemas are left alone."""
    servers = Servers(built)
    servers.rows("CREATE SCHEMA qa_own; CREATE TABLE qa_own.notes (text text); DROP TABLE qa_1.manifest")
    require_error(command(*built.arguments, "ask", QUESTION), 3, "cannot be read", "qa index --rebuild")
    require_error(command(*built.arguments, "index"), 3, "qa index --rebuild")
    assert 0 == command(*built.arguments, "index", "--rebuild").code
    assert 0 == command(*built.arguments, "ask", QUESTION).code
    assert {"qa_2", "qa_own"} == servers.builds


def test_a_role_that_may_only_read(built: StoredIndex, command: Commands) -> None:
    """It can ask, but not write; one without any right is told so."""
    servers = Servers(built)
    role = f"reader_{built.options['index'].rpartition('/')[2]}"
    servers.rows(f"CREATE ROLE {role} LOGIN")
    options = built.options | {"index": built.options["index"].replace("postgres@", f"{role}@")}
    reader = StoredIndex(built.corpus, options, built.embedder)
    try:
        require_error(command(*reader.arguments, "ask", QUESTION), 3, "refuses access: permission denied")

        servers.rows(
            f"GRANT USAGE ON SCHEMA qa, qa_1 TO {role}; GRANT SELECT ON ALL TABLES IN SCHEMA qa, qa_1 TO {role}"
        )
        assert 0 == command(*reader.arguments, "ask", QUESTION).code
        reader.write({"mill.txt": "The mill stands.\n"})
        require_error(command(*reader.arguments, "index"), 3, "refuses access: permission denied")
    finally:
        servers.rows(f"DROP OWNED BY {role}; DROP ROLE {role}")
    assert 1 == built.contents().exact["stats"].generation


@pytest.mark.parametrize("arguments", [*NEEDING_POSTGRESQL, ("index", "--to", "copy")], ids=" ".join)
def test_the_client_is_not_installed(
    on_servers: StoredIndex, command: Commands, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    """The message names the extra to install."""
    for module in [name for name in sys.modules if name.startswith("qa.index.servers")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "psycopg", None)

    require_error(command(*on_servers.arguments, *arguments), 2, "pip install 'qa-corpus[servers]'")


def test_a_restarted_server_is_all_right(
    built: StoredIndex, command: Commands, postgres_server: PostgresServer
) -> None:
    """Even if it was killed."""
    postgres_server.kill()
    require_error(command(*built.arguments, "ask", QUESTION), 3, "does not answer")
    postgres_server.start()
    assert 0 == command(*built.arguments, "ask", QUESTION).code
