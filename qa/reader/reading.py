"""What reading passages for a question results in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from qa.datatypes import Span
from qa.questions.types import QuestionType


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading the passages retrieved for a question."""

    question_type: QuestionType
    """The type of the question."""
    spans: tuple[tuple[Span, ...], ...]
    """For each passage, in input order, its spans, best first; may be empty."""
    relevance: tuple[float | None, ...]
    """For each passage, the probability that it contains the answer, 0 to 1; None if it was not read."""
    order: tuple[int, ...]
    """The indices of all passages, most useful first."""
    answerable: float
    """Probability that the passages answer the question, 0 to 1; decides whether to answer."""
    reason: str
    """What determined the result, in one line, for ``--explain``."""
    disagree: bool = False
    """Whether the sentences that decide a yes/no question disagree."""

    @classmethod
    def empty(cls, question_type: QuestionType, passages: int) -> Reading:
        """Return a reading of ``passages`` passages in which nothing was found."""
        return cls(question_type, ((),) * passages, (0.0,) * passages, tuple(range(passages)), 0.0, "nothing was found")


class Verdict(NamedTuple):
    """How a stretch of text relates to a claim: log probabilities of three mutually exclusive cases."""

    supported: float
    """The text supports the claim."""
    refuted: float
    """The text contradicts it."""
    not_stated: float
    """The text does neither."""

    @property
    def log_odds(self) -> float:
        """The log odds that the text supports the claim."""
        return self.supported - math.log(math.exp(self.refuted) + math.exp(self.not_stated))
