"""A few of the corruptions that ``python -m tests.torture corruptions`` tries."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from tests.torture import corruptions
from tests.torture.attacks import require_unbroken


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_corrupted_index_is_right_or_refused(tmp_path: Path) -> None:
    """And rebuilt by the command that is suggested."""
    require_unbroken(corruptions.attack(3, random.Random(3), tmp_path))
