"""Scores of an answer against the known answers, and calibration of the stated confidence."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)

BINS = 10
"""Number of bins of equal width for the calibration error."""


def normalised(text: str) -> str:
    """Return ``text`` in lower case without punctuation, articles and extra spaces, as SQuAD compares answers."""
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, known: Iterable[str]) -> float:
    """Return 1.0 if ``answer`` is one of the ``known`` ones, else 0.0 (Rajpurkar et al. 2016, arXiv 1606.05250)."""
    return float(any(normalised(answer) == normalised(expected) for expected in known))


def f1(answer: str, known: Iterable[str]) -> float:
    """Return the highest F1 of the words of ``answer`` against any of the ``known`` ones, 0 to 1, as in SQuAD."""
    words = normalised(answer).split()
    return max((_f1(words, normalised(expected).split()) for expected in known), default=0.0)


def contains(text: str, known: Iterable[str]) -> bool:
    """Whether any ``known`` answer occurs in ``text`` as whole words, both normalised."""
    padded = f" {normalised(text)} "
    return any(f" {normalised(expected)} " in padded for expected in known if normalised(expected))


def calibration_error(stated: Sequence[float], right: Sequence[bool]) -> float:
    """Return the expected calibration error, 0 to 1: |confidence - accuracy|, averaged over bins of confidence.

    After Naeini et al. 2015 (AAAI, "Obtaining well calibrated probabilities using Bayesian binning").
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, was_right in zip(stated, right, strict=True):
        bins.setdefault(min(int(probability * BINS), BINS - 1), []).append((probability, was_right))
    gaps = (abs(sum(probability - was_right for probability, was_right in group)) for group in bins.values())
    return sum(gaps) / max(len(stated), 1)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that ``share`` of ``values`` do not exceed, or 0 if there are no values."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _f1(words: list[str], expected: list[str]) -> float:
    if not words or not expected:
        return float(words == expected)
    common = sum((Counter(words) & Counter(expected)).values())
    return 2 * common / (len(words) + len(expected))
