"""How sure it is that the best phrase is right: what the phrases of all passages say together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from qa.reader.candidates import Candidate
from qa.reader.coverage import PassageWords, all_stems, missing_share
from qa.reader.odds import logistic
from qa.reader.questions import MOST_TERMS, Question
from qa.words import agree

EVIDENCE = ("together", "lead", "unnamed", "missing", "length", "score", "uncounted")
"""Of the best phrase: its log odds with the articles that say the same, by how much they lead those of the best other
answer, the share of the question's names and numbers that stand nowhere near, the share of its words that stand in no
passage, the number of its terms, the network's own log odds, and whether what it wants counted stands in none."""

COMPARED = 12
"""Candidates compared with each other, best first; the rest changes nothing."""
MOST_LEAD = 6.0
"""Lead that is enough, and the lead where there is no other answer."""
LOWEST_SCORE = -12.0
"""Where the network's log odds are cut: below, they say no more."""


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


def evidence(asked: Question, found: Sequence[Candidate], passages: Iterable[PassageWords]) -> tuple[float, ...]:
    """Return the evidence that the first of ``found``, as ``add_up`` orders them, is right, as ``EVIDENCE``."""
    everywhere = all_stems(passages)
    best = found[0]
    other = next((one.together for one in found if not agree(one.text, best.text)), -math.inf)
    return (
        best.together,
        min(best.together - other, MOST_LEAD),
        best.unnamed,
        missing_share(asked.terms, everywhere),
        min(len(asked.terms), MOST_TERMS) / 10,
        max(best.score, LOWEST_SCORE),
        missing_share(asked.counted, everywhere),
    )


def _together(one: Candidate, others: Sequence[Candidate]) -> float:
    by_file: dict[str, float] = {}
    for other in others:
        if other.file != one.file and agree(one.text, other.text):
            by_file[other.file] = max(logistic(other.log_odds), by_file.get(other.file, 0.0))
    return one.log_odds + math.log1p(sum(by_file.values()))
