"""How awake the terminal UI is: time to its first frame, and how late the event loop comes while others work."""

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
"""Part of the question line; its first letter is under the cursor."""
QUESTIONS = ("Who was fired as chief executive of OpenAI?", "Which company bought Twitter?", "When did Diwali begin?")
_TICK = 0.005
"""Seconds between two looks at the clock."""


def run(data: Path, work: Path) -> list[Figure]:
    """Measure in a pseudo-terminal, then inside the loop over 609 articles that are indexed meanwhile."""
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
    took = time.perf_counter() - started
    process.kill()
    process.wait()
    os.close(primary)
    return took


async def _lags(articles: Path, index: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    async with running(Engine(corpus=articles, index=index, history=False)) as driver:
        async with _watched("indexing 609 articles", found):
            await driver.ready()
        await driver.until(lambda: not driver.app.progress)
    async with running(Engine(corpus=articles, index=index, history=False), when_loaded=gc.freeze) as driver:
        async with _watched("starting", found):
            await driver.ready()
        async with _watched("asking", found):
            for question in QUESTIONS * 3:
                await driver.ask(question)
        async with _watched("typing 50 keys a second", found):
            await _type(driver)
    return found


async def _type(driver: Driver) -> None:
    for letter in "what did they say about the ferry " * 6:
        driver.app.post_message(events.Key(letter if letter != " " else "space", letter))
        await asyncio.sleep(0.02)


@asynccontextmanager
async def _watched(what: str, found: dict[str, str]) -> AsyncIterator[None]:
    """Record how late the event loop comes while the body runs."""
    late: list[float] = []

    async def look() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(_TICK)
            late.append((time.perf_counter() - before - _TICK) * 1000)

    looking = asyncio.create_task(look())
    yield
    looking.cancel()
    late.sort()
    found[what] = f"{late[int(len(late) * 0.99)]:.0f} / {late[-1]:.0f} ms"
