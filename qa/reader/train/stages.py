"""Training in stages with time budgets: a teacher learns from human answers, then a student from the teacher."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from qa.reader.train.batches import Batch, Examples
from qa.reader.train.claims import ClaimBatch, ClaimExamples
from qa.reader.train.losses import claim_loss, hard_loss, hidden_loss, soft_loss
from qa.reader.train.network import Outputs, ReaderNetwork

TEACHER_RATE, TEACHER_HEAD_RATE = 5e-5, 3e-4
"""Peak learning rates of the teacher's encoder and heads."""
STUDENT_RATE, STUDENT_HEAD_RATE = 1.2e-4, 4e-4
"""Peak learning rates of the student's encoder and heads."""
LAYER_DECAY = 0.93
"""Learning rate of a layer of the teacher, relative to that of the layer above."""
WARM_UP = 0.06
"""Share of the budget during which rates rise; afterwards they decay linearly to zero."""
BETAS = (0.9, 0.98)
WEIGHT_DECAY = 0.01
LONGEST_GRADIENT = 1.0
"""Norm to which gradients are clipped."""
HARD_WEIGHT = 0.35
"""Weight of the loss on human answers, relative to that on the teacher's scores."""
HIDDEN_WEIGHT = 0.5
"""Weight of the loss on hidden states."""
LOW_FROM = 0.6
"""Share of the budget after which the student computes in low precision."""
TOKENS_PER_CLAIM = 128
"""A batch of claims has one claim per this many tokens of a batch of questions, so that both cost about the same."""
CLAIMS_EVERY = 8
"""One batch in this many contains claims instead of questions."""
SECONDS_BETWEEN_REPORTS = 20

Report = Callable[[str], None]


@dataclass(frozen=True)
class Material:
    """Data for training and evaluation."""

    examples: Examples
    """Questions to train on."""
    measured: Examples
    """Questions to evaluate on."""
    claims: ClaimExamples
    """Claims for both."""
    tokens: int
    """Tokens per batch of questions."""
    rng: np.random.Generator
    """Source of all randomness outside torch."""

    def batches(self) -> Iterator[Batch]:
        """Yield batches of questions without end."""
        return self.examples.epochs(self.rng, self.tokens)

    def draw_claims(self) -> ClaimBatch:
        """Return a batch of claims to train on."""
        return self.claims.draw(max(1, self.tokens // TOKENS_PER_CLAIM), self.rng)


class Budget:
    """The time budget of a stage, with progress reports.

    Args:
        name: name of the stage, for reports.
        seconds: duration of the stage.
        report: receives the progress from time to time.
    """

    def __init__(self, name: str, seconds: float, report: Report) -> None:
        self.step = 0
        """Number of steps started."""
        self._name, self._seconds, self._report = name, seconds, report
        self._windows, self._losses = 0, 0
        self._loss: Tensor | float = 0.0

    def shares(self) -> Iterator[float]:
        """Yield the elapsed share of the budget once per step, until it is used up."""
        began = reported = time.monotonic()
        while (elapsed := time.monotonic() - began) < self._seconds:
            if elapsed - (reported - began) > SECONDS_BETWEEN_REPORTS:
                self._report_progress(elapsed)
                reported = time.monotonic()
            self.step += 1
            yield elapsed / self._seconds
        self._report_progress(time.monotonic() - began)

    def add(self, windows: int, loss: Tensor) -> None:
        """Record the number of windows in a step and its loss."""
        self._windows += windows
        self._losses += 1
        # Remains a tensor until reported: reading it would synchronise with the device.
        self._loss = self._loss + loss.detach()

    def _report_progress(self, elapsed: float) -> None:
        loss = float(self._loss) / max(1, self._losses)
        rate = self._windows / elapsed
        self._report(f"{self._name}: step {self.step}, {self._windows} windows, {rate:.1f} a second, loss {loss:.3f}")
        self._loss, self._losses = 0.0, 0


class Optimizer:
    """AdamW with a learning rate scheduled by elapsed time, so that a stage completes on time on any machine.

    Lower layers learn more slowly (Howard and Ruder 2018, arXiv 1801.06146, section 3.2): ``decay`` is the rate of a
    layer relative to that of the layer above.
    """

    def __init__(self, reader: ReaderNetwork, rate: float, head_rate: float, decay: float = 1.0) -> None:
        groups: dict[tuple[float, float], list[nn.Parameter]] = {}
        layers = len(reader.encoder.layers)
        for name, parameter in reader.named_parameters():
            if parameter.requires_grad:
                below = layers - 1 - int(name.split(".")[2]) if ".layers." in name else layers
                peak = rate * decay**below if name.startswith("encoder.") else head_rate
                groups.setdefault((peak, WEIGHT_DECAY if parameter.ndim > 1 else 0.0), []).append(parameter)
        self._rates = [peak for peak, _ in groups]
        self._parameters = [parameter for group in groups.values() for parameter in group]
        self._adam = torch.optim.AdamW(
            [{"params": group, "weight_decay": weight_decay} for (_, weight_decay), group in groups.items()],
            betas=BETAS,
            fused=True,
        )

    def step(self, loss: Tensor, share: float) -> None:
        """Minimise ``loss`` at the learning rate for this share of the budget."""
        loss.backward()  # type: ignore[no-untyped-call]
        factor = min(share / WARM_UP + 0.01, 1.0, (1 - share) / (1 - WARM_UP))
        for group, peak in zip(self._adam.param_groups, self._rates, strict=True):
            group["lr"] = peak * factor
        nn.utils.clip_grad_norm_(self._parameters, LONGEST_GRADIENT, foreach=True)
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)


def run(reader: ReaderNetwork, batch: Batch | ClaimBatch) -> Outputs:
    """Return the outputs for a batch, in half precision on a GPU."""
    with half_precision(batch.ids.device):
        outputs: Outputs = reader(batch.ids, batch.pad)
    return outputs


@torch.no_grad()
def judge(reader: ReaderNetwork, batch: Batch | ClaimBatch) -> Outputs:
    """Return the outputs for a batch in evaluation mode, without gradients."""
    training = reader.training
    outputs = run(reader.eval(), batch)
    reader.train(training)
    return outputs


def half_precision(device: torch.device) -> torch.autocast:
    """Return a context for half precision on a GPU; on most CPUs that would be slower."""
    return torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")


def train_teacher(teacher: ReaderNetwork, material: Material, seconds: float, report: Report) -> None:
    """Train ``teacher`` on human answers and claims."""
    optimizer = Optimizer(teacher, TEACHER_RATE, TEACHER_HEAD_RATE, LAYER_DECAY)
    budget = Budget("teacher", seconds, report)
    batches = material.batches()
    teacher.train()
    for share in budget.shares():
        if budget.step % CLAIMS_EVERY == 0:
            claims = material.draw_claims()
            optimizer.step(claim_loss(run(teacher, claims), claims), share)
        else:
            batch = next(batches)
            loss = hard_loss(run(teacher, batch), batch, with_misses=True)
            optimizer.step(loss, share)
            budget.add(len(batch), loss)
    teacher.eval()


def train_student(
    student: ReaderNetwork, teacher: ReaderNetwork, material: Material, seconds: float, report: Report
) -> None:
    """Train ``student`` on the outputs of ``teacher``, towards the end in the precision it ships in."""
    optimizer = Optimizer(student, STUDENT_RATE, STUDENT_HEAD_RATE)
    budget = Budget("student", seconds, report)
    batches = material.batches()
    student.train()
    for share in budget.shares():
        student.set_low_precision(share > LOW_FROM)
        if budget.step % CLAIMS_EVERY == 0:
            claims = material.draw_claims()
            optimizer.step(claim_loss(run(student, claims), claims, judge(teacher, claims)), share)
        else:
            batch = next(batches)
            targets, outputs = judge(teacher, batch), run(student, batch)
            loss = soft_loss(outputs, targets, batch) + HARD_WEIGHT * hard_loss(outputs, batch, with_misses=False)
            loss = loss + HIDDEN_WEIGHT * hidden_loss(outputs, targets, batch)
            optimizer.step(loss, share)
            budget.add(len(batch), loss)
    student.set_low_precision(False)
    student.eval()
