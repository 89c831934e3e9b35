"""Merging segments of the index, once what the user waits for is on the screen."""

from __future__ import annotations

import sys
from contextlib import suppress

from qa.assistant import Assistant
from qa.cli.progress import notice
from qa.errors import QAError

MANY_SEGMENTS = 64
"""Segments from which a question takes a tenth of a second longer."""


def compact(assistant: Assistant) -> None:
    """Merge segments, and say so on a terminal if there are any to merge.

    Raises:
        QAError: the index cannot be read or written.
    """
    sys.stdout.flush()
    assistant.compact(_tell)


def compact_if_overdue(assistant: Assistant) -> None:
    """Merge segments after an answer if nobody has run ``qa index`` for dozens of updates."""
    with suppress(QAError):  # qa doctor says what is wrong
        if len(assistant.index.segments()) > MANY_SEGMENTS:
            compact(assistant)


def _tell() -> None:
    if sys.stderr.isatty():
        notice("The index is up to date; its small segments are being merged. Ctrl+C does no harm.")
