"""What a reader is given and what it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.datatypes import Passage, Span
from qa.questions.types import QuestionType

EXTRACTIVE = "extractive"
"""What an answer calls its engine if no language model wrote it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader found in the passages retrieved for one question."""

    question_type: QuestionType
    """The type that the question was read as."""
    spans: tuple[tuple[Span, ...], ...]
    """For each passage, in the order given, its spans, best first; may be empty."""
    relevance: tuple[float | None, ...]
    """For each passage, how likely the answer is in it, 0 to 1; None if it was not read."""
    order: tuple[int, ...]
    """The indices of all passages, the most useful first."""
    answerable: float
    """Probability that the passages answer the question, 0 to 1; decides whether to answer."""
    confidence: float
    """Probability that the answer is right, 0 to 1; lower where several sentences must be right together."""
    reason: str
    """What decided it, in one line, for ``--explain``."""

    @classmethod
    def empty(cls, question_type: QuestionType, passages: int) -> Reading:
        """Return a reading of ``passages`` passages in which nothing was found."""
        return cls(
            question_type, ((),) * passages, (0.0,) * passages, tuple(range(passages)), 0.0, 0.0, "nothing was found"
        )


class Reader(Protocol):
    """Finds the spans of passages that answer a question."""

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read ``passages``, best first, for ``question``."""
        ...
