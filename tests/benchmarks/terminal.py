"""Responsiveness of the terminal UI: time to the first frame, and lag of the event loop under load."""

from __future__ import annotations

import asyncio
import gc
import os
import pty
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual import events

from tests.benchmarks.figures import Figure
from tests.helpers.tui_driver import Driver, running
from tui.engine import Engine

RUNS = 5
FIRST_FRAME = b"sk your articles"
"""Part of the placeholder in the question field; its first letter is under the cursor."""
QUESTIONS = ("Who was fired as chief executive of OpenAI?", "Which company bought Twitter?", "When did Diwali begin?")
_TICK = 0.005
"""Seconds between two samples of the clock."""


def run(data: Path, work: Path) -> list[Figure]:
    """Measure in a pseudo-terminal, then in the event loop while 609 articles are indexed."""
    folder = work / "terminal"
    shutil.rmtree(folder, ignore_errors=True)
    articles = Path(shutil.copytree(data / "multihop" / "articles", folder / "articles"))
    lags = asyncio.run(_lags(articles, folder / "index"))
    first = statistics.median(_first_frame(articles, folder / "index") for _ in range(RUNS))
    return [
        Figure("first frame of the terminal UI, typing accepted", f"{first:.2f} s", "0.6 s"),
        Figure(f"event loop late while {', '.join(lags)}, 99 % / most", ", ".join(lags.values()), "50 / 200 ms"),
    ]


def _first_frame(articles: Path, index: Path) -> float:
    """Return the seconds from starting ``qa`` to its first frame on a terminal."""
    primary, secondary = pty.openpty()
    started = time.perf_counter()
    command = [sys.executable, "-m", "qa", "--corpus", str(articles), "--index", str(index)]
    environment = os.environ | {"TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen(
        command, stdin=secondary, stdout=secondary, stderr=secondary, env=environment, start_new_session=True
    )
    os.close(secondary)
    received = b""
    while FIRST_FRAME not in received:
        received += os.read(primary, 65536)
    duration = time.perf_counter() - started
    process.kill()
    process.wait()
    os.close(primary)
    return duration


async def _lags(articles: Path, index: Path) -> dict[str, str]:
    lags: dict[str, str] = {}
    async with running(Engine(corpus=articles, index=index, history=False)) as driver:
        async with _watched("indexing 609 articles", lags):
            await driver.ready()
        await driver.until(lambda: not driver.app.progress)
    async with running(Engine(corpus=articles, index=index, history=False), when_loaded=gc.freeze) as driver:
        async with _watched("starting", lags):
            await driver.ready()
        async with _watched("answering", lags):
            for question in QUESTIONS * 3:
                await driver.ask(question)
        async with _watched("typing 50 keys a second", lags):
            await _type(driver)
    return lags


async def _type(driver: Driver) -> None:
    for letter in "what did they say about the ferry " * 6:
        driver.app.post_message(events.Key(letter if letter != " " else "space", letter))
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _watched(activity: str, lags: dict[str, str]) -> AsyncIterator[None]:
    """Record the lag of the event loop while the body runs."""
    delays: list[float] = []

    async def sample() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK)
            delays.append((time.perf_counter() - before - _TICK) * 1000)

    sampling = asyncio.create_task(sample())
    yield
    sampling.cancel()
    delays.sort()
    lags[activity] = f"{delays[int(len(delays) * 0.99)]:.0f} / {delays[-1]:.0f} ms"
