"""Processes that are killed while they write an index, at any call or at any moment."""

from __future__ import annotations

import json
import pickle
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from qa.settings import DEFAULT_MODEL, cache_folder
from tests.conftest import PROJECT, SEEDS
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.killing import Plan
from tests.helpers.scenarios import QUERY, SCENARIOS, Scenario, Workshop, many_small_writes, prepared
from tests.torture.attacks import Attempt

_COMMANDS = {"update": ("index",), "rebuild": ("index", "--rebuild")}
_SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def at_calls(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Kill processes at calls that change the disk, on each line of the code first."""
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    with many_small_writes():
        for number, name in enumerate(SCENARIOS):
            scenario = prepared(name, folder, embedder)
            kills = attempts // len(SCENARIOS) + (number < attempts % len(SCENARIOS))
            runs = scenario.workshop.root / "killed"
            for call, file, line in _killed(scenario, name, kills, generator.randrange(1_000_000), runs):
                description = f"{name}: killed at call {call}, in line {line} of {file}"
                yield _checked(scenario, runs / str(call) / "index", description)


def at_moments(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Stop ``qa index``, updating and rebuilding, by each of the signals that people and systems send."""
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    with many_small_writes():
        scenarios = {name: _of_seeds(name, folder / name, embedder) for name in _COMMANDS}
        durations = {name: _stop(name, scenario, None)[1] for name, scenario in scenarios.items()}
        for _ in range(attempts):
            name, sent = generator.choice([*_COMMANDS]), generator.choice(_SIGNALS)
            # Most of the time is spent on starting, when nothing is written yet.
            moment = generator.uniform(0.5, 1.0) * durations[name]
            index, duration = _stop(name, scenarios[name], (sent, moment))
            durations[name] = min(durations[name], duration) if duration < moment else durations[name]
            yield _checked(scenarios[name], index, f"{name}: {sent.name} after {moment:.2f} s")


def _of_seeds(name: str, folder: Path, embedder: RememberingEmbedder) -> Scenario:
    """Return a scenario with articles that take a while."""
    folder.mkdir()
    workshop = Workshop(folder, embedder, embedder.embed([QUERY])[0])
    articles = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.iterdir()}
    texts = [*articles.values()]
    workshop.write(articles)
    workshop.update(folder / "before" / "index")
    new = {f"new-{number}.txt": "\n".join(text[number * 100 :] for text in texts) for number in range(3)}
    edited = {name: f"{text}\nEdited.\n" for name, text in [*articles.items()][1:]}
    workshop.write(edited | new)
    scenario = Scenario(workshop, folder / "before" / "index", lambda index: workshop.update(index, name == "rebuild"))
    scenario.observe()
    return scenario


def _stop(name: str, scenario: Scenario, by: tuple[signal.Signals, float] | None) -> tuple[Path, float]:
    """Run ``qa index``, and send it a signal after so many seconds; return the index, and how long it ran."""
    index = scenario.workshop.copy(scenario.before)
    paths = ["--corpus", str(scenario.workshop.corpus), "--index", str(index)]
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "qa", *_COMMANDS[name], *paths],
        cwd=PROJECT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=by and by[1])
    except subprocess.TimeoutExpired:
        assert by is not None
        process.send_signal(by[0])
        process.wait()
    return index, time.monotonic() - began


def _checked(scenario: Scenario, index: Path, description: str) -> Attempt:
    try:
        scenario.check(index)
    except Exception as error:
        return Attempt.failed(description, error)
    shutil.rmtree(index.parent, ignore_errors=True)
    return Attempt(description)


def _killed(scenario: Scenario, name: str, kills: int, seed: int, runs: Path) -> Iterator[tuple[int, str, int]]:
    """Kill runs of a scenario; yield the number of the call, its module and its line for each index in ``runs``."""
    workshop = scenario.workshop
    vectors, plan = workshop.root / "vectors", workshop.root / "plan.json"
    runs.mkdir()
    vectors.write_bytes(pickle.dumps(workshop.embedder.__dict__["_vectors"]))
    content = Plan(
        name=name,
        corpus=str(workshop.corpus),
        before=str(scenario.before),
        runs=str(runs),
        vectors=str(vectors),
        kills=kills,
        seed=seed,
    )
    plan.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "tests.helpers.killing", str(plan)]
    output = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True).stdout
    yield from ((number, file, line) for number, file, line in json.loads(output))
