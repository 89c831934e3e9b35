"""Clients, servers and networks that fail while an index on servers is written; ``tests/torture`` tries all calls."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache

import pytest

from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.local_server import allow_loopback
from tests.helpers.server_bench import Bench
from tests.helpers.server_faults import ServerScenario

Prepared = Callable[[str], ServerScenario]

FAULTS = [
    ("update", "PostgreSQL: COMMIT", "the client is killed", "old"),
    ("update", "PostgreSQL: COMMIT", "PostgreSQL's answer is lost", "new"),
    ("update", "PostgreSQL: COMMIT", "PostgreSQL is cut off", "old"),
    ("update", "PostgreSQL: INSERT INTO qa_#.stored", "PostgreSQL is killed", "old"),
    ("update", "ServerCollection.store", "Chroma's answer is lost", "old"),
    ("update", "ServerCollection.store", "Chroma is killed in the call", None),
    ("update", "ServerCollection.delete", "the client is killed", "old"),
    ("rebuild", "PostgreSQL: DROP SCHEMA", "the client is killed", "new"),
    ("rebuild", "ChromaServer.drop", "Chroma is silent", "new"),
    ("first build", "PostgreSQL: INSERT INTO qa.state", "PostgreSQL is killed in the call", None),
    ("new collections", "ChromaServer.create", "the client is killed", "old"),
    ("new collections", "PostgreSQL: INSERT INTO collections", "the client is killed", "old"),
]
"""What is written, the first call that begins so, what happens there, and the state that it leaves, if that is sure."""


@pytest.fixture(scope="module")
def prepared(bench: Bench, remembering: RememberingEmbedder) -> Prepared:
    """A function that prepares a scenario, once."""
    return cache(lambda name: ServerScenario.prepare(name, bench, remembering))


@pytest.mark.parametrize(("name", "call", "fault", "expected"), FAULTS)
def test_a_fault_leaves_the_old_state_or_the_new_one(
    name: str,
    call: str,
    fault: str,
    expected: str | None,
    prepared: Prepared,
    monkeypatch: pytest.MonkeyPatch,
    no_network: None,
) -> None:
    """One line says what happened, the next run completes, and nothing is left behind."""
    allow_loopback(monkeypatch)
    scenario = prepared(name)
    number = next(number for number, label in enumerate(scenario.calls) if label.startswith(call))

    state, outcome = scenario.attempt(number, fault, random.Random(1))

    assert outcome.was_stopped
    assert state == (expected or state)
