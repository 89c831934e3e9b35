"""Indexes of made-up articles; building 200,000 chunks takes ten minutes, so those that are complete are used again."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

import qa
from qa.errors import UnusableIndex
from qa.index import Index
from qa.models.embedding import Embedder
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.benchmarks.made_up_articles import InventedVectors, MadeUpArticles


@dataclass(frozen=True, slots=True)
class Built:
    """What building an index took."""

    chunks: int
    """How many it has."""
    seconds: float
    """How long building took."""
    peak_mb: float
    """Peak resident memory of the process."""


class MadeUpIndex:
    """The first ``articles`` made-up articles and their index, below ``work``."""

    def __init__(self, data: Path, work: Path, articles: int) -> None:
        self.articles = articles
        """How many articles there are."""
        self.folder = work / str(articles)
        self.corpus = self.folder / "articles"
        """The folder of the articles."""
        self.index_root = self.folder / "index"
        """The folder of the index."""
        self.added = self.corpus / "added"
        """A folder for articles that are added for a while."""
        self.made_up = MadeUpArticles(data / "multihop" / "articles")
        """What writes the articles."""
        self._data, self._work = data, work
        self._record = self.folder / "built.json"

    def prepare(self) -> None:
        """Build the index, in a process of its own, unless it is complete; remove what was added and left behind."""
        shutil.rmtree(self.added, ignore_errors=True)
        if not self._is_complete():
            self._record.unlink(missing_ok=True)
            command = [sys.executable, "-m", "tests.benchmarks.made_up_index"]
            subprocess.run([*command, str(self._data), str(self._work), str(self.articles)], check=True)
        with self.open() as assistant:
            assistant.refresh()

    def build(self) -> None:
        """Write the articles, index them and record what that took."""
        self.made_up.write(self.corpus, self.articles)
        with self.open() as assistant:
            started = time.perf_counter()
            report = assistant.refresh(rebuild=True)
            seconds = time.perf_counter() - started
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        built = Built(report.stats.chunks, seconds, peak_mb)
        self._record.write_text(json.dumps(asdict(built)), encoding="utf-8")

    @cached_property
    def built(self) -> Built:
        """What building the index took."""
        return Built(**json.loads(self._record.read_text(encoding="utf-8")))

    @property
    def name(self) -> str:
        """Its size in thousands of chunks."""
        return f"{round(self.built.chunks, -4) // 1000}k"

    def open(self, settings: qa.Settings | None = None) -> qa.Assistant:
        """Return an assistant, by default over the folder, that embeds questions and invents vectors of articles."""
        assistant = qa.Assistant(settings or qa.load_settings(corpus=self.corpus, index=self.index_root))
        real = Embedder(DEFAULT_MODEL, cache_folder())
        stored = self._work / "around.npy"
        if not stored.is_file():
            np.save(stored, real.embed(self.made_up.passages()))
        assistant._embedder = InventedVectors(real, np.load(stored))
        return assistant

    def add(self, number: int) -> Path:
        """Write one more article, which is not among the others."""
        self.added.mkdir(exist_ok=True)
        path = self.added / f"{number}.txt"
        path.write_text(self.made_up.text(-1 - number), encoding="utf-8")
        return path

    def _is_complete(self) -> bool:
        try:
            Index.open(self.index_root).close()
        except UnusableIndex:
            return False
        return self._record.is_file()


if __name__ == "__main__":
    MadeUpIndex(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])).build()
