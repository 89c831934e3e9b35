"""A small share of the attacks on the terminal and the exit codes that ``python -m tests.torture`` makes."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.torture import escapes, exits
from tests.torture.attacks import require_unbroken


def test_no_command_prints_escape_sequences_of_others(tmp_path: Path) -> None:
    """Wherever the strings stand: in articles, names, settings, the index, arguments or replies."""
    require_unbroken(escapes.in_commands(25, random.Random(6), tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_terminal_ui_draws_no_escape_sequences_of_others(tmp_path: Path) -> None:
    """Whatever is typed, pasted, listed, copied or exported."""
    require_unbroken(escapes.in_terminal_ui(1, random.Random(7), tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="needs Unix streams")
def test_exit_codes_do_not_depend_on_who_reads(tmp_path: Path) -> None:
    """Unless stdout cannot be written."""
    require_unbroken(exits.attack(2, random.Random(8), tmp_path))
