"""Candidates: the phrases of all passages that compete to answer a question, each with its features."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.datatypes import Offsets, Passage
from qa.questions.answer_types import may_answer
from qa.questions.terms import Question
from qa.reader.coverage import PassageWords, missing_share
from qa.reader.features import PHRASE_FEATURES
from qa.reader.odds import LogisticModel
from qa.reader.phrases import ScoredPhrase

MAX_SCORE = 12.0
"""Upper limit of the network's log odds; higher ones carry no more information."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may answer, with its sentence and its features."""

    passage: int
    """Index of its passage."""
    path: str
    """Path of its article."""
    text: str
    """The phrase."""
    phrase: Offsets
    """Start and end of the phrase in the passage's clean text."""
    sentence: Offsets
    """Start and end of the sentence or sentences that contain it."""
    features: tuple[float, ...]
    """Its features, in the order of ``PHRASE_FEATURES``."""
    unnamed: float
    """Share of the question's names and numbers that are not in its sentence, the sentences before it or the title."""
    log_odds: float
    """Log odds that it answers, considered alone."""
    absent: float = 0.0
    """Share of the question's names and numbers that its whole passage lacks."""
    together: float = math.nan
    """Log odds including the support of other articles; set by ``qa.reader.confidence.add_support``."""
    checked: float = math.nan
    """Log odds from the network's check of the phrase; set by ``qa.reader.confidence.check_best``."""

    @property
    def score(self) -> float:
        """The network's log odds."""
        return self.features[PHRASE_FEATURES.index("score")]


def score_phrases(
    question: Question,
    index: int,
    passage: Passage,
    split: PassageWords,
    phrases: Sequence[ScoredPhrase],
    model: LogisticModel,
) -> Iterator[Candidate]:
    """Yield the phrases of the passage with this index that can answer as candidates, in the same order.

    A passage that has none of the question's names and numbers, not even in its title and headings, is about something
    else; a phrase that is no figure or no time cannot answer a question for one.
    """
    named = question.named
    absent = missing_share(named, split.everything)
    if missing_share(question.subject, split.everything) == 1.0:
        return
    fits = may_answer(question.text)
    for phrase in phrases:
        if not fits(passage.layout.text[phrase.start : phrase.end]):
            continue
        first, last = split.sentences_of(phrase.start, phrase.end)
        sentence = (min(split.offsets[first][0], phrase.start), max(split.offsets[last][1], phrase.end))
        text = passage.layout.text[phrase.start : phrase.end]
        features = (min(phrase.score, MAX_SCORE), passage.scores.vector, passage.scores.fulltext)
        unnamed = missing_share(named, split.context(first, last))
        log_odds = model.log_odds(features)
        offsets = (phrase.start, phrase.end)
        yield Candidate(index, passage.path, text, offsets, sentence, features, unnamed, log_odds, absent)
