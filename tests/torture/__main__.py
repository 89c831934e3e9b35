"""``python -m tests.torture [NAME ...]``: attack what qa promises, and print how often each promise was broken."""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.torture import corruptions, escapes, exits, faults, kills, power, readers, servers
from tests.torture.attacks import Attack
from tests.torture.folders import folders
from tests.torture.fuzzing import fuzz, growth
from tests.torture.leaks import leaks
from tests.torture.sizes import sizes


class Plan(NamedTuple):
    """An attack, and how often to try."""

    attack: Attack
    attempts: int


ATTACKS = {
    "kills-at-calls": Plan(kills.at_calls, 300),
    "kills-at-moments": Plan(kills.at_moments, 300),
    "faults": Plan(faults.attack, 5_000),
    "power": Plan(power.attack, 300),
    "readers": Plan(readers.attack, 500),
    "servers": Plan(servers.attack, 240),
    "folders": Plan(folders, 300),
    "corruptions": Plan(corruptions.attack, 500),
    "leaks": Plan(leaks, 50),
    "escapes": Plan(escapes.in_commands, 2_000),
    "escapes-in-the-terminal-ui": Plan(escapes.in_terminal_ui, 12),
    "exits": Plan(exits.attack, 400),
    "fuzz": Plan(fuzz, 200_000),
    "growth": Plan(growth, 3_000),
    "sizes": Plan(sizes, 40),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[[], *ATTACKS], help="which attacks to make (default: all)")
    parser.add_argument("--attempts", type=int, help="how often to try each (default: as documented)")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="draws the attempts")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    for variable in [variable for variable in os.environ if variable.startswith("QA_")]:
        del os.environ[variable]
    broken = [_broken(name, arguments.attempts, arguments.seed) for name in arguments.names or ATTACKS]
    sys.exit(1 if any(broken) else 0)


def _broken(name: str, attempts: int | None, seed: int) -> int:
    """Make an attack, print its outcome, and return how many attempts succeeded."""
    plan = ATTACKS[name]
    made = broken = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"qa-{name}-", ignore_cleanup_errors=True) as folder:
        # The user's own sessions and consents are not to be changed.
        os.environ |= dict.fromkeys(("XDG_DATA_HOME", "XDG_CONFIG_HOME"), f"{folder}/home")
        for attempt in plan.attack(attempts or plan.attempts, random.Random(seed), Path(folder)):
            made += 1
            if attempt.problem is not None:
                broken += 1
                print(f"BROKEN {name}: {attempt.description}: {attempt.problem}", flush=True)
    print(f"{name}: {made} attempts, {broken} broke a promise, {time.monotonic() - began:.0f} s", flush=True)
    return broken


if __name__ == "__main__":
    main()
