"""Conversion between probabilities and log odds, and logistic regression."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_MARGIN = 1e-9
"""Probabilities are clipped to this distance from 0 and 1; closer ones carry no more information."""


def logistic(log_odds: float) -> float:
    """Convert log odds to a probability."""
    return 1.0 / (1.0 + math.exp(-log_odds))


def log_odds(probability: float) -> float:
    """Convert a probability to log odds, finite even for 0 and 1."""
    clipped = min(max(probability, _MARGIN), 1.0 - _MARGIN)
    return math.log(clipped / (1.0 - clipped))


def limited(value: float, limit: float) -> float:
    """Return ``value``, or ``limit`` with its sign if it is farther from 0."""
    return min(max(value, -limit), limit)


@dataclass(frozen=True, slots=True)
class LogisticModel:
    """A logistic regression."""

    weights: tuple[float, ...]
    """The weight of each feature."""
    bias: float
    """The log odds if all features are 0."""

    def log_odds(self, features: Sequence[float]) -> float:
        """Return the log odds for ``features``, in the order of the weights."""
        return self.bias + sum(weight * value for weight, value in zip(self.weights, features, strict=True))
