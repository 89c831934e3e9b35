"""What stands between passages and answers: a ``Reader`` finds the spans that answer a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.datatypes import Passage, Span
from qa.reader.questions import Form


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in the passages of one question."""

    form: Form
    """What the answer has to look like."""
    spans: tuple[tuple[Span, ...], ...]
    """For each passage, in the order given, its spans, best first; may be empty."""
    relevance: tuple[float | None, ...]
    """For each passage, how far the answer was found in it, 0 to 1; None if it was not read."""
    order: tuple[int, ...]
    """The places of all passages, the most useful first."""
    answerable: float
    """Probability that the passages answer the question, 0 to 1: what decides whether to answer."""
    confidence: float
    """Probability that the answer is right, 0 to 1: lower where several sentences have to be right together."""
    reason: str
    """What decided it, in one line for ``--explain``."""

    @classmethod
    def nothing(cls, form: Form, passages: int) -> Reading:
        """Return the reading of so many passages in which nothing was found."""
        return cls(form, ((),) * passages, (0.0,) * passages, tuple(range(passages)), 0.0, 0.0, "nothing was found")


class Reader(Protocol):
    """Finds the spans of passages that answer a question."""

    name: str
    """How the answer names its engine."""

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read ``passages``, best first, for ``question``."""
        ...
