"""Token-level evaluation of a reader on held-out questions and claims."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812 (the conventional name)
from numpy.typing import NDArray
from scipy.stats import rankdata

from qa.reader.train.checks import draw_checks
from qa.reader.train.claims import SUPPORTED
from qa.reader.train.network import ReaderNetwork
from qa.reader.train.spans import best_spans
from qa.reader.train.stages import Material, judge
from qa.reader.train.tokenised import Ints, Kind

AT_ONCE = 64
"""Inputs per batch."""
SEED = 4
"""Seed for drawing the checks, so that all readers are measured on the same ones."""


def measure(reader: ReaderNetwork, material: Material) -> dict[str, float]:
    """Return the reader's figures.

    Returns:
        ``EM`` and ``F1`` of its best spans in paragraphs that answer; ``AUC``, how well the odds of its best span
        separate these from paragraphs that do not; ``claims``, its accuracy on the held-out claims.
    """
    examples = material.measured
    matches: list[tuple[float, float]] = []
    odds: list[float] = []
    answered: list[bool] = []
    for windows, batch in examples.paragraphs(AT_ONCE):
        spans = best_spans(judge(reader, batch).scores, batch.text)
        odds += spans.odds.tolist()
        answered += (windows.kind == Kind.SPAN).tolist()
        shift = windows.offset - batch.text_start.cpu().numpy()
        firsts, lasts = spans.first.cpu().numpy() + shift, spans.last.cpu().numpy() + shift
        for row, kind, first, last in zip(windows.example, windows.kind, firsts, lasts, strict=True):
            if kind == Kind.SPAN:
                _, _, begin, count = examples.split.examples[row]
                matches.append(_match(examples.split.answers[begin : begin + count], first, last))
    correct = [
        is_correct
        for claims in material.claims.held_out(AT_ONCE)
        for is_correct in (judge(reader, claims).support.argmax(1) == claims.label).tolist()
    ]
    exact, overlap = np.mean(matches, 0) if matches else (np.nan, np.nan)
    return {
        "EM": round(float(exact), 4),
        "F1": round(float(overlap), 4),
        "AUC": round(area_under_curve(np.array(odds), np.array(answered, bool)), 4),
        "claims": round(float(np.mean(correct)), 4),
    }


def measure_checks(reader: ReaderNetwork, rival: ReaderNetwork, material: Material) -> float:
    """Return the area under the curve of ``support``, between correct phrases and wrong ones that ``rival`` prefers."""
    rng = np.random.default_rng(SEED)
    supported: list[float] = []
    correct: list[bool] = []
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        for _, batch in material.measured.paragraphs(AT_ONCE):
            checks = draw_checks(batch, judge(rival, batch).scores, rng)
            if checks:
                supported += F.softmax(judge(reader, checks).support, -1)[:, SUPPORTED].tolist()
                correct += (checks.label == SUPPORTED).tolist()
    return round(area_under_curve(np.array(supported), np.array(correct, bool)), 4)


def area_under_curve(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> float:
    """Return the share of pairs of a positive and a negative in which the positive has the higher score."""
    positives, negatives = int(positive.sum()), int((~positive).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(scores)[positive].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def _match(answers: Ints, first: int, last: int) -> tuple[float, float]:
    """Return whether the tokens equal an answer, and their largest overlap (F1) with one."""
    common = np.minimum(answers[:, 1], last) - np.maximum(answers[:, 0], first) + 1
    lengths = answers[:, 1] - answers[:, 0] + 1 + last - first + 1
    overlap = float((2 * common.clip(min=0) / lengths).max())
    return float(overlap == 1.0), overlap
