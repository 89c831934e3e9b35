"""How far an indexing run is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qa.index.writer import IndexWriter


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """Progress of an indexing run."""

    done_bytes: int
    """Bytes of articles processed so far."""
    total_bytes: int
    """Bytes of all articles to process."""
    documents: int
    """Documents read."""
    chunks: int
    """Chunks embedded or reused."""


OnProgress = Callable[[IndexProgress], None]
"""Called in the indexing thread, about once per chunk."""


class ProgressMeter:
    """Converts documents read and chunks embedded into one smooth measure: bytes of articles processed."""

    def __init__(self, progress: OnProgress, writer: IndexWriter, total: int) -> None:
        self._progress = progress
        self._writer = writer
        self._total = total
        self._documents = 0
        self._read = 0
        self._stored = 0
        writer.on_batch = self._advance

    def read(self, size: int) -> None:
        """Count one more document, of ``size`` bytes, as read."""
        self._documents += 1
        self._read += size

    def _advance(self, share: float) -> None:
        done = self._stored + int((self._read - self._stored) * share)
        chunks = self._writer.chunks + int(self._writer.pending * share)
        self._progress(IndexProgress(done, self._total, self._documents, chunks))
        if share == 1.0:
            self._stored = self._read
