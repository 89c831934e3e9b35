"""Windows as inputs of the network, assembled on the device."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from qa.reader.train.tokenised import CLS, PAD, SEP, Ints, Kind, Split
from qa.reader.train.windows import ROUND, Windows, draw_epoch, in_batches, whole_paragraphs


@dataclass(frozen=True)
class Batch:
    """Inputs ``[CLS] question [SEP] title . text [SEP]``, padded to one length."""

    ids: Tensor
    """Token ids; shape (windows, tokens)."""
    pad: Tensor
    """Whether a token is padding; shape (windows, tokens)."""
    text: Tensor
    """Whether a token belongs to the text; shape (windows, tokens)."""
    text_start: Tensor
    """First token of the text; shape (windows,)."""
    answer: Tensor
    """First and last token of the answer, both 0 where there is none; shape (windows, 2)."""
    kind: Tensor
    """The ``Kind`` of each window; shape (windows,)."""

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def allowed(self) -> Tensor:
        """Where a span may begin or end: in the text, or at the first token ("no answer"); shaped like ``text``."""
        allowed = self.text.clone()
        allowed[:, 0] = True
        return allowed

    @property
    def expects_span(self) -> Tensor:
        """Whether the question asks for a phrase rather than yes or no; shape (windows,)."""
        return (self.kind != Kind.YES) & (self.kind != Kind.NO)


class Examples:
    """The tokens of a split on the device, together with its tables.

    Args:
        split: the questions.
        device: where batches are assembled.
        misses: paragraphs that are near misses of each example, padded with -1; shape (examples, any). None: no near
            misses.
        rows: the examples to use. None: all.
    """

    def __init__(
        self,
        split: Split,
        device: torch.device,
        misses: NDArray[np.int32] | None = None,
        rows: Ints | None = None,
    ) -> None:
        self.split = split
        self.device = device
        self.misses = np.full((len(split.examples), 1), -1, np.int32) if misses is None else misses
        self.rows = np.arange(len(split.examples)) if rows is None else rows
        lists = (split.questions, split.titles, split.documents)
        self._questions, self._titles, self._documents = (
            torch.from_numpy(tokens.ids.astype(np.int32)).to(device) for tokens in lists
        )

    def epochs(self, rng: np.random.Generator, tokens: int) -> Iterator[Batch]:
        """Yield batches of at most ``tokens`` tokens, epoch after epoch, without end."""
        while True:
            windows = draw_epoch(self.split, self.rows, self.misses, rng)
            for picked in in_batches(windows, rng, tokens):
                yield self.batch(picked)

    def paragraphs(self, size: int) -> Iterator[tuple[Windows, Batch]]:
        """Yield the paragraphs of all examples for evaluation, ``size`` at a time, shortest first."""
        windows = whole_paragraphs(self.split, self.rows)
        order = np.argsort(windows.lengths, kind="stable")
        for start in range(0, len(order), size):
            picked = windows.take(order[start : start + size])
            yield picked, self.batch(picked)

    def batch(self, windows: Windows) -> Batch:
        """Assemble the inputs of ``windows``."""
        total = -(-int(windows.lengths.max()) // ROUND) * ROUND
        positions = torch.arange(total, device=self.device)[None]
        question_end = 1 + self._column(windows.question_length)
        title_start = question_end + 1
        text_start = title_start + self._column(windows.title_length)
        text_end = text_start + self._column(windows.text_length)
        text = (positions >= text_start) & (positions < text_end)
        ids = torch.full((len(windows), total), PAD, device=self.device)
        ids[:, 0] = CLS
        parts = (
            (self._questions, windows.question_start, 1, (positions >= 1) & (positions < question_end)),
            (self._titles, windows.title_start, title_start, (positions >= title_start) & (positions < text_start)),
            (self._documents, windows.text_start, text_start, text),
        )
        for tokens, start, first, inside in parts:
            # Positions outside the part may be out of range; they are discarded below.
            source = (self._column(start) + positions - first).clamp(0, max(len(tokens) - 1, 0))
            ids = torch.where(inside, tokens[source].long(), ids) if len(tokens) else ids
        ids = torch.where((positions == question_end) | (positions == text_end), SEP, ids)
        answer = torch.cat([self._column(windows.first), self._column(windows.last)], 1)
        answer = torch.where(answer >= 0, answer + text_start, 0)
        return Batch(ids, positions > text_end, text, text_start[:, 0], answer, self._column(windows.kind)[:, 0])

    def _column(self, values: Ints) -> Tensor:
        """Return ``values`` on the device; shape (windows, 1)."""
        return torch.from_numpy(np.ascontiguousarray(values)).to(self.device, non_blocking=True)[:, None]
