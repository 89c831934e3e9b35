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

from qa.corpus import Corpus
from qa.index import compaction
from qa.index.folder import FolderStorage
from qa.index.update import Updater
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.faults import at_call, calls_recorded
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.scenarios import many_small_writes


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
    kills: int
    """How often."""
    seed: int
    """Draws the calls."""


def main() -> None:
    """Carry out a plan, and print the number of the call, its line and its module for each kill, as JSON."""
    plan: Plan = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    embedder.__dict__["_vectors"] = pickle.loads(Path(plan["vectors"]).read_bytes())
    _ = embedder.tokenizer
    record = Path(plan["runs"]) / "calls.json"
    with many_small_writes():
        _in_fork(plan, embedder, -1, record)
        calls: list[tuple[str, int, bool]] = json.loads(record.read_text(encoding="utf-8"))
        numbers = _chosen(calls, plan["kills"], random.Random(plan["seed"]))
        for number in numbers:
            _in_fork(plan, embedder, number, record)
    print(json.dumps([(number, *calls[number][:2]) for number in numbers]))


def _chosen(calls: list[tuple[str, int, bool]], kills: int, generator: random.Random) -> list[int]:
    """Return the numbers of calls that change the disk, one on each line first."""
    effective = [number for number, (_, _, is_effective) in enumerate(calls) if is_effective]
    generator.shuffle(effective)
    first = [*{tuple(calls[number][:2]): number for number in effective}.values()]
    return [*first, *(number for number in effective if number not in first)][:kills]


def write(name: str, index: Path, corpus: Path, embedder: RememberingEmbedder) -> None:
    """Write an index as a scenario of this name does."""
    if name == "compaction":
        compaction.compact(FolderStorage(index))
    else:
        Updater(FolderStorage(index), Corpus(corpus), embedder).run(rebuild=name == "rebuild")


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
