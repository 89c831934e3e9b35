"""Probabilities as log odds, and back; evidence as log odds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SURE = 1e-9
"""How close to 0 or 1 a probability may come: beyond, its odds say no more."""


def logistic(log_odds: float) -> float:
    """Return log odds as a probability."""
    return 1.0 / (1.0 + math.exp(-log_odds))


def log_odds(probability: float) -> float:
    """Return a probability as log odds, finite also for 0 and 1."""
    kept = min(max(probability, _SURE), 1.0 - _SURE)
    return math.log(kept / (1.0 - kept))


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic regression."""

    weights: tuple[float, ...]
    """One for each piece of evidence."""
    bias: float
    """The log odds without any evidence."""

    def log_odds(self, evidence: Sequence[float]) -> float:
        """Return the log odds that ``evidence``, in the order of the weights, speaks for."""
        return self.bias + sum(weight * value for weight, value in zip(self.weights, evidence, strict=True))
