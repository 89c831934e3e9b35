"""``python -m tests.helpers.killing PLAN.json``: write an index again and again, killed at a different call each time.

Each run is a fork of this process, which has loaded everything but has opened no file of an index.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import signal
import sys
from pathlib import Path
from typing import TypedDict

import chromadb.api.rust  # noqa: F401  # loaded before forking, as all that takes long

import qa.index
from qa.corpus import Corpus
from qa.index import Builds, compaction
from qa.index.update import Updater
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.faults import at_call, calls_recorded
from tests.helpers.index_states import RememberingEmbedder


class Plan(TypedDict):
    """What to write, and where."""

    name: str
    """Name of a scenario."""
    corpus: str
    """Folder of articles."""
    before: str
    """Folder of the index before; it need not exist."""
    runs: str
    """Folder for the index after each run."""
    vectors: str
    """File of all vectors by text."""
    known: list[tuple[str, int]]
    """Sites to leave out."""
    every: bool
    """Whether to be killed at each call with an effect on the disk, not only once on each line of ``qa/index``."""
    part: int
    """Which of the lines: every ``parts``-th from this one on."""
    parts: int
    """In how many parts the lines are divided, so that several processes can test them at once."""


def main() -> None:
    """Carry out a plan, and print the sites of the calls that the runs were killed at."""
    plan: Plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    compaction.MOST_SEGMENTS = 1
    os.fsync = lambda fd: None
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    embedder.__dict__["_vectors"] = pickle.loads(Path(plan["vectors"]).read_bytes())
    _ = embedder.tokenizer
    record = Path(plan["runs"]) / "calls.json"
    _in_fork(plan, embedder, -1, record)
    calls: list[tuple[str, int, bool]] = json.loads(record.read_text(encoding="utf-8"))
    sites: dict[tuple[str, int], list[int]] = {}
    modules = {path.name for path in Path(qa.index.__file__).parent.iterdir()}
    known = {(file, line) for file, line in plan["known"]}
    for number, (file, line, is_effective) in enumerate(calls):
        is_chosen = plan["every"] or ((file, line) not in known and file in modules)
        if is_effective and is_chosen:
            sites.setdefault((file, line), []).append(number)
    generator = random.Random(6)
    for numbers in [*sites.values()][plan["part"] :: plan["parts"]]:
        for number in numbers if plan["every"] else [generator.choice(numbers)]:
            _in_fork(plan, embedder, number, record)
    print(json.dumps([*sites]))


def write(name: str, index: Path, corpus: Path, embedder: RememberingEmbedder) -> None:
    """Write an index as a scenario of this name does."""
    if name == "compaction":
        compaction.compact(Builds(index))
    else:
        Updater(Builds(index), Corpus(corpus), embedder).run(rebuild=name == "rebuild")


def _in_fork(plan: Plan, embedder: RememberingEmbedder, number: int, record: Path) -> None:
    """Write an index, and die at the call of this number; record all calls if it is negative."""
    index = Path(plan["runs"]) / str(number) / "index"
    if Path(plan["before"]).exists():
        shutil.copytree(plan["before"], index)
    process = os.fork()
    if process:
        os.waitpid(process, 0)
        return
    if number < 0:
        with calls_recorded() as calls:
            write(plan["name"], index, Path(plan["corpus"]), embedder)
        effects = [(call.file, call.line, call.error is not None) for call in calls]
        record.write_text(json.dumps(effects), encoding="utf-8")
    else:
        with at_call(number, lambda: os.kill(os.getpid(), signal.SIGKILL)):
            write(plan["name"], index, Path(plan["corpus"]), embedder)
    os._exit(0)


if __name__ == "__main__":
    main()
