"""Fit the confidence of each kind of answer, on everyday questions."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from qa.answering.nearest import CAVEAT as CAVEAT_TEXT
from qa.questions.requests import parse_request
from qa.questions.types import QuestionType
from qa.reader.calibration import ANSWER_KINDS, CAVEAT
from qa.reader.odds import log_odds
from tests.benchmarks.cases import is_fitted_to

SLOPE_PRIOR, BIAS_PRIOR = 6.0, 0.6
"""How strongly slopes are drawn to 1 and biases to 0: a few answers of a kind are little evidence."""
SUREST = 0.98
"""Limit of the probability that an answer is based on; higher ones were no more often right."""

Lines = dict[str, dict[str, float]]


def fit_confidence(data: Path, work: Path, before: Lines) -> Lines:
    """Answer the everyday questions, and return slope and bias of the log odds for each kind of answer.

    The script of the data set answers and judges them; only the half that is fitted to is used. ``before`` is the
    calibration in effect when they are answered. That of facts stays, because ``answer`` is fitted to them directly.
    """
    answers = work / "everyday-answers.jsonl"
    script = [sys.executable, str(data / "everyday" / "score.py"), "--out", str(answers)]
    subprocess.run(script, check=True)
    judged: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for line in answers.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if is_fitted_to(row) and row["answer"]["answered"]:
            kind = _kind(row)
            predicted = (log_odds(row["answer"]["confidence"]) - before[kind]["bias"]) / before[kind]["slope"]
            judged[kind].append((min(predicted, log_odds(SUREST)), row["verdict"] == "right"))
    unchanged = {kind: before[kind] for kind in ANSWER_KINDS if kind == QuestionType.FACT.value or not judged[kind]}
    return unchanged | {kind: _line(outcomes) for kind, outcomes in judged.items() if kind not in unchanged}


def _kind(row: dict[str, dict[str, str]]) -> str:
    answer = row["answer"]
    if CAVEAT_TEXT in answer["text"]:
        return CAVEAT
    return parse_request(answer["standing"] or str(row["question"])).type.value


def _line(outcomes: list[tuple[float, bool]]) -> dict[str, float]:
    """Return the most likely slope and bias, regularised."""
    predicted, right = (np.array(column, float) for column in zip(*outcomes, strict=True))

    def surprise(line: np.ndarray) -> float:
        odds = line[0] * predicted + line[1]
        prior = SLOPE_PRIOR * (line[0] - 1.0) ** 2 / 2 + BIAS_PRIOR * line[1] ** 2 / 2
        return float(np.logaddexp(0.0, np.where(right, -odds, odds)).sum() + prior)

    best = minimize(surprise, np.array([1.0, 0.0]), bounds=[(0.05, 2.0), (-4.0, 4.0)])
    return {"slope": round(float(best.x[0]), 3), "bias": round(float(best.x[1]), 3)}
