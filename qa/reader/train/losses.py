"""Loss functions."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812 (the conventional name)
from torch import Tensor

from qa.reader.train.batches import Batch
from qa.reader.train.claims import ClaimBatch
from qa.reader.train.network import NEVER, Outputs
from qa.reader.train.tokenised import Kind

YES_NO_WEIGHT = 2.0
"""Weight of the yes/no loss, averaged over the whole batch, since such questions are rare."""
HARD_SHARE = 0.5
"""Share of the labels in the loss of a claim; the rest comes from the teacher's outputs."""


def hard_loss(outputs: Outputs, batch: Batch, with_misses: bool) -> Tensor:
    """Return the cross entropy with human answers; ``with_misses``: near misses count as unanswered."""
    used = batch.expects_span
    if not with_misses:
        used = used & (batch.kind != Kind.MISS)
    scores = outputs.scores.masked_fill(~batch.allowed[:, None], NEVER)
    losses = F.cross_entropy(scores.flatten(0, 1), batch.answer.flatten(), reduction="none").view(-1, 2).mean(1)
    loss = _mean(losses, used)
    answers_no = (batch.kind == Kind.NO).long()
    yes_no = F.cross_entropy(outputs.yes_no, answers_no, reduction="none") * ~batch.expects_span
    return loss + YES_NO_WEIGHT * yes_no.mean()


def soft_loss(outputs: Outputs, targets: Outputs, batch: Batch) -> Tensor:
    """Return the divergence from a teacher's outputs: distillation (Hinton et al. 2015, arXiv 1503.02531)."""
    scores, target_scores = (output.scores.masked_fill(~batch.allowed[:, None], NEVER) for output in (outputs, targets))
    loss = _mean(_divergence(scores, target_scores).mean(1), batch.expects_span)
    yes_no = _divergence(outputs.yes_no, targets.yes_no) * ~batch.expects_span
    return loss + YES_NO_WEIGHT * yes_no.mean()


def hidden_loss(outputs: Outputs, targets: Outputs, batch: Batch) -> Tensor:
    """Return one minus the cosine to the teacher's hidden states (Sanh et al. 2019, arXiv 1910.01108, section 3)."""
    gap = 1 - F.cosine_similarity(outputs.hidden.float(), targets.hidden.float(), dim=-1)
    return _mean(gap, ~batch.pad)


def together_loss(scores: Tensor, batch: Batch, passages: int) -> Tensor:
    """Return the cross entropy of the correct span among the spans of all passages of its question.

    Scores are comparable across passages only if trained to be, so they are normalised together (Clark and Gardner
    2018, arXiv 1710.10723, section 3.3). The quantity compared is the one that ranks passages: the score of a span
    minus that of "no answer here" in its passage. One additional class with score 0 means that no passage answers.

    Args:
        scores: start and end scores; shape (questions * passages, 2, tokens).
        batch: the windows, with those of each question adjacent.
        passages: windows per question.
    """
    odds = (scores - scores[:, :, :1]).masked_fill(~batch.text[:, None], NEVER)
    tokens = odds.shape[-1]
    odds = odds.view(-1, passages, 2, tokens).transpose(1, 2).flatten(2)
    none = torch.zeros_like(odds[:, :, :1])
    before = torch.arange(passages, device=scores.device)[:, None] * tokens + 1
    answers = batch.answer.view(-1, passages, 2)
    # At most one passage of a question has an answer, so the sum is its position among all tokens.
    targets = torch.where(answers > 0, answers + before, 0).sum(1)
    return F.cross_entropy(torch.cat([none, odds], -1).flatten(0, 1), targets.flatten())


def claim_loss(outputs: Outputs, batch: ClaimBatch, targets: Outputs | None = None) -> Tensor:
    """Return the cross entropy of ``support`` with the labels, mixed with a teacher's outputs if given."""
    loss = F.cross_entropy(outputs.support, batch.label)
    if targets is None:
        return loss
    return HARD_SHARE * loss + (1 - HARD_SHARE) * _divergence(outputs.support, targets.support).mean()


def _divergence(scores: Tensor, target_scores: Tensor) -> Tensor:
    """Return the Kullback-Leibler divergence along the last axis."""
    ours, theirs = F.log_softmax(scores, -1), F.log_softmax(target_scores, -1)
    return (theirs.exp() * (theirs - ours)).sum(-1)


def _mean(values: Tensor, used: Tensor) -> Tensor:
    """Return the mean of the used values; 0 if there are none."""
    return (values * used).sum() / used.sum().clamp(min=1)
