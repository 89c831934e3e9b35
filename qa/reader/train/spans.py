"""The best span of each window."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from qa.reader.train.network import NEVER

LONGEST_ANSWER = 30
"""Maximum tokens in a span."""


class BestSpans(NamedTuple):
    """One span per window; each field has shape (windows,)."""

    odds: Tensor
    """Score of the span minus that of "no answer here"."""
    first: Tensor
    """Its first token in the input."""
    last: Tensor
    """Its last token in the input."""


def best_spans(scores: Tensor, text: Tensor) -> BestSpans:
    """Return the spans with the highest sum of start and end score.

    Args:
        scores: start and end scores; shape (windows, 2, tokens).
        text: which tokens a span may contain; shape (windows, tokens).
    """
    starts, ends = scores.masked_fill(~text[:, None], NEVER).unbind(1)
    tokens = text.shape[1]
    ones = torch.ones(tokens, tokens, dtype=torch.bool, device=text.device)
    possible = ones.triu() & ~ones.triu(LONGEST_ANSWER)
    sums = (starts[:, :, None] + ends[:, None]).masked_fill(~possible, 2 * NEVER)
    best, index = sums.flatten(1).max(1)
    return BestSpans(best - scores[:, :, 0].sum(1), index // tokens, index % tokens)
