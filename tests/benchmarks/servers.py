"""The same index in a folder and on servers: whether both answer alike, and how long each takes, in one run.

Real servers are started for it, on this machine: PostgreSQL with its usual settings but for memory, and Chroma. The
articles of the comparison of times are made up (``scale.py``).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

import qa
from qa.corpus import Corpus
from qa.index.copying import copy_index
from qa.index.locations import storage_of
from qa.index.progress import IndexProgress
from qa.models.embedding import Vectors
from tests.benchmarks.data import open_folder, read_rows, sample, squad_questions
from tests.benchmarks.figures import Figure, share
from tests.benchmarks.made_up_index import MadeUpIndex
from tests.benchmarks.retrieval import multihop_scores
from tests.benchmarks.scale import NEAREST, SHORT, ExactVectors, stretches
from tests.helpers.servers import ChromaServer, PostgresServer, running

ARTICLES = 17_500
"""Made-up ones: 200,000 chunks."""
EVERYDAY, SQUAD = 150, 150
"""Questions answered from both."""
AT_ONCE = 8
PASSES = 3
_MEMORY = {"shared_buffers": "1GB", "effective_cache_size": "4GB"}


class Both(NamedTuple):
    """Assistants over the same index in a folder and on servers."""

    folder: qa.Assistant
    servers: qa.Assistant


class Servers:
    """PostgreSQL and Chroma, to which indexes are copied."""

    def __init__(self, postgres: PostgresServer, chroma: ChromaServer) -> None:
        self._postgres = postgres
        self._chroma = chroma

    def copy(self, assistant: qa.Assistant) -> tuple[qa.Settings, float]:
        """Copy an index in a folder; return the settings of the copy, and how many chunks a second that took."""
        source = assistant.settings
        target = qa.load_settings(
            corpus=source.corpus, index=self._postgres.create_database(), vectors=self._chroma.url
        )
        started = time.perf_counter()
        manifest = copy_index(storage_of(source), storage_of(target), Corpus.configured(source), False, _show)
        return target, manifest.chunks / (time.perf_counter() - started)


def run(data: Path, work: Path) -> list[Figure]:
    """Copy the indexes of MultiHop-RAG, the everyday questions, SQuAD and made-up articles, and compare the copies."""
    with running(partial(PostgresServer, fsync=True, settings=_MEMORY)) as postgres, running(ChromaServer) as chroma:
        servers = Servers(postgres, chroma)
        with _both(open_folder("multihop", data, work), servers) as both:
            figures = [*_agreement(both, data), _hits(both, data, work)]
        with _both(open_folder("everyday", data, work), servers) as everyday:
            rows = [row for row in read_rows(data / "everyday" / "questions.jsonl") if not row["after"]]
            same = _same_answers(everyday, [row["question"] for row in sample(rows, EVERYDAY)])
        with _both(open_folder("squad", data, work), servers) as squad:
            same += _same_answers(squad, [row["question"] for row in sample(squad_questions(data), SQUAD)])
        verdicts = f"{sum(same)} of {len(same)}"
        figures.append(Figure("questions with the same answer from servers as from the folder", verdicts, "99 of 100"))
        return figures + _large(MadeUpIndex(data, work / "scale", ARTICLES), servers, data)


@contextmanager
def _both(folder: qa.Assistant, servers: Servers) -> Iterator[Both]:
    with folder, qa.Assistant(servers.copy(folder)[0]) as copied:
        yield Both(folder, copied)


def _show(progress: IndexProgress) -> None:
    print(f"\r{progress.documents} of {progress.total_bytes} articles copied", end="", file=sys.stderr, flush=True)


def _queries(data: Path) -> list[str]:
    return [*dict.fromkeys(row["query"] for row in read_rows(data / "multihop" / "queries_dev.jsonl"))]


def _agreement(both: Both, data: Path) -> list[Figure]:
    """Compare both searches of both indexes for the queries of MultiHop-RAG."""
    queries = _queries(data)
    vectors, texts = list[tuple[float, float]](), list[tuple[bool, float]]()
    cosines, scores = list[float](), list[float]()
    for query in queries:
        vector = both.folder._embedder.embed([query])[0]
        first, second = (each.index.search_vectors(vector, NEAREST) for each in both)
        vectors.append((_shared([*first][:10], [*second][:10]), _shared(first, second)))
        cosines += [abs(first[key] - second[key]) for key in first.keys() & second.keys()]
        first, second = (_ranked(each.index.search_fulltext(query, NEAREST)) for each in both)
        texts.append(([*first][:1] == [*second][:1], _shared([*first][:10], [*second][:10])))
        scores += [abs(first[key] - second[key]) / first[key] for key in first.keys() & second.keys()]
    return [
        Figure(
            f"vectors on the server and in the folder, {len(queries)} queries: top ten / {NEAREST} nearest the same",
            " / ".join(share(statistics.mean(each)) for each in zip(*vectors, strict=True)),
            ".99 / .98",
        ),
        Figure("largest difference of a cosine", f"{max(cosines):.0e}", "1e-06"),
        Figure(
            "full text in PostgreSQL and in FTS5: first / top ten the same",
            " / ".join(share(statistics.mean(each)) for each in zip(*texts, strict=True)),
            ".98 / .98",
        ),
        Figure(
            "difference of a score, median / largest", f"{statistics.median(scores):.0e} / {max(scores):.0e}", "1e-09"
        ),
    ]


def _hits(both: Both, data: Path, work: Path) -> Figure:
    folder, servers = (
        multihop_scores(data, work, lambda query, each=each: each.search(query, top_k=10))  # type: ignore[misc]
        for each in both
    )
    return Figure("MultiHop-RAG, Hits@10 / Hits@4 / MRR@10 from servers", servers, ".003 from the folder", folder)


def _same_answers(both: Both, questions: Sequence[str]) -> list[bool]:
    return [_said(both.folder.ask(question)) == _said(both.servers.ask(question)) for question in questions]


def _said(answer: qa.Answer) -> tuple[object, ...]:
    return answer.answered, answer.short_answer, answer.statements


def _large(made_up: MadeUpIndex, servers: Servers, data: Path) -> list[Figure]:
    """Compare the times of a large index."""
    made_up.prepare()
    with ExitStack() as stack:
        folder = stack.enter_context(made_up.open())
        settings, rate = servers.copy(folder)
        copied = stack.enter_context(made_up.open(settings))
        both, questions = Both(folder, copied), [*SHORT, *stretches(data)]
        embedded = [folder._embedder.embed([question])[0] for question in questions]
        exact = ExactVectors(folder.index)
        recall = [
            len(exact.search(vector, NEAREST).keys() & copied.index.search_vectors(vector, NEAREST).keys()) / NEAREST
            for vector in embedded
        ]
        ratios = _times(both, questions, embedded)
        alone, together = (_throughput(settings, questions, count) for count in (1, AT_ONCE))
        article = made_up.add(1)
        started = time.perf_counter()
        copied.refresh()
        added = time.perf_counter() - started
        article.unlink()
        size = copied.index.size().catalog / made_up.built.chunks
    return [
        Figure(
            f"of the exact {NEAREST} nearest at {made_up.name} on the server, mean / worst of {len(recall)} questions",
            f"{share(statistics.mean(recall))} / {share(min(recall))}",
            ".98 / .90",
        ),
        *(Figure(f"{name}, servers to folder at {made_up.name}", text, limit) for name, text, limit in ratios),
        Figure(f"{AT_ONCE} processes searching at once, throughput to one", f"{together / alone:.1f}", "3"),
        Figure(f"one article added at {made_up.name}", f"{added:.1f} s", ""),
        Figure("copying an index to servers, chunks a second", f"{rate:.0f}", ""),
        Figure("PostgreSQL, bytes a chunk", f"{size:.0f}", ""),
    ]


def _times(both: Both, questions: Sequence[str], embedded: Sequence[Vectors]) -> list[tuple[str, str, str]]:
    """Return name, medians with their ratio, and target of each kind of search; each question is searched in turn."""
    kinds: dict[str, tuple[Callable[[qa.Assistant, int], object], str]] = {
        "vectors": (lambda assistant, at: assistant.index.search_vectors(embedded[at], NEAREST), "2"),
        "full text": (lambda assistant, at: assistant.index.search_fulltext(questions[at], NEAREST), "2"),
        "a whole search": (lambda assistant, at: assistant.search(questions[at], 10), ""),
    }
    lines = []
    for name, (search, limit) in kinds.items():
        times: dict[int, dict[int, list[float]]] = {0: {}, 1: {}}
        for _ in range(PASSES):
            for at in range(len(questions)):
                for which, assistant in enumerate(both):
                    started = time.perf_counter()
                    search(assistant, at)
                    times[which].setdefault(at, []).append(time.perf_counter() - started)
        medians = [statistics.median(map(min, each.values())) for each in times.values()]
        lines.append(
            (name, f"{1000 * medians[1]:.0f} / {1000 * medians[0]:.0f} ms, x{medians[1] / medians[0]:.2f}", limit)
        )
    return lines


def _throughput(settings: qa.Settings, questions: Sequence[str], count: int) -> float:
    """Return how many searches a second so many processes do together."""
    plan = json.dumps([str(settings.corpus_root), settings.index, settings.vectors, questions])
    command = [sys.executable, "-m", "tests.benchmarks.servers"]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment) for _ in range(count)]
    for process in processes:
        assert process.stdin and process.stdout
        process.stdin.write(plan + "\n")
        process.stdin.flush()
        process.stdout.readline()
    started = time.perf_counter()
    for process in processes:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    for process in processes:
        process.communicate()
    return count * len(questions) / (time.perf_counter() - started)


def _search_all() -> None:
    """Open an index as stdin says, and search it for all questions once told to."""
    corpus, index, vectors, questions = json.loads(sys.stdin.readline())
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index, vectors=vectors)) as assistant:
        embedded = [assistant._embedder.embed([question])[0] for question in questions]
        assistant.index.search_vectors(embedded[0], NEAREST)
        print("ready", flush=True)
        sys.stdin.readline()
        for question, vector in zip(questions, embedded, strict=True):
            nearest = assistant.index.search_vectors(vector, NEAREST)
            assistant.index.search_fulltext(question, NEAREST, also=nearest)


def _ranked(scores: dict[int, float]) -> dict[int, float]:
    return dict(sorted(scores.items(), key=lambda item: (-round(item[1], 9), item[0])))


def _shared(first: Sequence[int] | dict[int, float], second: Sequence[int] | dict[int, float]) -> float:
    return len({*first} & {*second}) / max(1, len(first))


if __name__ == "__main__":
    _search_all()
