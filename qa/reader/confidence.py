"""The probability that the best phrase is right, based on the phrases of all passages."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.datatypes import Passage
from qa.questions.terms import Question
from qa.reader.candidates import Candidate
from qa.reader.coverage import Stems, missing_share
from qa.reader.odds import logistic
from qa.text.words import same_answer

COMPARED = 12
"""Number of candidates compared with each other, best first; the others make no difference."""
MAX_LEAD = 6.0
"""Upper limit of the lead, in log odds; also the lead if there is no other answer."""
MAX_CHECKED = 6.0
"""Limit of the log odds of a check, positive or negative."""

Check = Callable[[str, Passage, int, int], float]
"""Question, passage, start and end of a phrase -> log odds that the phrase answers."""


def add_support(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Return ``candidates`` with the support of other articles that say the same, most probable first.

    If another article contains the same phrase, or one that contains it or is part of it, the odds are multiplied by
    1 plus the probability of that phrase. Each article counts once, since repetition is not independent support.
    """
    ordered = sorted(candidates, key=lambda candidate: -candidate.log_odds)
    compared, rest = ordered[:COMPARED], ordered[COMPARED:]
    supported = [replace(candidate, together=_together(candidate, compared)) for candidate in compared]
    supported += [replace(candidate, together=candidate.log_odds) for candidate in rest]
    return sorted(supported, key=lambda candidate: -candidate.together)


def check_best(
    check: Check, question: Question, candidates: Sequence[Candidate], passages: Sequence[Passage]
) -> list[Candidate]:
    """Return ``candidates`` with the first one checked by the network, unless it already was."""
    best, *rest = candidates
    if math.isnan(best.checked):
        best = replace(best, checked=check(question.text, passages[best.passage], *best.phrase))
    return [best, *rest]


def answer_features(question: Question, candidates: Sequence[Candidate], known: Stems) -> tuple[float, ...]:
    """Return the ``ANSWER_FEATURES`` of the first of ``candidates``, for the probability that it is right.

    Args:
        question: the question.
        candidates: the candidates that ``check_best`` returned.
        known: the stems of all passages.
    """
    best = candidates[0]
    rival = next((other.together for other in candidates if not same_answer(other.text, best.text)), -math.inf)
    return (
        best.together,
        min(best.together - rival, MAX_LEAD),
        question.length,
        min(max(best.checked, -MAX_CHECKED), MAX_CHECKED),
        best.unnamed,
        best.absent,
        missing_share(question.terms, known),
        missing_share(question.counted, known),
    )


def _together(candidate: Candidate, others: Sequence[Candidate]) -> float:
    support: dict[str, float] = {}
    for other in others:
        if other.path != candidate.path and same_answer(candidate.text, other.text):
            support[other.path] = max(logistic(other.log_odds), support.get(other.path, 0.0))
    return candidate.log_odds + math.log1p(sum(support.values()))
