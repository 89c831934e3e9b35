"""Time and memory relative to a plain LlamaIndex + Chroma script, in one run on one machine."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.data import open_folder, read_rows, sample, squad_questions
from tests.benchmarks.figures import Figure

QUESTION = "Who was fired as chief executive of OpenAI?"
RUNS = 5
WARM = 80


def run(data: Path, work: Path) -> list[Figure]:
    """Build both indexes, then time questions and commands."""
    folder = work / "speed"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    articles = Path(shutil.copytree(data / "multihop" / "articles", folder / "articles"))
    ours = [sys.executable, "-m", "qa"]
    options = ["--corpus", str(articles), "--index", str(folder / "index")]
    naive = [sys.executable, str(data / "naive_llamaindex.py")]
    _time([*ours, "ask", "warm up?", "--corpus", str(data / "squad" / "articles"), "--index", str(folder / "other")])

    output = _output([*naive, "index", str(articles), str(folder / "naive")])
    their_rate = float(output.split(" chunks/s")[0].split()[-1])
    started = time.perf_counter()
    chunks = int(_output([*ours, "index", *options]).split(" chunks")[0].split()[-1])
    build = time.perf_counter() - started
    unchanged = statistics.median(_time([*ours, "index", *options]) for _ in range(RUNS))
    added = statistics.median(_with_one_added(articles, number, [*ours, "index", *options]) for number in range(3))
    baseline = statistics.median(_time([*naive, "ask", str(folder / "naive"), QUESTION]) for _ in range(RUNS))
    times = _commands(ours, options)
    memory, warm = _peak_mb([*ours, "ask", QUESTION, *options]), _warm(data, work)
    rate = chunks / build
    return [
        _relative_time("one question, index up to date", times["ask"], baseline, "1/5"),
        _relative_time(f"a question once loaded, {WARM} everyday and encyclopedia ones", warm, baseline, ""),
        Figure(
            "qa --help / qa status",
            f"1/{baseline / times['--help']:.0f} / 1/{baseline / times['status']:.0f}",
            "1/20",
            f"script: {baseline:.2f} s",
        ),
        Figure("peak memory of a question, 609 articles", f"{memory:.0f} MB", "450 MB"),
        Figure("indexing 609 articles", f"{rate:.1f} chunks/s", "twice", f"script: {their_rate:.1f} chunks/s"),
        Figure(
            "again, nothing changed / one article added, of the build",
            f"1/{build / unchanged:.0f} / 1/{build / added:.0f}",
            "1/50 / 1/30",
        ),
    ]


def _commands(ours: list[str], options: list[str]) -> dict[str, float]:
    """Return the seconds that each command takes in a new process."""
    commands = {"ask": ["ask", QUESTION, *options], "--help": ["--help"], "status": ["status", *options]}
    return {
        name: statistics.median(_time([*ours, *command]) for _ in range(RUNS)) for name, command in commands.items()
    }


def _warm(data: Path, work: Path) -> float:
    """Return the mean seconds per question in one process, after the first question."""
    durations = []
    for name in ("everyday", "squad"):
        rows = read_rows(data / "everyday" / "questions.jsonl") if name == "everyday" else squad_questions(data)
        with open_folder(name, data, work) as assistant:
            assistant.ask(QUESTION)
            for row in sample(rows, WARM // 2):
                started = time.perf_counter()
                assistant.ask(row["question"])
                durations.append(time.perf_counter() - started)
    return statistics.mean(durations)


def _relative_time(name: str, ours: float, theirs: float, target: str) -> Figure:
    return Figure(name, f"{ours:.2f} s, 1/{theirs / ours:.1f}", target, f"script: {theirs:.2f} s")


def _time(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, check=False, capture_output=True)
    return time.perf_counter() - started


def _with_one_added(articles: Path, number: int, command: list[str]) -> float:
    copied = sorted(articles.glob("*.txt"))[number].read_text(encoding="utf-8")
    (articles / f"added-{number}.txt").write_text(copied.replace("the", f"the {number}th"), encoding="utf-8")
    return _time(command)


def _output(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _peak_mb(command: list[str]) -> float:
    """Return the peak resident memory of a command, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss / 1000
