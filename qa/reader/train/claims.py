"""Claims with evidence as inputs of the network, used to train the output ``support``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from qa.reader.train.tokenised import CLS, PAD, SEP, ClaimPairs, Ints
from qa.reader.train.windows import ROUND

HELD_OUT = 0.07
"""Share of the claims used only for evaluation."""
SUPPORTED, NOT_STATED = 0, 2
"""Two of the outputs of ``support``; 1 is "refuted"."""


@dataclass(frozen=True)
class ClaimBatch:
    """Inputs ``[CLS] claim [SEP] evidence [SEP]``, padded to one length."""

    ids: Tensor
    """Token ids; shape (claims, tokens)."""
    pad: Tensor
    """Whether a token is padding; shape (claims, tokens)."""
    label: Tensor
    """The correct output of ``support``; shape (claims,)."""


def claim_batch(claims: Sequence[Ints], evidence: Sequence[Ints], labels: Ints, device: torch.device) -> ClaimBatch:
    """Join claims, each of shape (tokens,), with their evidence."""
    rows = [np.concatenate([[CLS], claim, [SEP], text, [SEP]]) for claim, text in zip(claims, evidence, strict=True)]
    ids = np.full((len(rows), -(-max(map(len, rows)) // ROUND) * ROUND), PAD, np.int64)
    pad = np.ones(ids.shape, bool)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = row
        pad[number, : len(row)] = False
    parts = (torch.from_numpy(array).to(device) for array in (ids, pad, labels))
    return ClaimBatch(*parts)


class ClaimExamples:
    """The claims, some of them held out for evaluation.

    Args:
        pairs: all claims.
        device: where batches are assembled.
        most: maximum number of held-out claims to evaluate on. None: all.
    """

    def __init__(self, pairs: ClaimPairs, device: torch.device, most: int | None = None) -> None:
        self._pairs = pairs
        self._device = device
        count = len(pairs.pairs)
        held_out = max(1, round(count * HELD_OUT))
        self._train = np.arange(count - held_out)
        self._held_out = np.arange(count - held_out, count)[:most]

    def draw(self, count: int, rng: np.random.Generator) -> ClaimBatch:
        """Return ``count`` claims to train on."""
        return self._batch(rng.choice(self._train, count))

    def held_out(self, size: int) -> Iterator[ClaimBatch]:
        """Yield the held-out claims, ``size`` at a time."""
        for start in range(0, len(self._held_out), size):
            yield self._batch(self._held_out[start : start + size])

    def _batch(self, rows: Ints) -> ClaimBatch:
        claim, evidence, labels = self._pairs.pairs[rows].T
        texts = self._pairs.texts
        return claim_batch(
            [texts[number] for number in claim],
            [texts[number] for number in evidence],
            np.ascontiguousarray(labels),
            self._device,
        )
