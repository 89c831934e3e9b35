"""The process that updates the index while the terminal UI keeps answering from the old one.

``python -m tui.indexing_worker REQUEST``, where the request is a JSON object; it reports on stdout, one JSON object
per line. After the last line, it merges segments. It can be killed at any time, since an incomplete generation is never
used.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from contextlib import suppress
from typing import Any

import qa

_REPORT_INTERVAL = 0.1
"""Minimum number of seconds between progress reports."""
_COUNTED = ("added", "changed", "removed", "renamed", "skipped")


class _Reporter:
    """Reports progress at most ten times a second."""

    def __init__(self) -> None:
        self._last = 0.0

    def __call__(self, progress: qa.IndexProgress) -> None:
        now = time.monotonic()
        if now - self._last >= _REPORT_INTERVAL:
            self._last = now
            share = progress.done_bytes / max(1, progress.total_bytes)
            report(share=share, documents=progress.documents)


def report(**values: Any) -> None:
    """Print one JSON object."""
    print(json.dumps(values), flush=True)  # noqa: T201  # stdout is the channel to the parent process


def _end_with_parent() -> None:
    """End the process when the parent, which holds the other end of stdin, is gone."""
    sys.stdin.buffer.read()
    os._exit(1)


def main(request: str) -> None:
    """Update or rebuild the index as ``request`` says."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(OSError, AttributeError):  # give the screen priority
        os.nice(10)
    options = json.loads(request)
    rebuild = options.pop("rebuild")
    try:
        with qa.Assistant(qa.Settings(**options), lambda line: report(notice=line)) as assistant:
            changes = assistant.refresh(rebuild, _Reporter())
            counts = {name: len(getattr(changes, name)) for name in _COUNTED}
            report(done=counts)
            with suppress(qa.QAError):  # the next run tries again; qa doctor says what is wrong
                assistant.compact()
    except qa.QAError as problem:
        report(error=problem.message, hint=problem.hint)


if __name__ == "__main__":
    main(sys.argv[1])
