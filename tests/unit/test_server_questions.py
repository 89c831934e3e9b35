"""Questions while a server or the network fails: a clear error, and an answer again afterwards."""

from __future__ import annotations

import random
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

import qa
from qa.corpus import Corpus
from qa.errors import QAError
from qa.index.servers import chroma_server, connection
from qa.index.update import Updater
from tests.helpers.commands import Commands
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.local_server import allow_loopback
from tests.helpers.scenarios import ARTICLES, QUERY
from tests.helpers.server_bench import Bench
from tests.helpers.server_faults import FAULTS
from tests.helpers.server_runs import calls_watched

MOMENTS = [
    ("PostgreSQL is killed", "first"),
    ("PostgreSQL is cut off", "last"),
    ("PostgreSQL is silent", "middle"),
    ("Chroma is killed", "nearest"),
    ("Chroma is cut off", "nearest"),
    ("Chroma is silent", "nearest"),
]
"""What happens, and at which of the calls that a question makes."""


@pytest.fixture(scope="module")
def articles(bench: Bench, remembering: RememberingEmbedder) -> Iterator[Path]:
    """Articles that are indexed on the servers."""
    folder = bench.folder / "asked" / "articles"
    folder.mkdir(parents=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with bench.database():
        Updater(bench.storage, Corpus(folder), remembering).run()
        yield folder


@pytest.fixture
def assistant(
    bench: Bench, articles: Path, no_network: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[qa.Assistant]:
    """An assistant that waits for servers some seconds only."""
    allow_loopback(monkeypatch)
    monkeypatch.setattr(chroma_server, "_ANSWER_SECONDS", 1.0)
    monkeypatch.setattr(connection, "_CONNECT_SECONDS", 2)
    monkeypatch.setattr(connection, "_SILENT_SECONDS", 1)
    settings = qa.load_settings(corpus=articles, **bench.addresses)  # type: ignore[arg-type]
    with qa.Assistant(settings) as assistant:
        assistant.warm_up()
        yield assistant
    bench.heal()


def calls_of(assistant: qa.Assistant) -> list[str]:
    calls: list[str] = []
    with calls_watched(calls.append):
        assistant.ask(QUERY)
    return calls


@pytest.mark.parametrize(("fault", "moment"), MOMENTS)
def test_a_fault_in_the_middle_of_a_question(bench: Bench, assistant: qa.Assistant, fault: str, moment: str) -> None:
    """It ends in an error that names the server, and the same assistant answers once it is back."""
    expected = assistant.ask(QUERY)
    calls = calls_of(assistant)
    places = {"first": 0, "middle": len(calls) // 2, "last": len(calls) - 1}
    number = places[moment] if moment in places else calls.index(f"ServerCollection.{moment}")
    seen: list[str] = []

    def on_call(label: str) -> None:
        seen.append(label)
        if len(seen) == number + 1:
            FAULTS[fault](bench, 0, lambda _: None, random.Random(1))

    # The first call finds out that a connection is lost, and only then another is opened.
    with pytest.raises(QAError) as raised, calls_watched(on_call):
        assistant.ask(QUERY)
    assert raised.value.exit_code in (3, 4)
    server = "The Chroma server http://" if fault.startswith("Chroma") else "postgresql://127.0.0.1:"
    assert raised.value.message.startswith(server)
    assert "does not answer" in raised.value.message
    assert raised.value.hint.startswith("Start it")

    bench.heal()
    assert assistant.ask(QUERY).statements == expected.statements
    assert assistant.search(QUERY)


def test_a_server_that_is_frozen(bench: Bench, assistant: qa.Assistant) -> None:
    """It takes connections, but answers nothing."""
    expected = assistant.ask(QUERY)
    bench.postgres.send(signal.SIGSTOP)
    try:
        with pytest.raises(QAError, match="does not answer"):
            assistant.ask(QUERY)
    finally:
        bench.postgres.send(signal.SIGCONT)

    assert assistant.ask(QUERY).statements == expected.statements


def test_commands_while_a_server_is_away(
    bench: Bench, assistant: qa.Assistant, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each says so in one line and ends with exit code 3."""
    run = Commands(capsys).exactly
    named = bench.addresses | {"corpus": str(assistant.corpus.root)}
    options = [word for name, value in named.items() for word in (f"--{name}", value)]
    for network, name in ((bench.to_postgres, "postgresql://"), (bench.to_chroma, "The Chroma server")):
        network.cut()
        for words in (["ask", QUERY], ["search", QUERY], ["index"], ["index", "--rebuild"]):
            outcome = run(*words, *options)
            if words == ["index"] and network is bench.to_chroma:  # nothing is to be written
                continue
            assert outcome.code == 3, (words, outcome)
            assert outcome.out == ""
            assert outcome.err.startswith(f"qa: {name}"), outcome
            assert outcome.err.count("\n") == 1
        assert any(line.startswith("PROBLEM") for line in run("doctor", *options).out.splitlines())
        network.heal()
        assert run("ask", QUERY, *options).code == 0


def test_an_assistant_outlives_many_restarts(bench: Bench, assistant: qa.Assistant) -> None:
    """Whatever is restarted between two questions, it answers."""
    expected = assistant.ask(QUERY)
    for restart in (bench.postgres, bench.chroma, bench.postgres):
        restart.kill()
        with suppress(QAError):
            assistant.ask(QUERY)
        restart.start()
        assert assistant.ask(QUERY).statements == expected.statements
