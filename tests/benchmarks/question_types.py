"""By how much answers of each form are right less often than their best phrase, on everyday questions."""

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
"""Answers that a form is taken to have given already, right as often as stated: few of a form say little."""
_STEP = 0.05


def fit_question_types(data: Path, work: Path, before: dict[str, float]) -> dict[str, float]:
    """Ask the everyday questions and return for each form what to add to the log odds of its answers.

    The set's own script asks and judges; only the half that is fitted to counts. ``before`` is what was added when
    they were asked. A phrase gets nothing: ``answer`` is fitted to just that.
    """
    answers = work / "everyday-answers.jsonl"
    script = [sys.executable, str(data / "everyday" / "score.py"), "--out", str(answers)]
    subprocess.run(script, check=True)
    judged: dict[str, list[tuple[float, bool]]] = {each.value: [] for each in QuestionType}
    for line in answers.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if is_fitted_to(row) and row["answer"]["answered"]:
            asked = parse_question(row["answer"]["standing"] or row["question"], lambda _: 1, 1)
            form = asked.type.value
            stated = log_odds(row["answer"]["confidence"]) - before.get(form, 0.0)
            judged[form].append((stated, row["verdict"] == "right"))
    return {form: round(_shift(judged[form]), 2) if form != QuestionType.FACT.value else 0.0 for form in judged}


def _shift(outcomes: list[tuple[float, bool]]) -> float:
    """Return the shift of log odds under which as many are right as is said, ``PRIOR`` holding it at 0."""

    def surprise(shift: float) -> float:
        likely = sum(math.log(logistic(stated + shift if right else -stated - shift)) for stated, right in outcomes)
        return PRIOR * shift * shift / 8 - likely

    return min((step * _STEP for step in range(-100, 61)), key=surprise)
