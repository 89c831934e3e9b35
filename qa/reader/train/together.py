"""Batches with several passages per question: the one that answers, and near misses that mislead the reader."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qa.reader.train.batches import Batch, Examples
from qa.reader.train.network import ReaderNetwork
from qa.reader.train.spans import best_spans
from qa.reader.train.stages import judge
from qa.reader.train.tokenised import Ints, Kind
from qa.reader.train.windows import draw

PASSAGES = 4
"""Windows per question: the one that answers and three near misses."""
USUAL_TOKENS = 256
"""Typical length in tokens of the longest window of a question."""
TEMPERATURE = 2.0
"""Near misses are drawn in proportion to exp(score / TEMPERATURE); the top scores alone would often belong to passages
that do answer, in other words."""


def batches_together(
    examples: Examples, reader: ReaderNetwork, rng: np.random.Generator, tokens: int
) -> Iterator[tuple[Batch, int]]:
    """Yield batches of about ``tokens`` tokens without end, with their number of windows per question.

    Near misses chosen by the reader itself are harder than those of a search (Xiong et al. 2021, arXiv 2007.00808):
    ``reader``, while in training, scores all near misses of the questions in a batch, and those with higher-scoring
    spans are more likely to be drawn. Yields nothing if no question has enough near misses.
    """
    misses = examples.misses[examples.rows]
    has_enough = (misses >= 0).sum(1) >= PASSAGES - 1
    rows = examples.rows[has_enough & (examples.split.examples[examples.rows, 1] == Kind.SPAN)]
    size = max(1, tokens // (PASSAGES * USUAL_TOKENS))
    while len(rows):
        order = rng.permutation(rows)
        for start in range(0, len(order), size):
            yield _together(examples, reader, order[start : start + size], rng), PASSAGES


def _together(examples: Examples, reader: ReaderNetwork, rows: Ints, rng: np.random.Generator) -> Batch:
    misses = examples.misses[rows].astype(np.int64)
    candidates = misses.shape[1]
    answering = draw(examples.split, rows, rng)
    near = draw(examples.split, np.repeat(rows, candidates), rng, np.maximum(misses, 0).ravel())
    batch = examples.batch(near)
    odds = best_spans(judge(reader, batch).scores, batch.text).odds.cpu().numpy().reshape(misses.shape)
    picks = _drawn(np.where(misses >= 0, odds, -np.inf), rng)
    drawn = np.arange(len(rows))[:, None] * candidates + picks
    order = np.concatenate([np.arange(len(rows))[:, None], len(rows) + drawn], 1).ravel()
    return examples.batch(answering.followed_by(near).take(order))


def _drawn(scores: NDArray[np.float32], rng: np.random.Generator) -> Ints:
    """Sample near misses by score, without replacement; shape (questions, PASSAGES - 1).

    Uses the Gumbel top-k trick (Kool et al. 2019, arXiv 1903.06059, section 2.3).
    """
    noisy = scores / TEMPERATURE + rng.gumbel(size=scores.shape)
    return np.argsort(-noisy, axis=1, kind="stable")[:, : PASSAGES - 1]
