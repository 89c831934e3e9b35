"""The process that brings the index up to date while the terminal UI goes on answering from the old one.

``python -m tui.indexing_worker REQUEST``, the request being one JSON object; what happens is told on stdout, one
JSON object a line. It can be ended at any moment: a half written generation is never used.
"""

from __future__ import annotations

import json
import os
import sys
import time
from contextlib import suppress
from typing import Any

import qa

_LEAST_PAUSE = 0.1
"""Seconds between two reports of progress."""


class _Reporter:
    """Tells how far the run is, a few times a second."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: qa.IndexProgress) -> None:
        now = time.monotonic()
        if now - self._last >= _LEAST_PAUSE:
            self._last = now
            share = progress.done_bytes / max(1, progress.total_bytes)
            tell(share=share, documents=progress.documents, chunks=progress.chunks)


def tell(**values: Any) -> None:
    """Print one JSON object."""
    print(json.dumps(values), flush=True)  # noqa: T201  # the line is for the process that started this one


def main(request: str) -> None:
    """Run what ``request`` asks for."""
    with suppress(OSError, AttributeError):  # the screen goes first
        os.nice(10)
    wanted = json.loads(request)
    rebuild = wanted.pop("rebuild")
    try:
        with qa.Assistant(qa.load_settings(**wanted), lambda line: tell(notice=line)) as assistant:
            report = assistant.refresh(rebuild, _Reporter())
    except qa.QAError as problem:
        tell(error=problem.message, hint=problem.hint)
    else:
        counts = {name: len(getattr(report, name)) for name in ("added", "changed", "removed", "renamed", "skipped")}
        tell(done=counts)


if __name__ == "__main__":
    main(sys.argv[1])
