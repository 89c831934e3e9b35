"""Phrases of all passages that compete to answer, and what speaks for each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.datatypes import Passage
from qa.questions.terms import Question
from qa.reader.coverage import PassageWords, missing_share
from qa.reader.features import PHRASE_FEATURES
from qa.reader.odds import LogisticModel
from qa.reader.phrases import ScoredPhrase
from qa.text.sentences import Offsets

HIGHEST_SCORE = 12.0
"""Where the network's log odds are cut: beyond, they say no more."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may answer, the sentence it stands in, and what speaks for it."""

    passage: int
    """Place of its passage among those given."""
    file: str
    """The article it stands in."""
    text: str
    """The phrase."""
    short: Offsets
    """The phrase, in characters of the passage's text."""
    sentence: Offsets
    """The sentence or sentences that hold it."""
    evidence: tuple[float, ...]
    """What speaks for it, in the order of ``PHRASE_FEATURES``."""
    unnamed: float
    """Share of the question's names and numbers that stand neither in its sentence nor before it nor in the title."""
    log_odds: float
    """That it answers, seen alone."""
    together: float = math.nan
    """That it answers, with other articles that say the same; set by ``qa.reader.confidence.add_up``."""
    checked: float = math.nan
    """The network's log odds that it answers, read once more; set by ``qa.reader.confidence.check_first``."""

    @property
    def score(self) -> float:
        """The network's log odds."""
        return self.evidence[PHRASE_FEATURES.index("score")]


def weigh(
    asked: Question,
    place: int,
    passage: Passage,
    split: PassageWords,
    phrases: Sequence[ScoredPhrase],
    model: LogisticModel,
) -> Iterator[Candidate]:
    """Yield the phrases of the passage at ``place`` as candidates, in the order given."""
    named = asked.named
    for phrase in phrases:
        first, last = split.holding(phrase.start, phrase.end)
        sentence = (min(split.offsets[first][0], phrase.start), max(split.offsets[last][1], phrase.end))
        text = passage.text[phrase.start : phrase.end]
        evidence = (min(phrase.score, HIGHEST_SCORE), passage.scores.vector, passage.scores.fulltext)
        unnamed = missing_share(named, split.before(first, last))
        log_odds = model.log_odds(evidence)
        yield Candidate(place, passage.path, text, (phrase.start, phrase.end), sentence, evidence, unnamed, log_odds)
