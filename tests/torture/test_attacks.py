"""A small share of the attacks that ``python -m tests.torture`` makes."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import pytest

from tests.torture import faults, kills, power, readers
from tests.torture.attacks import require_unbroken

pytestmark = pytest.mark.usefixtures("embedder")


def test_errors_and_interrupts_leave_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    """Also for the next run, which completes and removes what is left."""
    require_unbroken(faults.attack(8, random.Random(1), tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
def test_kills_leave_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    """At any call that changes the disk."""
    require_unbroken(kills.at_calls(5, random.Random(3), tmp_path))


def test_stopped_commands_leave_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    """At any moment, by any signal."""
    require_unbroken(kills.at_moments(2, random.Random(4), tmp_path))


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_a_power_failure_leaves_the_old_index_or_the_new_one(tmp_path: Path) -> None:
    """Whatever is lost of what was not flushed."""
    require_unbroken(power.attack(4, random.Random(6), tmp_path))


def test_readers_beside_writers_see_one_state(tmp_path: Path) -> None:
    """Whether they stay open, refresh the index or ask once."""
    require_unbroken(readers.attack(24, random.Random(5), tmp_path))
