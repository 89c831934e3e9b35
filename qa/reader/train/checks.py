"""Claims that check an answer: question and phrase form the claim, the text around the phrase is the evidence.

Correct phrases are labelled supported. Labelled not stated are the phrases that a reader prefers in passages that do
not answer, and likely but wrong phrases beside the correct one: the mistakes that the reader actually makes.
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
"""Maximum number of checks made from one batch."""
RIGHT_SHARE = 0.55
"""Share of answerable windows whose correct phrase is checked; in the others, a wrong phrase is."""
LONGEST_PHRASE = 13
"""Maximum tokens in a wrong phrase."""
LONGEST_CLAIMED = 40
"""Maximum tokens of a phrase in a claim; the rest is cut."""
MARGIN = 2
"""Tokens on either side of the correct phrase that no wrong one may touch, since it would be correct too."""
FLATNESS = 2.5
"""Divisor of the scores when a wrong phrase is drawn beside the correct one: the top phrase often overlaps it."""


def draw_checks(batch: Batch, scores: Tensor, rng: np.random.Generator, most: int = MOST) -> ClaimBatch | None:
    """Return checks of phrases in ``batch``; None if it contains only yes/no questions.

    Args:
        batch: the windows.
        scores: a reader's scores of them, from which wrong phrases are drawn; shape (windows, 2, tokens).
        rng: selects windows, and which of them check their correct phrase.
        most: maximum number of checks.
    """
    # An answerable question is usable only if its window contains the answer; others always have a top phrase.
    usable = batch.expects_span & ((batch.kind != Kind.SPAN) | (batch.answer[:, 1] > 0))
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
    """Return the first and last token of a wrong phrase, shape (windows, 2), and whether there is one."""
    positions = torch.arange(text.shape[1], device=text.device)[None]
    near = (positions >= answer[:, :1] - MARGIN) & (positions <= answer[:, 1:] + MARGIN) & answered[:, None]
    possible = text & ~near
    starts = torch.where(answered[:, None], scores[:, 0] / FLATNESS, scores[:, 0]).masked_fill(~possible, NEVER)
    first = torch.distributions.Categorical(logits=starts).sample()[:, None]  # type: ignore[no-untyped-call]
    # The phrase is entirely before or after the correct one.
    gap = near.float().cumsum(1)
    same_side = gap == gap.gather(1, first)
    ends = possible & same_side & (positions >= first) & (positions < first + LONGEST_PHRASE)
    last = scores[:, 1].masked_fill(~ends, NEVER).argmax(1, keepdim=True)
    return torch.cat([first, torch.maximum(first, last)], 1), possible.any(1)


def _as_claims(batch: Batch, rows: Tensor, phrases: Tensor, right: Tensor) -> ClaimBatch:
    """Make a claim of each phrase and the question of its window.

    Args:
        batch: the windows.
        rows: windows to use; shape (claims,).
        phrases: first and last token of each phrase; shape (claims, 2).
        right: whether the phrase answers; shape (claims,).
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
