"""Whether an answer shows both values where two articles state a fact differently, and no contradiction elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import qa
from tests.benchmarks.changed_articles import KINDS, Pair, make_pairs
from tests.benchmarks.data import read_rows
from tests.benchmarks.figures import Figure, share

PAIRS = 100
"""Number of pairs that differ, and of pairs that agree."""
SEED = 8
"""Which facts and other values are drawn; 7 was developed with."""


def run(data: Path, work: Path) -> list[Figure]:
    """Ask the question of each pair of a folder that has all of them, among other articles."""
    differing, agreeing = make_pairs(data, PAIRS, SEED)
    with open_pairs(differing, agreeing, data, work) as assistant:
        shown = [values_shown(assistant.ask(pair.question), pair, number) for number, pair in enumerate(differing)]
        wrong = [bool(assistant.ask(pair.question).disagreement) for pair in agreeing]
    kinds = (f"{kind} {_of_answered(of_kind(shown, differing, kind))}" for kind in KINDS)
    return [
        Figure(
            f"{PAIRS} facts that two articles state differently: both values shown, of those answered / of all",
            f"{_of_answered(shown)} / {share(shown.count(2) / PAIRS)}",
            "at least .90 / -",
            ", ".join(kinds),
        ),
        Figure(
            f"{PAIRS} facts that two articles state in other words: no contradiction shown",
            share(wrong.count(False) / PAIRS),
            "at least .95",
        ),
    ]


def open_pairs(differing: Sequence[Pair], agreeing: Sequence[Pair], data: Path, work: Path) -> qa.Assistant:
    """Return an assistant over the articles of all pairs, SQuAD's and RGB's without what the pairs were made of."""
    folder = work / "contradictions"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, pairs in (("differing", differing), ("agreeing", agreeing)):
        for number, pair in enumerate(pairs):
            for file, article in zip(paths(number, name), pair.articles, strict=True):
                (folder / file).write_text(article, encoding="utf-8")
    used = {pair.source for pair in (*differing, *agreeing)}
    for path in sorted((data / "squad" / "articles").iterdir()):
        text = path.read_bytes().decode("utf-8")
        for pair in (*differing, *agreeing):
            text = text.replace(pair.paragraph, "") if pair.source == path else text
        (folder / path.name).write_bytes(text.encode("utf-8"))
    for row in read_rows(data / "rgb" / "questions_dev.jsonl"):
        positive = [data / "rgb" / "docs_positive" / name for name in row["positive"]]
        noise = [data / "rgb" / "docs_noise" / name for name in row["noise"]]
        _copy(noise if used.intersection(positive) else positive + noise, folder)
    return qa.open(corpus=folder, index=work / "contradictions-index")


def paths(number: int, name: str = "differing") -> tuple[str, str]:
    """Return the names of the files of a pair."""
    return f"{name}-{number:03}-first.txt", f"{name}-{number:03}-second.txt"


def values_shown(answer: qa.Answer, pair: Pair, number: int) -> int:
    """Return 2 if both values are shown as different, each quoted from its article, 1 if only one, 0 if not answered.

    It is answered if the short answer has one of them.
    """
    if not any(value.lower() in (answer.short_answer or "").lower() for value in pair.values):
        return 0
    quoted = all(
        any(citation.path == path and value.lower() in citation.text.lower() for citation in answer.citations)
        for path, value in zip(paths(number), pair.values, strict=True)
    )
    return 2 if quoted and answer.disagreement else 1


def of_kind(shown: Iterable[int], pairs: Iterable[Pair], kind: str) -> list[int]:
    """Return the numbers of values shown for the pairs of a kind."""
    return [count for count, pair in zip(shown, pairs, strict=True) if pair.kind == kind]


def _of_answered(shown: Sequence[int]) -> str:
    answered = [count for count in shown if count]
    return f"{share(answered.count(2) / max(len(answered), 1))} of {len(answered)}"


def _copy(files: Iterable[Path], folder: Path) -> None:
    for file in files:
        shutil.copy2(file, folder / file.name)
