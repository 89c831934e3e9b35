"""Several passages of one question at once: its own, and near misses that the reader falls for."""

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
"""Windows of a question: its own and three near misses."""
USUAL_TOKENS = 256
"""Tokens of the longest window among those of a question."""
TEMPERATURE = 2.0
"""Near misses are drawn in proportion to exp(score / TEMPERATURE): always the highest would be those that answer
in other words."""


def batches_together(
    examples: Examples, reader: ReaderNetwork, rng: np.random.Generator, tokens: int
) -> Iterator[tuple[Batch, int]]:
    """Yield batches of about ``tokens`` tokens without end, and how many windows of each question they hold.

    Near misses that the reader itself finds teach more than those of a search (Xiong et al. 2021, arXiv 2007.00808):
    ``reader``, while it is being trained, scores all near misses of a batch's questions, and the higher its best span
    the likelier a near miss is taken. Nothing is yielded if no question has enough near misses.
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
    own = draw(examples.split, rows, rng)
    near = draw(examples.split, np.repeat(rows, candidates), rng, np.maximum(misses, 0).ravel())
    batch = examples.batch(near)
    odds = best_spans(judge(reader, batch).scores, batch.text).odds.cpu().numpy().reshape(misses.shape)
    picked = _drawn(np.where(misses >= 0, odds, -np.inf), rng)
    near_of = np.arange(len(rows))[:, None] * candidates + picked
    order = np.concatenate([np.arange(len(rows))[:, None], len(rows) + near_of], 1).ravel()
    return examples.batch(own.then(near).take(order))


def _drawn(scores: NDArray[np.float32], rng: np.random.Generator) -> Ints:
    """Draw near misses of each question without replacement, shape (questions, PASSAGES - 1), the higher the likelier.

    To add Gumbel noise and take the highest is to draw so (Kool et al. 2019, arXiv 1903.06059, section 2.3).
    """
    noisy = scores / TEMPERATURE + rng.gumbel(size=scores.shape)
    return np.argsort(-noisy, axis=1, kind="stable")[:, : PASSAGES - 1]
