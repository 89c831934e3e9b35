"""Continued training: the teacher and the student also learn to check answers and to compare passages."""

from __future__ import annotations

from collections.abc import Iterator

from torch import Tensor

from qa.reader.train.batches import Batch
from qa.reader.train.checks import draw_checks
from qa.reader.train.losses import claim_loss, hard_loss, soft_loss, together_loss
from qa.reader.train.network import ReaderNetwork
from qa.reader.train.stages import HARD_WEIGHT, LAYER_DECAY, Budget, Material, Optimizer, Report, judge, run
from qa.reader.train.together import batches_together

TEACHER_RATE, TEACHER_HEAD_RATE = 1.5e-5, 5e-5
"""Peak learning rates of the teacher's encoder and heads, lower than in the first stage because it is fine-tuned."""
STUDENT_RATE, STUDENT_HEAD_RATE = 1e-4, 2e-4
"""Peak learning rates of the student's encoder and heads."""
LOW_FROM = 0.5
"""Share of the budget after which the student computes in low precision."""
TOGETHER_EVERY = 4
"""One batch in this many contains several passages of each question."""
TOGETHER_WEIGHT = 0.5
"""Weight of the loss over all passages of a question."""
TEACHER_CLAIMS_EVERY, TEACHER_CLAIMS_WEIGHT = 4, 0.7
"""Steps between two batches of claims for the teacher, and the weight of their loss."""
STUDENT_CLAIMS_EVERY = 6
"""Steps between two batches of claims for the student."""
CHECKS_EVERY = 2
"""Steps between two batches of checks for the student; the teacher gets checks in every step."""


def train_teacher_further(teacher: ReaderNetwork, material: Material, seconds: float, report: Report) -> None:
    """Train ``teacher`` to check answers as well: phrases that it prefers itself, and the correct ones."""
    optimizer = Optimizer(teacher, TEACHER_RATE, TEACHER_HEAD_RATE, LAYER_DECAY)
    budget = Budget("teacher", seconds, report)
    batches = _mixed(teacher, material)
    teacher.train()
    for share in budget.shares():
        batch, passages = next(batches)
        outputs = run(teacher, batch)
        loss = hard_loss(outputs, batch, with_misses=True) + _together(outputs.scores, batch, passages)
        budget.add(len(batch), loss)
        checks = draw_checks(batch, outputs.scores.detach(), material.rng)
        if checks:
            loss = loss + claim_loss(run(teacher, checks), checks)
        if budget.step % TEACHER_CLAIMS_EVERY == 0:
            claims = material.draw_claims()
            loss = loss + TEACHER_CLAIMS_WEIGHT * claim_loss(run(teacher, claims), claims)
        optimizer.step(loss, share)
    teacher.eval()


def train_student_further(
    student: ReaderNetwork, teacher: ReaderNetwork, material: Material, seconds: float, report: Report
) -> None:
    """Train ``student`` on spans, claims and checks, with the outputs of ``teacher`` as soft targets."""
    optimizer = Optimizer(student, STUDENT_RATE, STUDENT_HEAD_RATE)
    budget = Budget("student", seconds, report)
    batches = _mixed(student, material)
    student.train()
    for share in budget.shares():
        student.set_low_precision(share > LOW_FROM)
        batch, passages = next(batches)
        targets, outputs = judge(teacher, batch), run(student, batch)
        loss = soft_loss(outputs, targets, batch) + HARD_WEIGHT * hard_loss(outputs, batch, with_misses=False)
        loss = loss + _together(outputs.scores, batch, passages)
        budget.add(len(batch), loss)
        claims = None
        if budget.step % CHECKS_EVERY == 0:
            claims = draw_checks(batch, targets.scores, material.rng)
        elif budget.step % STUDENT_CLAIMS_EVERY == 1:
            claims = material.draw_claims()
        if claims:
            loss = loss + claim_loss(run(student, claims), claims, judge(teacher, claims))
        optimizer.step(loss, share)
    student.set_low_precision(False)
    student.eval()


def _mixed(reader: ReaderNetwork, material: Material) -> Iterator[tuple[Batch, int]]:
    """Yield batches with their passages per question: one in most, several in every ``TOGETHER_EVERY``-th."""
    single = material.batches()
    together = batches_together(material.examples, reader, material.rng, material.tokens)
    while True:
        for _ in range(TOGETHER_EVERY - 1):
            yield next(single), 1
        yield next(together, None) or (next(single), 1)


def _together(scores: Tensor, batch: Batch, passages: int) -> Tensor | float:
    return TOGETHER_WEIGHT * together_loss(scores, batch, passages) if passages > 1 else 0.0
