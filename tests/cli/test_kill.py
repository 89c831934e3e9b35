"""A first run that is killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

import qa
from tests.conftest import SMALL
from tests.helpers.index_contents import assert_same_content


def start(corpus: Path, index: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "qa", "index", "--corpus", str(corpus), "--index", str(index)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@pytest.mark.usefixtures("embedder")
def test_kill_during_the_first_run_does_not_prevent_the_next(index: Path) -> None:
    """The next run builds the index from scratch."""
    running = start(SMALL, index)
    while not (index / "builds").exists() and running.poll() is None:
        time.sleep(0.01)
    running.kill()
    running.wait()

    with qa.open(corpus=SMALL, index=index) as assistant:
        assert assistant.search("harbour")
    with qa.open(corpus=SMALL, index=index.with_name("fresh")):
        pass
    assert_same_content(index, index.with_name("fresh"))
