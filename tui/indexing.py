"""Starting, following and ending the process that brings the index up to date."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import qa


@dataclass(frozen=True, slots=True)
class IndexingProgress:
    """How far a run is."""

    share: float = 0.0
    """Of the bytes to do, 0 to 1."""
    documents: int = 0
    """Articles read."""
    chunks: int = 0
    """Chunks embedded or reused."""
    notice: str = ""
    """What takes long, if it is not the articles."""


class IndexingRun:
    """One run; iterate over it to follow it."""

    def __init__(self, settings: qa.Settings, rebuild: bool) -> None:
        self._request = {
            "corpus": str(settings.corpus_root),
            "index": str(settings.index_root),
            "model": settings.model,
            "rebuild": rebuild,
        }
        self.outcome = ""
        """What it did, in words, once it is done."""

    async def __aiter__(self) -> AsyncIterator[IndexingProgress]:
        """Yield progress until it is done; ending the iteration early ends the run.

        Raises:
            QAError: it could not be done.
        """
        # -P: a file of the folder that qa was started in must not take the place of a module.
        command = [sys.executable, "-P", "-m", "tui.indexing_worker", json.dumps(self._request)]
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*command, stdin=nowhere, stdout=pipe, stderr=nowhere)
        assert process.stdout is not None
        try:
            async for line in process.stdout:
                told = json.loads(line)
                if "share" in told or "notice" in told:
                    yield IndexingProgress(**told)
                else:
                    self._finish(told)
            await process.wait()
            if not self.outcome:
                raise qa.QAError(
                    f"Indexing ended early (code {process.returncode})", "Run qa index in a terminal to see why"
                )
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.terminate()
                await asyncio.shield(process.wait())

    def _finish(self, told: dict[str, Any]) -> None:
        if "error" in told:
            raise qa.QAError(told["error"], told["hint"])
        changes = [f"{count} {name}" for name, count in told["done"].items() if count]
        self.outcome = ", ".join(changes) or "nothing had changed"
