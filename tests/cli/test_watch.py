"""``qa index --watch``: the index follows the folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO

import pytest

import qa
from tests.conftest import PROJECT


class Watcher:
    """``qa index --watch`` over a folder whose index is in it."""

    def __init__(self, root: Path, *options: str) -> None:
        self.corpus = root / "news"
        self.index = self.corpus / "index"
        self.corpus.mkdir()
        (self.corpus / "a.txt").write_text("The lighthouse was lit in 1887.\n")
        paths = ["--corpus", str(self.corpus), "--index", str(self.index)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "qa", "index", "--watch", *paths, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(PROJECT)},
            text=True,
        )
        self._lines: Queue[str] = Queue()
        assert self.process.stdout
        assert self.process.stderr
        streams = (self.process.stdout, self.process.stderr)
        self._readers = [Thread(target=self._read, args=(stream,)) for stream in streams]
        for reader in self._readers:
            reader.start()

    def line(self) -> str:
        """Return the next line of stdout or stderr without its time, as soon as there is one."""
        return re.sub(r"^\d\d:\d\d:\d\d ", "", self._lines.get(timeout=60))

    def end(self) -> int:
        """Press Ctrl+C, and return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait()

    def close(self) -> None:
        """Kill the process if it still runs."""
        self.process.kill()
        self.process.wait()
        for reader in self._readers:
            reader.join()

    def _read(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                self._lines.put(line.rstrip("\n"))


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    """A watcher whose first update is done."""
    running = Watcher(tmp_path)
    try:
        assert running.line().startswith("1 document, 1 chunk: 1 added ")
        assert f"Following {running.corpus}; Ctrl+C ends it." == running.line()
        yield running
    finally:
        running.close()


def test_the_index_follows_the_folder(watcher: Watcher) -> None:
    """A burst of changes is one update, a line each; neither hidden files nor the index in the folder cause any.

    What fails is said and tried again, such as a folder that vanishes and comes back; Ctrl+C ends it.
    """
    for number in range(20):
        (watcher.corpus / f"{number}.txt").write_text(f"Boat number {number} sails.\n")
    updates = 1
    while not watcher.line().startswith("21 documents, 21 chunks: "):
        updates += 1
    assert updates <= 2  # what changed before the folder was followed is looked for once, perhaps amid the burst

    (watcher.corpus / ".hidden.txt").write_text("No article.\n")
    (watcher.index / "note.db").write_text("Of the index.\n")
    (watcher.corpus / "a.txt").write_text("The lighthouse was lit in 1888.\n")
    assert watcher.line().startswith("21 documents, 21 chunks: 1 changed (1 chunk embedded, ")

    away = watcher.corpus.with_name("away")
    watcher.corpus.rename(away)
    assert f"The corpus {watcher.corpus} does not exist. " in watcher.line()
    (away / "0.txt").unlink()
    away.rename(watcher.corpus)
    assert watcher.line().startswith("20 documents, 20 chunks: 1 removed (")

    assert 130 == watcher.end()
    assert "Interrupted." == watcher.line()
    with qa.open(watcher.corpus, watcher.index, refresh=False) as assistant:
        assert updates + 3 == assistant.index.stats().generation
