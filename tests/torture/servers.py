"""Clients, servers and networks that fail while an index on servers is written, at any call to a server."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.scenarios import QUERY
from tests.helpers.server_bench import server_bench
from tests.helpers.server_faults import FAULTS, SCENARIOS, ServerScenario
from tests.helpers.servers import POSTGRES_MISSING, ChromaServer, PostgresServer, postgres_programs, running
from tests.torture.attacks import Attempt


class Harm(NamedTuple):
    """Something that happens at a call."""

    scenario: ServerScenario
    call: int
    """Its number."""
    fault: str
    """Name of what happens."""


def attack(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Let faults happen at calls, at each kind of call and each kind of fault first."""
    if not postgres_programs():
        yield Attempt("any", POSTGRES_MISSING)
        return
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    embedder.embed([QUERY])
    with (
        running(PostgresServer) as postgres,
        running(ChromaServer) as chroma,
        server_bench(postgres, chroma, folder, embedder) as bench,
    ):
        scenarios = [ServerScenario.prepare(name, bench, embedder) for name in SCENARIOS]
        for harm in chosen(scenarios, attempts, generator):
            yield made(harm, generator)


def chosen(scenarios: list[ServerScenario], attempts: int, generator: random.Random) -> list[Harm]:
    """Draw calls to one server and the other in turn, one of each kind first, and faults equally often."""
    uses = dict.fromkeys(FAULTS, 0)
    turns = [_calls(scenarios, to_chroma, generator) for to_chroma in (True, False)]
    harms = []
    for number in range(attempts):
        scenario, call = next(turns[number % 2])
        other = "PostgreSQL" if is_of_chroma(scenario.calls[call]) else "Chroma"
        fault = min((name for name in FAULTS if not name.startswith(other)), key=uses.__getitem__)
        uses[fault] += 1
        harms.append(Harm(scenario, call, fault))
    return harms


def is_of_chroma(label: str) -> bool:
    """Whether a call is one to the Chroma server."""
    return not label.startswith(("PostgreSQL", "Connection"))


def _calls(
    scenarios: list[ServerScenario], to_chroma: bool, generator: random.Random
) -> Iterator[tuple[ServerScenario, int]]:
    """Yield all calls to one of the servers, again and again."""
    calls = [
        (scenario, call, label)
        for scenario in scenarios
        for call, label in enumerate(scenario.calls)
        if is_of_chroma(label) == to_chroma
    ]
    generator.shuffle(calls)
    yield from {label: (scenario, call) for scenario, call, label in calls}.values()
    while True:
        yield from ((scenario, call) for scenario, call, _ in calls)


def made(harm: Harm, generator: random.Random) -> Attempt:
    """Make an attempt."""
    label = harm.scenario.calls[harm.call]
    description = f"{harm.scenario.name}: {harm.fault} at call {harm.call}, {label}"
    try:
        state, outcome = harm.scenario.attempt(harm.call, harm.fault, generator)
    except Exception as error:
        return Attempt.failed(description, error)
    return Attempt(f"{description}: {state} state, exit {outcome.status}")
