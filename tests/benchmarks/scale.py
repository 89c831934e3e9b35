"""How qa grows with its index: from 20,000 to 200,000 chunks, as ratios within one run.

``python -m tests.benchmarks.scale DATA [--work FOLDER] [--articles N ...]`` prints the table for other sizes;
87,500 articles are a million chunks. The articles are made up, and so are their vectors (``made_up_articles.py``).
Needs Linux, which counts the bytes that a process writes.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np

import qa
import qa.index.fulltext
from qa.datatypes import NO_FILTER, Filter
from qa.index import Index
from qa.index.builds import SEGMENTS
from qa.index.chroma import readable_store
from qa.index.keys import Keys
from qa.models.embedding import Vectors
from qa.text.words import content_words
from tests.benchmarks.data import read_rows, sample
from tests.benchmarks.figures import Figure, share, table
from tests.benchmarks.made_up_index import MadeUpIndex

ARTICLES = (1_750, 5_200, 17_500)
"""Sizes: 20,000, 60,000 and 200,000 chunks."""
ADDED = 5
RUNS = 7
PASSES = 3
NEAREST = 200
"""Passages that retrieval takes of each search."""
STRETCHES = 30
SHORT = (
    "Who founded 10 Minute School?",
    "When did the court rule?",
    "Which team won the game?",
    "What is the price?",
    "Who was fired as chief executive of OpenAI?",
    "How many people were injured in the accident?",
    "new iPhone release date",
    "Why did the company lay off employees?",
    "Sam Bankman-Fried trial",
    "best Black Friday deals on laptops",
)


def run(data: Path, work: Path, articles: Sequence[int] = ARTICLES) -> list[Figure]:
    """Build the indexes that are not there yet, and measure each size beside the others."""
    folder = work / "scale"
    folder.mkdir(parents=True, exist_ok=True)
    indexes = [MadeUpIndex(data, folder, count) for count in articles]
    for each in indexes:
        each.prepare()
    seconds, written, article = _additions(indexes)
    questions = [*SHORT, *stretches(data)]
    sizes = " / ".join(each.name for each in indexes)
    unchanged, refreshed = (_cold(indexes, folder, options) for options in (["--no-refresh"], []))
    recall, tops = _quality(indexes[-1], questions)
    limit = 5e6 + 10 * article
    disk = [_size(each.index_root) / _size(each.corpus) for each in indexes]
    build = [each.built for each in indexes]
    return [
        _growth(f"one article added, {sizes} chunks", seconds, "s", 1.5),
        Figure("bytes that it writes, median", _listed([n / 1e6 for n in written], "MB"), f"{limit / 1e6:.1f} MB"),
        Figure("index on disk, times the corpus", _listed(disk), "5"),
        _growth("a search in a running process", _warm(indexes, questions), "s", 3),
        _growth("`qa ask` in a new process, index as it is", [duration for duration, _ in unchanged], "s", 1.15),
        _growth("the same, index up to date", [duration for duration, _ in refreshed], "s", 1.15),
        _growth("peak memory of it", [memory for _, memory in refreshed], "MB", 1.2),
        Figure(
            f"of the exact {NEAREST} nearest at {indexes[-1].name}, mean / worst of {len(questions)} questions",
            f"{share(statistics.mean(recall))} / {share(min(recall))}",
            ".98 / .90",
        ),
        Figure("its top ten as if all chunks were scored", share(statistics.mean(tops)), ".98"),
        Figure("building, embedding left out, chunks a second", _listed([b.chunks / b.seconds for b in build]), ""),
        _growth("peak memory of building", [b.peak_mb for b in build], "MB", None),
    ]


def stretches(data: Path) -> list[str]:
    """Return stretches of 3 to 13 words of MultiHop-RAG's queries, which are longer than what people ask."""
    chance = random.Random(7)
    stretches = list[str]()
    for row in sample(read_rows(data / "multihop" / "queries_dev.jsonl"), 2 * STRETCHES):
        words = row["query"].split()
        length = chance.randint(3, 13)
        start = chance.randrange(max(1, len(words) - length))
        stretch = " ".join(words[start : start + length])
        if len(content_words(stretch)) > 1:
            stretches.append(stretch)
    return stretches[:STRETCHES]


def _additions(indexes: Sequence[MadeUpIndex]) -> tuple[list[float], list[float], float]:
    """Add articles in a running process; return the median seconds and bytes of each index, and their mean length."""
    seconds: list[list[float]] = [[] for _ in indexes]
    written: list[list[float]] = [[] for _ in indexes]
    lengths = list[int]()
    with ExitStack() as stack:
        assistants = [stack.enter_context(each.open()) for each in indexes]
        for number in range(-1, ADDED):  # the first is not measured: it loads what later ones need as well
            for each, assistant, times, amounts in zip(indexes, assistants, seconds, written, strict=True):
                length = each.add(number + 1).stat().st_size
                before, started = _written(), time.perf_counter()
                assistant.refresh()
                if number >= 0:
                    times.append(time.perf_counter() - started)
                    amounts.append(max(after - then for after, then in zip(_written(), before, strict=True)))
                    lengths.append(length)
    for each in indexes:
        each.prepare()
    return [*map(statistics.median, seconds)], [*map(statistics.median, written)], statistics.mean(lengths)


def _written() -> tuple[int, int]:
    """Return the bytes that this process has written so far: those given to the system, and those of changed pages."""
    counts = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    return int(counts["wchar"]), int(counts["write_bytes"])


def _warm(indexes: Sequence[MadeUpIndex], questions: Sequence[str]) -> list[float]:
    """Return the median seconds of a search in each index; it is opened anew before a question is searched again."""
    times: dict[tuple[int, str], list[float]] = {}
    for _ in range(PASSES):
        with ExitStack() as stack:
            assistants = {each.articles: stack.enter_context(each.open()) for each in indexes}
            for assistant in assistants.values():
                assistant.search("What happened?")
            for question in questions:
                for articles, assistant in assistants.items():
                    started = time.perf_counter()
                    assistant.search(question)
                    times.setdefault((articles, question), []).append(time.perf_counter() - started)
    return [
        statistics.median(statistics.median(times[each.articles, question]) for question in questions)
        for each in indexes
    ]


def _cold(indexes: Sequence[MadeUpIndex], folder: Path, options: Sequence[str]) -> list[tuple[float, float]]:
    """Return the median seconds and peak memory (MB) of a question in a new process, for each index."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    measured: list[list[tuple[float, float]]] = [[] for _ in indexes]
    for number in range(-1, RUNS):  # the first is not measured: it compiles and reads files that are not in memory
        for each, runs in zip(indexes, measured, strict=True):
            command = [sys.executable, "-m", "qa", "ask", SHORT[4], *options]
            paths = ["--corpus", str(each.corpus), "--index", str(each.index_root)]
            started = time.perf_counter()
            process = subprocess.Popen(
                [*command, *paths], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            assert process.returncode in (0, 1), command
            if number >= 0:
                runs.append((time.perf_counter() - started, usage.ru_maxrss / 1000))
    return [(statistics.median(t for t, _ in runs), statistics.median(m for _, m in runs)) for runs in measured]


def _quality(made_up: MadeUpIndex, questions: Sequence[str]) -> tuple[list[float], list[float]]:
    """Return shares for each question: of the nearest passages that are found, and of the top ten that stay the same.

    Both are compared with a search that reads all vectors as Chroma has them and scores every chunk by its full text.
    """
    with made_up.open() as assistant:
        exact = ExactVectors(assistant.index)
        recall, tops = list[float](), list[float]()
        for question in questions:
            vector = assistant._embedder.embed([question])[0]
            nearest = exact.search(vector, NEAREST)
            recall.append(len(nearest.keys() & assistant.index.search_vectors(vector, NEAREST).keys()) / NEAREST)
            top = _top_ten(assistant, question)
            with _everything_scored(assistant.index, exact.search):
                tops.append(len(top & _top_ten(assistant, question)) / max(1, len(top)))
    return recall, tops


class ExactVectors:
    """All vectors of an index in memory, as Chroma has them."""

    def __init__(self, index: Index) -> None:
        self._keys: Keys = np.zeros(0, dtype=np.int64)
        vectors = list[Vectors]()
        for segment in index.segments():
            with readable_store(index.build / SEGMENTS / segment.name / "chroma") as store:
                for keys, batch, _ in store.read():
                    self._keys = np.concatenate([self._keys, keys])
                    vectors.append(batch)
        self._vectors = np.concatenate(vectors)

    def search(self, vector: Vectors, limit: int, meeting: Filter = NO_FILTER) -> dict[int, float]:
        """Return the cosine similarities by key of the nearest ``limit`` chunks, best first."""
        assert not meeting
        cosines = self._vectors @ vector
        nearest = np.argsort(-cosines)[:limit]
        return dict(zip(self._keys[nearest].tolist(), cosines[nearest].tolist(), strict=True))


@contextmanager
def _everything_scored(index: Index, search: Callable[..., dict[int, float]]) -> Iterator[None]:
    with patch.object(index, "search_vectors", search), patch.object(qa.index.fulltext, "_ROWS_SCORED", sys.maxsize):
        yield


def _top_ten(assistant: qa.Assistant, question: str) -> set[tuple[str, int]]:
    return {(passage.path, passage.start) for passage in assistant.search(question, 10)}


def _size(folder: Path) -> int:
    """Return the bytes of all files in a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _growth(name: str, values: Sequence[float], unit: str, most: float | None) -> Figure:
    """Return a row with a value for each size, and how many times as large the last one is as the first."""
    ratio = f", {values[-1] / values[0]:.2f} times"
    return Figure(name, _listed(values, unit) + ratio, f"at most {most} times" if most else "")


def _listed(values: Sequence[float], unit: str = "") -> str:
    return f"{' / '.join(f'{value:.3g}' for value in values)} {unit}".rstrip()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scale", description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="folder with the development data")
    parser.add_argument("--work", type=Path, default=Path(tempfile.gettempdir()) / "qa-benchmarks")
    parser.add_argument("--articles", type=int, nargs="+", default=[ARTICLES[0], 87_500], metavar="N")
    arguments = parser.parse_args()
    print(table(run(arguments.data, arguments.work, arguments.articles)))


if __name__ == "__main__":
    main()
