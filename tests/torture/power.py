"""Power failures while an index is written: of what was not flushed, any part may be missing.

The system calls of a run are recorded, and the disk as it may be after each of them is made from the record, as in
ALICE (Pillai et al. 2014, https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai): what was
written to a file counts once the file was flushed, and that there is a file once its folder was.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from qa.settings import DEFAULT_MODEL, cache_folder
from tests.conftest import PROJECT
from tests.helpers.disk import Disk
from tests.helpers.index_states import RememberingEmbedder
from tests.helpers.scenarios import Scenario, many_small_writes, prepared
from tests.helpers.system_calls import STRACE, calls_in
from tests.torture.attacks import Attempt

_NOTHING = Path("no such index")
_COMMANDS = {"update": [], "first build": [], "rebuild": ["--rebuild"]}


def attack(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Cut the power after any system call of an update, a first build and a rebuild; needs ``strace``."""
    if not shutil.which(STRACE[0]):
        return
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    with many_small_writes():
        for number, name in enumerate(_COMMANDS):
            scenario = prepared(name, folder, embedder)
            count = attempts // len(_COMMANDS) + (number < attempts % len(_COMMANDS))
            yield from _failures(name, scenario, count, generator)


def _failures(name: str, scenario: Scenario, count: int, generator: random.Random) -> Iterator[Attempt]:
    """Make so many attempts, as evenly distributed over the run as possible."""
    index = scenario.workshop.copy(scenario.before)
    trace = index.with_name("trace")
    disk = Disk(index.parent)
    paths = ["--corpus", str(scenario.workshop.corpus), "--index", str(index)]
    command = [sys.executable, "-m", "qa", "index", *_COMMANDS[name], *paths]
    subprocess.run([*STRACE, "-o", str(trace), *command], cwd=PROJECT, check=True, capture_output=True)
    calls = [call for call in calls_in(trace) if call.is_below(index)]
    assert calls, "no system call was recorded"
    moments = sorted(generator.choices(range(len(calls)), k=count))
    for number, call in enumerate(calls):
        disk.apply(call)
        for _ in range(moments.count(number)):
            seed = generator.randrange(1_000_000)
            after = scenario.workshop.copy(_NOTHING)
            disk.write(after.parent, random.Random(seed))
            yield _checked(scenario, after, f"{name}: power cut after call {number} of {len(calls)}, {call}, {seed}")


def _checked(scenario: Scenario, index: Path, description: str) -> Attempt:
    try:
        scenario.check(index)
    except Exception as error:
        return Attempt.failed(description, error)
    shutil.rmtree(index.parent)
    return Attempt(description)
