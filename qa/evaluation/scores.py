"""How well one answer agrees with the known ones, and how well stated confidence agrees with being right."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Sequence

_ARTICLE = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)

BINS = 10
"""Of equal width, for the calibration error."""


def normalised(text: str) -> str:
    """Return ``text`` lower case, without punctuation, articles and double spaces, as SQuAD compares answers."""
    return " ".join(_ARTICLE.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(said: str, known: Iterable[str]) -> float:
    """Return 1.0 if ``said`` is one of the ``known`` answers, else 0.0 (Rajpurkar et al. 2016, arXiv 1606.05250)."""
    return float(any(normalised(said) == normalised(one) for one in known))


def f1(said: str, known: Iterable[str]) -> float:
    """Return the largest F1 of the words of ``said`` with those of a ``known`` answer, 0 to 1 (SQuAD's)."""
    return max((_f1(normalised(said).split(), normalised(one).split()) for one in known), default=0.0)


def contains(text: str, known: Iterable[str]) -> bool:
    """Whether any ``known`` answer stands in ``text``, both normalised, at word boundaries."""
    padded = f" {normalised(text)} "
    return any(f" {normalised(one)} " in padded for one in known if normalised(one))


def calibration_error(stated: Sequence[float], right: Sequence[bool]) -> float:
    """Return the expected calibration error, 0 to 1: |stated - right|, averaged over bins of stated probability.

    After Naeini et al. 2015 (AAAI, "Obtaining well calibrated probabilities using Bayesian binning").
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for probability, was_right in zip(stated, right, strict=True):
        bins.setdefault(min(int(probability * BINS), BINS - 1), []).append((probability, was_right))
    gaps = (abs(sum(probability - was_right for probability, was_right in group)) for group in bins.values())
    return sum(gaps) / max(len(stated), 1)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below or at which ``share`` of ``values`` lie; 0 without any."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _f1(said: list[str], known: list[str]) -> float:
    if not said or not known:
        return float(said == known)
    common = sum((Counter(said) & Counter(known)).values())
    return 2 * common / (len(said) + len(known))
