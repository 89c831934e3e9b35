"""Training: batches of equal length, a rising and falling rate, checkpoints to go on from."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer

from qa.reader.train.examples import Example
from qa.reader.train.network import SpanNetwork, batch, span_loss
from qa.reader.train.windows import NearMiss, Window, draw_windows

BATCH = 32
"""Windows a step."""
RATE = 1.5e-4
"""Highest learning rate of the encoder."""
HEAD_RATE = 1e-3
"""Highest learning rate of the layer that is new."""
WARM_UP = 0.06
"""Share of the steps in which the rate rises; then it falls to zero in a line."""
WEIGHT_DECAY = 0.01
LONGEST_GRADIENT = 1.0
"""Norm to which gradients are cut."""
STEPS_BETWEEN_CHECKPOINTS = 200
STEPS_BETWEEN_REPORTS = 50


class Training:
    """One run, of a fixed number of passes over the examples."""

    def __init__(
        self,
        network: SpanNetwork,
        tokenizer: Tokenizer,
        examples: Sequence[Example],
        near_misses: Sequence[NearMiss],
        passes: int,
        seed: int,
    ) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = network.to(self._device)
        self._seed = seed
        self._batches = [
            one
            for number in range(passes)
            for one in _in_batches(draw_windows(examples, near_misses, tokenizer, number, seed), f"{seed}-{number}")
        ]
        self.steps = len(self._batches)
        """Steps of the whole run."""
        self._optimizer = torch.optim.AdamW(self._groups(), weight_decay=WEIGHT_DECAY, fused=True)
        self._schedule = torch.optim.lr_scheduler.LambdaLR(self._optimizer, self._rate)

    def run(self, checkpoint: Path, report: Callable[[str], None]) -> None:
        """Train to the end, going on from ``checkpoint`` if it exists."""
        done = self._load(checkpoint) if checkpoint.exists() else 0
        if done:
            report(f"Going on from step {done}")
        torch.manual_seed(self._seed + done)
        self._network.train()
        began, windows, losses = time.monotonic(), 0, []
        for step, chosen in enumerate(self._batches, 1):
            if step <= done:
                continue
            losses.append(self._step(chosen))
            windows += len(chosen)
            if step % STEPS_BETWEEN_REPORTS == 0:
                rate = windows / (time.monotonic() - began)
                left = (self.steps - step) * BATCH / rate / 60
                loss = sum(losses) / len(losses)
                losses.clear()
                report(f"step {step}/{self.steps}, loss {loss:.3f}, {rate:.1f} windows/s, {left:.0f} min left")
            if step % STEPS_BETWEEN_CHECKPOINTS == 0 or step == self.steps:
                self._save(checkpoint, step)

    def _groups(self) -> list[dict[str, object]]:
        return [
            {"params": list(self._network.encoder.parameters()), "lr": RATE},
            {"params": list(self._network.head.parameters()), "lr": HEAD_RATE},
        ]

    def _rate(self, step: int) -> float:
        rising = WARM_UP * self.steps
        return min((step + 1) / rising, max(0.0, (self.steps - step) / (self.steps - rising)))

    def _step(self, windows: Sequence[Window]) -> float:
        ids, types, allowed = batch([one.encoded for one in windows], self._device)
        with torch.autocast(self._device.type, dtype=torch.bfloat16):
            scores = self._network(ids, types)
        loss = span_loss(scores, allowed, torch.tensor([one.answer for one in windows], device=self._device))
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), LONGEST_GRADIENT)
        self._optimizer.step()
        self._schedule.step()
        self._optimizer.zero_grad(set_to_none=True)
        return float(loss.detach())

    def _save(self, checkpoint: Path, step: int) -> None:
        aside = checkpoint.with_suffix(".part")
        state = {
            "step": step,
            "steps": self.steps,
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
        }
        torch.save(state, aside)
        aside.replace(checkpoint)

    def _load(self, checkpoint: Path) -> int:
        state = torch.load(checkpoint, map_location=self._device, weights_only=True)
        if state["steps"] != self.steps:
            raise SystemExit(f"{checkpoint} is of another run: name another folder, or delete it.")
        self._network.load_state_dict(state["network"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        return int(state["step"])


def _in_batches(windows: Sequence[Window], seed: str) -> list[list[Window]]:
    """Return batches of windows of equal length, in random order; what fills no batch is left out."""
    by_length: dict[int, list[Window]] = {}
    for window in windows:
        by_length.setdefault(window.length, []).append(window)
    batches = [
        group[start : start + BATCH]
        for _, group in sorted(by_length.items())
        for start in range(0, len(group) - BATCH + 1, BATCH)
    ]
    random.Random(seed).shuffle(batches)
    return batches
