"""Attacks by size: endless questions, and the largest articles of every make; time and memory stay bounded."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import qa
from qa.corpus import MAX_BYTES
from qa.errors import ExitCode
from qa.models.embedding import Embedder, Vectors
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.torture.attacks import Attempt
from tests.torture.texts import KINDS

_PROJECT = Path(__file__).parent.parent.parent
_MOST_MB_OF_QUESTION = 400
_MOST_SECONDS_OF_QUESTION = 2.0
"""CPU time: other processes may take the machine meanwhile."""
_MOST_MB_OF_ARTICLE = 1_000
_TIMES_PROSE = 3
"""How many times as long as prose an article of the same size may take, apart from embedding."""
_USUAL_MAKES = (
    "Chinese",
    "Chinese without stops",
    "Japanese",
    "Thai",
    "base64",
    "JSON",
    "prose in one line",
    "open quotes",
    "fullwidth",
    "quotes",
    "digits",
    "short lines",
    "table rows",
    "accents",
    "nested list",
)
"""Kinds of text that come first; all others follow."""


def sizes(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Ask endless questions, then index articles of the greatest size, each of another make, plain and as Markdown."""
    questions = {"1 GB": "head -c 1000000000 /dev/zero", "endless text": "yes", "endless zeros": "cat /dev/zero"}
    commands = [(kind, source, command) for kind, source in questions.items() for command in ("ask", "search")]
    for kind, source, command in commands[:attempts]:
        yield Attempt(f"{kind} on the standard input of qa {command}", _problem_with_question(source, command, folder))
    makes = [*_USUAL_MAKES, *(kind for kind in KINDS if kind not in (*_USUAL_MAKES, "prose"))]
    articles = [(make, suffix) for make in makes for suffix in (".txt", ".md")][: max(0, attempts - len(commands))]
    usual = {suffix: _indexed("prose", suffix, folder) for suffix in {suffix for _, suffix in articles}}
    for make, suffix in articles:
        outcome = _indexed(make, suffix, folder)
        yield Attempt(f"{MAX_BYTES:,} bytes of {make} as {suffix}: {outcome}", _problem_with(outcome, usual[suffix]))


def _problem_with_question(source: str, command: str, folder: Path) -> str | None:
    folders = ["--corpus", str(_PROJECT / "seeds"), "--index", str(folder / "index")]
    outcome = _run(["sh", "-c", f'{source} | "$@"', "sh", sys.executable, "-m", "qa", command, "-", *folders])
    if outcome["code"] != ExitCode.USAGE or "longer than" not in outcome["err"]:
        return f"exit {outcome['code']}: {outcome['err'][-200:]}"
    if outcome["mb"] > _MOST_MB_OF_QUESTION or outcome["seconds"] > _MOST_SECONDS_OF_QUESTION:
        return f"{outcome['mb']:.0f} MB, {outcome['seconds']:.1f} s"
    return None


def _indexed(make: str, suffix: str, folder: Path) -> dict[str, Any]:
    return _run([sys.executable, "-m", "tests.torture.sizes", make, suffix, str(folder / f"{make}{suffix}")])


def _problem_with(outcome: dict[str, Any], usual: dict[str, Any]) -> str | None:
    if outcome["code"] not in (0, ExitCode.NO_INDEX):
        return f"exit {outcome['code']}: {outcome['err'][-200:]}"
    if outcome["mb"] > _MOST_MB_OF_ARTICLE:
        return f"{outcome['mb']:.0f} MB"
    if outcome["seconds"] > _TIMES_PROSE * usual["seconds"]:
        return f"{outcome['seconds']:.1f} s of CPU time, prose {usual['seconds']:.1f} s"
    return None


def _run(command: Sequence[str]) -> dict[str, Any]:
    """Run a command in a process of its own, and return its exit code, error output, CPU time and peak memory."""
    code = (
        "import json, resource, subprocess, sys\n"
        "ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)\n"
        "used = resource.getrusage(resource.RUSAGE_CHILDREN)\n"
        "print(json.dumps({'code': ended.returncode, 'err': ended.stderr[-500:], 'mb': used.ru_maxrss / 1000,"
        " 'seconds': round(used.ru_utime + used.ru_stime, 1)}))"
    )
    watched = [sys.executable, "-c", code, *command]
    outcome: dict[str, Any] = json.loads(subprocess.check_output(watched, cwd=_PROJECT, text=True))
    return outcome


class QuickEmbedder(Embedder):
    """The real model in memory, which embeds one text of each batch, and invents the vectors of the others."""

    def embed(self, texts: Sequence[str], on_embedded: Any = lambda _: None) -> Vectors:
        """Return one unit vector for each text."""
        super().embed(texts[:1])
        vectors = np.random.default_rng(1).standard_normal((len(texts), self.card.dimension))
        on_embedded(len(texts))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def index_article(make: str, suffix: str, folder: Path) -> None:
    """Write one article of the greatest size, and index it."""
    unit = KINDS[make].encode("utf-8", "replace")
    (folder / "articles").mkdir(parents=True)
    (folder / "articles" / f"a{suffix}").write_bytes(unit * (MAX_BYTES // len(unit)))
    with qa.Assistant(qa.load_settings(corpus=folder / "articles", index=folder / "index")) as assistant:
        assistant._embedder = QuickEmbedder(DEFAULT_MODEL, cache_folder())
        assistant.refresh()


if __name__ == "__main__":
    try:
        index_article(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
    except qa.QAError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
