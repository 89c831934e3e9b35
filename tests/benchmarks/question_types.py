"""Fit the corrections of confidence by question type, on everyday questions."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

from qa.questions.terms import parse_question
from qa.questions.types import QuestionType
from qa.reader.odds import log_odds, logistic
from tests.benchmarks.cases import is_fitted_to

PRIOR = 4.0
"""Weight of the prior that no correction is needed, in answers: a few answers of a type are little evidence."""
_STEP = 0.05


def fit_question_types(data: Path, work: Path, before: dict[str, float]) -> dict[str, float]:
    """Answer the everyday questions and return a correction of the log odds of answers to each question type.

    The script of the data set answers and judges them; only the half that is fitted to is used. ``before`` contains
    the corrections in effect when they are answered. Facts have none, because ``answer`` is fitted to them directly.
    """
    answers = work / "everyday-answers.jsonl"
    script = [sys.executable, str(data / "everyday" / "score.py"), "--out", str(answers)]
    subprocess.run(script, check=True)
    judged: dict[str, list[tuple[float, bool]]] = {question_type.value: [] for question_type in QuestionType}
    for line in answers.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if is_fitted_to(row) and row["answer"]["answered"]:
            question = parse_question(row["answer"]["standing"] or row["question"], lambda _: 1, 1)
            kind = question.type.value
            predicted = log_odds(row["answer"]["confidence"]) - before.get(kind, 0.0)
            judged[kind].append((predicted, row["verdict"] == "right"))
    return {kind: round(_shift(judged[kind]), 2) if kind != QuestionType.FACT.value else 0.0 for kind in judged}


def _shift(outcomes: list[tuple[float, bool]]) -> float:
    """Return the most likely shift of the log odds; ``PRIOR`` regularises it towards 0."""

    def surprise(shift: float) -> float:
        likelihood = sum(
            math.log(logistic(predicted + shift if right else -predicted - shift)) for predicted, right in outcomes
        )
        return PRIOR * shift * shift / 8 - likelihood

    return min((step * _STEP for step in range(-100, 61)), key=surprise)
