"""How sure it is that the best phrase is right: what the phrases of all passages say together."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from qa.datatypes import Passage
from qa.questions.terms import MANY_TERMS, Question
from qa.reader.candidates import Candidate
from qa.reader.coverage import Stems, missing_share
from qa.reader.odds import logistic
from qa.text.words import same_answer

COMPARED = 12
"""Candidates compared with each other, best first; the rest changes nothing."""
MOST_LEAD = 6.0
"""Lead that is enough, and the lead where there is no other answer."""
MOST_CHECKED = 6.0
"""Log odds of a check that are enough, for or against."""

Check = Callable[[str, Passage, int, int], float]
"""Question, passage, first character of a phrase and one past its last -> log odds that it answers."""


def add_up(found: Sequence[Candidate]) -> list[Candidate]:
    """Return ``found``, the likeliest first, each with what other articles that say the same add to it.

    The same phrase in another article, or one that stands within the other, multiplies the odds by one and its own
    probability; each article counts once, since what it repeats is no further witness.
    """
    ordered = sorted(found, key=lambda one: -one.log_odds)
    compared, rest = ordered[:COMPARED], ordered[COMPARED:]
    weighed = [replace(one, together=_together(one, compared)) for one in compared]
    weighed += [replace(one, together=one.log_odds) for one in rest]
    return sorted(weighed, key=lambda one: -one.together)


def check_first(
    check: Check, asked: Question, found: Sequence[Candidate], passages: Sequence[Passage]
) -> list[Candidate]:
    """Return ``found`` with the first one checked by the network, unless it has been."""
    best, *rest = found
    if math.isnan(best.checked):
        best = replace(best, checked=check(asked.text, passages[best.passage], *best.short))
    return [best, *rest]


def evidence(asked: Question, found: Sequence[Candidate], everywhere: Stems) -> tuple[float, ...]:
    """Return the evidence, as ``ANSWER_FEATURES``, that the first of ``found`` is right.

    Args:
        asked: the question.
        found: phrases as ``check_first`` returns them.
        everywhere: the stems of all passages.
    """
    best = found[0]
    other = next((one.together for one in found if not same_answer(one.text, best.text)), -math.inf)
    return (
        best.together,
        min(best.together - other, MOST_LEAD),
        min(len(asked.terms), MANY_TERMS) / 10,
        min(max(best.checked, -MOST_CHECKED), MOST_CHECKED),
        best.unnamed,
        missing_share(asked.terms, everywhere),
        missing_share(asked.counted, everywhere),
    )


def _together(one: Candidate, others: Sequence[Candidate]) -> float:
    by_file: dict[str, float] = {}
    for other in others:
        if other.file != one.file and same_answer(one.text, other.text):
            by_file[other.file] = max(logistic(other.log_odds), by_file.get(other.file, 0.0))
    return one.log_odds + math.log1p(sum(by_file.values()))
