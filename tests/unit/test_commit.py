"""Whatever interrupts the writing of an index, at any call: it is in its old state or in the new one, never lost."""

from __future__ import annotations

import gc
import itertools
import json
import os
import pickle
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from qa.corpus import Corpus
from qa.errors import QAError
from qa.index import Builds, compaction
from qa.index.compaction import compact
from qa.index.update import Updater
from qa.models.embedding import Vectors
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.conftest import PROJECT
from tests.helpers.faults import Call, at_call, calls_recorded
from tests.helpers.index_states import (
    MISSING,
    RememberingEmbedder,
    State,
    files_of,
    leftovers_of,
    state_of,
)
from tests.helpers.killing import Plan

# A file that is interrupted between being opened and being assigned is closed by the interpreter, which warns.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")

QUERY = "Where does the ferry sail?"
ARTICLES = {
    "ferry.txt": "The ferry sails from Saltmere at noon. It costs nine crowns.\n",
    "tram.txt": "The tram stops at the ropeworks. Nobody sails there.\n",
    "choir.txt": "The choir of Tollhaven sings on Fridays.\n",
}
LATER = {"mill.txt": "The mill stands beside the ferry.\n"}
"""Added before the run that follows a fault, so that it has something to do in any case."""

Fault = tuple[Call, BaseException]


@dataclass
class Workshop:
    """Indexes of a tiny corpus in known states, and copies of them that may be damaged."""

    root: Path
    embedder: RememberingEmbedder
    vector: Vectors
    counter: Iterator[int] = field(default_factory=itertools.count)

    @property
    def corpus(self) -> Path:
        """The folder of articles."""
        return self.root / "articles"

    def write(self, articles: dict[str, str]) -> None:
        """Make these the articles of the corpus."""
        self.corpus.mkdir(exist_ok=True)
        for path in self.corpus.iterdir():
            if path.name not in articles:
                path.unlink()
        for name, text in articles.items():
            path = self.corpus / name
            if not path.exists() or path.read_text() != text:
                path.write_text(text)

    def update(self, index: Path, rebuild: bool = False) -> None:
        """Bring an index up to date."""
        Updater(Builds(index), Corpus(self.corpus), self.embedder).run(rebuild)

    def state(self, index: Path) -> State:
        """Return the state of an index."""
        return state_of(index, QUERY, self.vector)

    def copy(self, index: Path) -> Path:
        """Return a copy of an index at a path that was never used: Chroma remembers those it has opened."""
        target = self.root / f"run-{next(self.counter)}" / "index"
        target.parent.mkdir()
        if index.exists():
            shutil.copytree(index, target)
        return target


@dataclass
class Scenario:
    """One kind of writing: from which index, by what, to which state."""

    workshop: Workshop
    before: Path
    """The index before; it need not exist."""
    act: Callable[[Path], None]
    old: State = MISSING
    new: State = MISSING
    after: State = MISSING
    """The state after a following run over one more article."""
    passed: list[tuple[int, Counter[tuple[str, int]]]] = field(default_factory=list)
    """Generation and files of indexes after which the next run completed: after equal ones, it is not run again."""

    def prepare(self) -> None:
        """Learn what is to be expected, from a run without faults."""
        self.old = self.workshop.state(self.before)
        index = self.workshop.copy(self.before)
        self.act(index)
        assert set() == leftovers_of(index)
        self.new = self.workshop.state(index)
        self.after = self._follow(index)

    def calls(self) -> list[Call]:
        """Return the calls of a run without faults."""
        index = self.workshop.copy(self.before)
        with calls_recorded() as calls:
            self.act(index)
        return calls

    def check(self, number: int, call: Call, fault: BaseException) -> None:
        """Run, raise ``fault`` at the call of this number, and check everything that is promised."""
        index = self.workshop.copy(self.before)

        def raise_fault() -> None:
            raise fault

        with at_call(number, raise_fault, call), suppress(KeyboardInterrupt, QAError):
            self.act(index)
        fault.__traceback__ = fault.__context__ = None
        gc.collect()  # closes what was interrupted just after it was opened
        try:
            self.check_index(index)
        except BaseException as error:
            error.add_note(f"after {fault!r} at call {number}")
            raise
        shutil.rmtree(index.parent)

    def check_index(self, index: Path) -> None:
        """Check that an index is in the old or the new state, and that the next run completes."""
        state = self.workshop.state(index)
        # A rebuild counts from 1 again if it cannot read how the old index was numbered.
        assert state in (self.old, self.new, State(1, self.new.content))
        remains = (state.generation, files_of(index))
        if remains in self.passed:
            return
        after = self._follow(index)
        assert set() == leftovers_of(index)
        assert (state.generation + 1, self.after.content) == after
        self.passed.append(remains)

    def _follow(self, index: Path) -> State:
        later = {path.name: path.read_text() for path in self.workshop.corpus.iterdir()}
        try:
            self.workshop.write(later | LATER)
            self.workshop.update(index)
            compact(Builds(index))
        finally:
            for name in LATER:
                (self.workshop.corpus / name).unlink()
        return self.workshop.state(index)


@pytest.fixture(scope="module")
def scenario_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Scenario]]:
    """A function that returns a scenario by name."""
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    vector = embedder.embed([QUERY])[0]

    def prepare(name: str) -> Scenario:
        workshop = Workshop(tmp_path_factory.mktemp(name), embedder, vector)
        index = workshop.root / "before" / "index"
        scenario = Scenario(workshop, index, workshop.update)
        workshop.write(ARTICLES)
        if name != "first build":
            workshop.update(index)
            workshop.write(ARTICLES | {"quay.txt": "The quay of Saltmere is made of granite.\n"})
            workshop.update(index)
        if name == "compaction":
            workshop.write(ARTICLES | {"quay.txt": "The ferry lands at the quay of Saltmere.\n"})
            workshop.update(index)
            scenario.act = lambda root: compact(Builds(root))
        elif name != "first build":
            edited = ARTICLES | {"tram.txt": "The tram stops at the mill.\n", "fair.txt": "The fair is in May.\n"}
            del edited["choir.txt"]
            workshop.write(edited)
        if name == "rebuild":
            scenario.act = lambda root: workshop.update(root, rebuild=True)
        return scenario

    gc.freeze()  # so that collecting garbage after each fault takes a millisecond instead of a hundred
    yield prepare
    gc.unfreeze()


def faults_of(call: Call) -> list[Callable[[], BaseException]]:
    """Return what may happen at a call."""
    return [KeyboardInterrupt, *([call.error] if call.error else [])]


SCENARIOS = ("update", "first build", "rebuild", "compaction")
PARTS = 2
"""Tests that share the lines, so that two processes take equally long."""


@pytest.mark.parametrize("part", range(PARTS))
def test_a_fault_at_every_place(
    part: int, scenario_of: Callable[[str], Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call on each line that makes any fails or is interrupted, before or after it takes effect."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # only a power failure would notice
    generator = random.Random(4)
    seen: set[tuple[str, int]] = set()
    for name in SCENARIOS:
        scenario = scenario_of(name)
        scenario.prepare()
        calls = scenario.calls()
        lines: dict[tuple[str, int], list[int]] = {}
        for number, call in enumerate(calls):
            if call.site not in seen:
                lines.setdefault(call.site, []).append(number)
        seen |= lines.keys()
        for numbers in [*lines.values()][part::PARTS]:
            number = generator.choice(numbers)
            scenario.check(number, calls[number], generator.choice(faults_of(calls[number]))())


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_fault_at_any_call(
    name: str, scenario_of: Callable[[str], Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every call of every kind of writing fails or is interrupted once, before and after it takes effect."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    scenario = scenario_of(name)
    scenario.prepare()
    for number, call in enumerate(scenario.calls()):
        for fault in faults_of(call):
            scenario.check(number, call, fault())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.parametrize("part", [0, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("every", [False, pytest.param(True, marks=[pytest.mark.slow, pytest.mark.timeout(3_600)])])
def test_a_kill_at_every_place(
    every: bool, part: int, scenario_of: Callable[[str], Scenario], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Processes are killed at calls on every other line that changes the disk; in slow tests, at every such call."""
    monkeypatch.setattr(compaction, "MOST_SEGMENTS", 1)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    known: list[tuple[str, int]] = []
    for name in SCENARIOS:
        scenario = scenario_of(name)
        scenario.prepare()
        known += killed(scenario, name, known, every, part)
    assert known


def killed(
    scenario: Scenario, name: str, known: list[tuple[str, int]], every: bool, part: int
) -> list[tuple[str, int]]:
    """Kill runs of a scenario, check what they leave behind, and return at which lines they were killed."""
    workshop = scenario.workshop
    runs, vectors, plan = (workshop.root / name for name in ("killed", "vectors", "plan.json"))
    runs.mkdir()
    vectors.write_bytes(pickle.dumps(workshop.embedder.__dict__["_vectors"]))
    content = Plan(
        name=name,
        corpus=str(workshop.corpus),
        before=str(scenario.before),
        runs=str(runs),
        vectors=str(vectors),
        known=[] if every else known,
        every=every,
        part=part,
        parts=PARTS,
    )
    plan.write_text(json.dumps(content))
    command = [sys.executable, "-m", "tests.helpers.killing", str(plan)]
    output = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, check=True).stdout
    indexes = [path / "index" for path in runs.iterdir() if path.name.isdigit()]
    for index in indexes:
        try:
            scenario.check_index(index)
        except BaseException as error:
            error.add_note(f"killed at call {index.parent.name}")
            raise
    return [(file, line) for file, line in json.loads(output)]
