"""News: MultiHop-RAG's questions with and without an answer, and RGB's with and without the answering documents."""

from __future__ import annotations

import shutil
from pathlib import Path

import qa
from qa.evaluation import KnownQuestion, evaluate
from tests.benchmarks.data import Row, open_folder, read_rows, sample
from tests.benchmarks.figures import Figure, share
from tests.benchmarks.refusal import unknown

INFERENCE_QUESTIONS = 300


def run(data: Path, work: Path) -> list[Figure]:
    """Ask all unanswerable questions, and some of the answerable ones."""
    return [*_multihop(data, work), *_rgb(data, work)]


def _multihop(data: Path, work: Path) -> list[Figure]:
    rows = read_rows(data / "multihop" / "queries_dev.jsonl")
    null = [unknown(row["query"]) for row in rows if row["question_type"] == "null_query"]
    inference = sample([row for row in rows if row["question_type"] == "inference_query"], INFERENCE_QUESTIONS)
    with open_folder("multihop", data, work) as assistant:
        figures = evaluate(assistant, [*null, *map(_known, inference)]).figures()
    return [
        Figure(
            "MultiHop-RAG: null queries refused / inference queries refused / answered in what is shown",
            " / ".join(share(figures[name] or 0) for name in ("refusal_recall", "false_refusals", "answer_shown")),
            ".6 / at most .2 / -",
        ),
    ]


def _known(row: Row) -> KnownQuestion:
    files = frozenset(evidence["file"] for evidence in row["evidence"])
    return KnownQuestion(row["query"], (row["answer"],), files, True)


def _rgb(data: Path, work: Path) -> list[Figure]:
    rows = read_rows(data / "rgb" / "questions_dev.jsonl")
    safe = [unknown(row["query"]) for row in rows if row["answer_string_anywhere_in_noise"] == 0]
    with qa.open(corpus=data / "rgb" / "docs_noise", index=work / "rgb-noise") as assistant:
        noise = evaluate(assistant, safe).figures()
    with _open_all(data, work) as assistant:
        answered = evaluate(assistant, [_alternatives(row) for row in rows]).figures()
    return [
        Figure(
            "RGB: refused with noise alone / with the answer there refused / answered in what is shown",
            " / ".join(
                share(value or 0)
                for value in (noise["refusal_recall"], answered["false_refusals"], answered["answer_shown"])
            ),
            ".6 / at most .2 / -",
        ),
    ]


def _open_all(data: Path, work: Path) -> qa.Assistant:
    folder = work / "rgb-all"
    for part in ("docs_noise", "docs_positive"):
        shutil.copytree(data / "rgb" / part, folder, dirs_exist_ok=True)
    return qa.open(corpus=folder, index=work / "rgb-all-index")


def _alternatives(row: Row) -> KnownQuestion:
    answers = [answer for group in row["answer"] for answer in (group if isinstance(group, list) else [group])]
    return KnownQuestion(row["query"], tuple(answers), frozenset(row["positive"]), True)
