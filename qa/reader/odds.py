"""Probabilities as log odds, and back."""

from __future__ import annotations

import math

_SURE = 1e-9
"""How close to 0 or 1 a probability may come: beyond, its odds say no more."""


def logistic(log_odds: float) -> float:
    """Return log odds as a probability."""
    return 1.0 / (1.0 + math.exp(-log_odds))


def log_odds(probability: float) -> float:
    """Return a probability as log odds, finite also for 0 and 1."""
    kept = min(max(probability, _SURE), 1.0 - _SURE)
    return math.log(kept / (1.0 - kept))
