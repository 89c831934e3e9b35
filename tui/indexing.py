"""Starts, follows and terminates the process that updates the index and then merges its segments."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import qa

_PACE_SPAN = 20.0
"""Seconds of progress from which the time left is estimated."""
_PACE_LEAST = 1.0
"""Seconds of progress before there is an estimate."""


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """How far a run has come."""

    share: float = 0.0
    """Fraction of the bytes processed, 0 to 1."""
    documents: int = 0
    """Articles read."""
    total: int = 0
    """Articles to read."""
    seconds_left: float | None = None
    """Estimate of the time left; None if there is none yet."""
    notice: str = ""
    """A slow step other than reading articles; may be empty."""


class Pace:
    """Estimates the time left from the progress of the last seconds: chunks that are reused cost next to nothing."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque()

    def seconds_left(self, share: float, now: float) -> float | None:
        """Record that ``share`` of the work is done at the time ``now``, in seconds, and return the time left.

        Returns:
            Seconds, or None if it is too early to tell.
        """
        self._seen.append((now, share))
        while now - self._seen[0][0] > _PACE_SPAN:
            self._seen.popleft()
        began, first = self._seen[0]
        if now - began < _PACE_LEAST or share <= first:
            return None
        return (1 - share) * (now - began) / (share - first)


_compactions: set[asyncio.Task[None]] = set()
"""Processes that merge segments after a run; the event loop itself does not keep its tasks alive."""


class IndexingRun:
    """A single run; iterate over it to start it and receive its progress."""

    def __init__(self, settings: qa.Settings, rebuild: bool, total: int) -> None:
        self._request = {
            "corpus": str(settings.corpus_root),
            "index": str(settings.index if settings.server else settings.index_root),
            "vectors": settings.vectors,
            "follow_links": settings.follow_links,
            "read_comments": settings.read_comments,
            "model": settings.model,
            "rebuild": rebuild,
        }
        self._total = total
        self._pace = Pace()
        self.outcome = ""
        """Summary of the changes; empty until the run is complete."""

    async def __aiter__(self) -> AsyncIterator[IndexingProgress]:
        """Yield progress until the run is complete; ending the iteration early terminates it.

        Raises:
            QAError: the run failed.
        """
        # -P: files in the current folder must not shadow modules.
        command = [sys.executable, "-P", "-m", "tui.indexing_worker", json.dumps(self._request)]
        pipe, devnull = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        # The process ends when its stdin does, so it never outlives the app, however that ends.
        process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=devnull)
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                message = json.loads(line)
                if "share" in message:
                    yield self._progress(**message)
                elif "notice" in message:
                    yield IndexingProgress(notice=message["notice"])
                else:
                    self._finish(message)
                    break
            if not self.outcome:
                await process.wait()
                raise qa.QAError(
                    f"Indexing stopped unexpectedly (exit code {process.returncode})",
                    "Run qa index in a terminal to see why",
                )
        finally:
            if self.outcome:
                compaction = asyncio.create_task(_finished(process))
                _compactions.add(compaction)
                compaction.add_done_callback(_compactions.discard)
            else:
                await _terminate(process)

    def _progress(self, share: float, documents: int) -> IndexingProgress:
        left = self._pace.seconds_left(share, time.monotonic())
        return IndexingProgress(share, documents, max(self._total, documents), left)

    def _finish(self, message: dict[str, Any]) -> None:
        if "error" in message:
            raise qa.QAError(message["error"], message["hint"])
        changes = [f"{count} {name}" for name, count in message["done"].items() if count]
        self.outcome = ", ".join(changes) or "no changes"


async def _finished(process: asyncio.subprocess.Process) -> None:
    """Wait for a process to end; terminate it when the app exits."""
    try:
        await process.wait()
    finally:
        await _terminate(process)


async def _terminate(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.terminate()
        await asyncio.shield(process.wait())
