"""ClaimExamples that check an answer: "question phrase" as the claim, what stands around the phrase as the evidence.

Right phrases are supported. Not stated are a reader's own favourites in passages that do not answer, and likely wrong
phrases beside the right one: the mistakes that the reader really makes.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from qa.reader.encoding import CHECKED_AROUND
from qa.reader.train.batches import Batch
from qa.reader.train.claims import NOT_STATED, SUPPORTED, ClaimBatch, claim_batch
from qa.reader.train.network import NEVER
from qa.reader.train.tokenised import SEP, Kind

MOST = 96
"""Checks made of one batch."""
RIGHT_SHARE = 0.55
"""Share of answered windows whose right phrase is checked; of the others a wrong one is."""
LONGEST_PHRASE = 13
"""Tokens of a wrong phrase."""
LONGEST_CLAIMED = 40
"""Tokens of a phrase in a claim; the rest is cut."""
MARGIN = 2
"""Tokens to either side of the right phrase that no wrong one may touch: it would be right too."""
FLATNESS = 2.5
"""Scores are divided by this where a wrong phrase is drawn beside a right one: the favourite is often part of it."""


def draw_checks(batch: Batch, scores: Tensor, rng: np.random.Generator, most: int = MOST) -> ClaimBatch | None:
    """Return checks of phrases in ``batch``; None if it has only questions for yes or no.

    Args:
        batch: windows.
        scores: a reader's scores for them, from which wrong phrases are drawn; shape (windows, 2, tokens).
        rng: draws windows, and which get their right phrase.
        most: checks at most.
    """
    # A question without an answer in its window has a favourite there, one with an answer needs it in the window.
    usable = batch.about_spans & ((batch.kind != Kind.SPAN) | (batch.answer[:, 1] > 0))
    rows = rng.permutation(np.flatnonzero(usable.cpu().numpy()))[:most]
    if not len(rows):
        return None
    picked = torch.from_numpy(rows).to(scores.device)
    answered = batch.kind[picked] == Kind.SPAN
    answer = batch.answer[picked]
    wrong, has_wrong = _draw_wrong(batch.text[picked], scores[picked], answer, answered)
    wants_right = torch.from_numpy(rng.random(len(rows)) < RIGHT_SHARE).to(scores.device)
    right = answered & (wants_right | ~has_wrong)
    return _as_claims(batch, picked, torch.where(right[:, None], answer, wrong), right)


def _draw_wrong(text: Tensor, scores: Tensor, answer: Tensor, answered: Tensor) -> tuple[Tensor, Tensor]:
    """Return first and last token of a phrase that does not answer, shape (windows, 2), and whether there is one."""
    at = torch.arange(text.shape[1], device=text.device)[None]
    near = (at >= answer[:, :1] - MARGIN) & (at <= answer[:, 1:] + MARGIN) & answered[:, None]
    possible = text & ~near
    starts = torch.where(answered[:, None], scores[:, 0] / FLATNESS, scores[:, 0]).masked_fill(~possible, NEVER)
    first = torch.distributions.Categorical(logits=starts).sample()[:, None]  # type: ignore[no-untyped-call]
    # Before the right phrase or after it, never across.
    gap = near.float().cumsum(1)
    same_side = gap == gap.gather(1, first)
    ends = possible & same_side & (at >= first) & (at < first + LONGEST_PHRASE)
    last = scores[:, 1].masked_fill(~ends, NEVER).argmax(1, keepdim=True)
    return torch.cat([first, torch.maximum(first, last)], 1), possible.any(1)


def _as_claims(batch: Batch, rows: Tensor, phrases: Tensor, right: Tensor) -> ClaimBatch:
    """Make a claim of each phrase and of the question in its window.

    Args:
        batch: windows.
        rows: those to use; shape (claims,).
        phrases: first and last token of each phrase; shape (claims, 2).
        right: whether it answers; shape (claims,).
    """
    claims, evidence = [], []
    ids, pad = batch.ids[rows].cpu().numpy(), batch.pad[rows].cpu().numpy()
    starts = batch.text_start[rows].tolist()
    for tokens, padded, start, (first, last) in zip(ids, pad, starts, phrases.tolist(), strict=True):
        end = len(tokens) - int(padded.sum()) - 1
        question = tokens[1 : int(np.flatnonzero(tokens == SEP)[0])]
        claims.append(np.concatenate([question, tokens[first : last + 1][:LONGEST_CLAIMED]]))
        evidence.append(tokens[max(start, first - CHECKED_AROUND) : min(end, last + 1 + CHECKED_AROUND)])
    labels = np.where(right.cpu().numpy(), SUPPORTED, NOT_STATED)
    return claim_batch(claims, evidence, labels.astype(np.int64), batch.ids.device)
