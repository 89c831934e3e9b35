"""If a run is killed at any moment, the old index still answers, and the next run completes."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import qa
from tests.conftest import SEEDS, SMALL
from tests.helpers.index_contents import assert_same_content, catalog_of

KILLS = (8, pytest.param(20, marks=pytest.mark.slow))


def start(corpus: Path, index: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "qa", "index", "--corpus", str(corpus), "--index", str(index)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def killed_within(seconds: float, process: subprocess.Popen[bytes]) -> bool:
    """Kill a process after so many seconds; return False if it had exited by itself."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def change(corpus: Path, number: int) -> None:
    """Add an article, edit one and rename one, so that a run has all kinds of changes to process."""
    text = "".join(path.read_text(encoding="utf-8") for path in sorted(SEEDS.iterdir()))
    (corpus / f"added-{number}.txt").write_text(text[number * 7 :] + f"\nEdition {number} is out.\n", encoding="utf-8")
    edited = corpus / "000_576f0c3c13e132d0.txt"
    edited.write_text(edited.read_text(encoding="utf-8") + f" Edit {number}.", encoding="utf-8")
    names = sorted(corpus.glob("renamed-*")) or [corpus / "003_d3032302041a2705.txt"]
    names[0].rename(corpus / f"renamed-{number}.txt")


@pytest.mark.parametrize("kills", KILLS)
@pytest.mark.usefixtures("embedder")
def test_kill_at_random_moments_never_damages_the_index(corpus: Path, index: Path, kills: int) -> None:
    """Several runs, each killed at a different moment; the final index equals a fresh build.

    The duration of a run varies. One that completes before it would be killed does not count, and further moments
    are drawn from its duration.
    """
    generator = random.Random(20)
    with qa.open(corpus=corpus, index=index):
        pass
    began = time.monotonic()
    change(corpus, 0)
    assert 0 == start(corpus, index).wait()
    run_time = time.monotonic() - began

    killed = 0
    number = 0
    while killed < kills:
        number += 1
        before = catalog_of(index)
        change(corpus, number)
        began = time.monotonic()
        if killed_within(generator.uniform(0.3, 1.0) * run_time, start(corpus, index)):
            killed += 1
        else:
            run_time = min(run_time, time.monotonic() - began)
        after = catalog_of(index)
        if after == before:
            with qa.open(corpus=corpus, index=index, refresh=False) as old:
                assert old.search("Kursk region", top_k=1)
        with qa.open(corpus=corpus, index=index):
            pass
        for extra in corpus.glob("added-*"):
            if generator.random() < 0.5:
                extra.unlink()

    with qa.open(corpus=corpus, index=index), qa.open(corpus=corpus, index=index.with_name("fresh")):
        pass
    assert_same_content(index, index.with_name("fresh"))


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
