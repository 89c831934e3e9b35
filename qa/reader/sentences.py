"""Whole sentences weighed by the question's words: what decides a question that wants yes or no."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage, Span
from qa.reader import Reading
from qa.reader.coverage import PassageWords, coverage, found_so_far
from qa.reader.odds import logistic
from qa.reader.questions import MOST_TERMS, Question
from qa.reader.ranking import order_of

SENTENCES_EMBEDDED = 12
"""Sentences whose meaning is compared with the question's, best first, 3 ms each; 48 measured no better."""
SPANS_PER_PASSAGE = 3
"""Sentences offered from one passage."""

# How likely a sentence answers: logistic regression on 400 questions about 25 encyclopedia articles, each
# sentence of the first passages labelled by whether it holds the answer; coefficients rounded. The
# cosine of sentence and question added nothing, as the passage's score has the passage's cosine in it.
OWN, NEAR, FUSED, SENTENCE_BIAS = 5.0, 2.0, 5.0, -9.8
HEADING = -1.5
"""Set by hand, not fitted: a heading names what is told below it, but tells nothing."""

# How likely the passages answer at all: logistic regression on 400 questions with their article there, 400
# with it taken away, and 220 with only the answering chunk taken away, so that near misses count as much
# as far ones; the weight of length lies between that fit and one with 160 questions over several news
# articles added.
COVERED, ALIKE, LONG, ANSWERABLE_BIAS = 6.2, 5.3, 1.9, -7.9

_FULL_STOPS = (".", "!", "?", "\u2026", '"', "'", "\u201d", "\u2019", ")", "]", ":", ";")


class Embedder(Protocol):
    """Whatever turns texts into vectors of length one."""

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return one row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a passage, weighed."""

    passage: int
    start: int
    end: int
    text: str
    near: float
    """Share of the question that it covers, words around it counting less."""
    probability: float
    """How likely it answers, if anything does."""


def read_sentences(asked: Question, passages: Sequence[Passage], embedder: Embedder) -> Reading:
    """Weigh the sentences of ``passages`` and offer the best of each."""
    split = [PassageWords.of(passage) for passage in passages]
    weighed = [one for place, passage in enumerate(passages) for one in _weigh(asked, place, passage, split[place])]
    weighed.sort(key=lambda sentence: -sentence.probability)
    if not weighed:
        return Reading.nothing(asked.form, len(passages))
    covered = max(sentence.near for sentence in weighed[:5])
    alike = max(_likeness(asked.text, weighed[:SENTENCES_EMBEDDED], embedder))
    logit = COVERED * covered + ALIKE * alike + LONG * min(len(asked.terms), MOST_TERMS) / 10 + ANSWERABLE_BIAS
    spans = tuple(_spans(weighed, place) for place in range(len(passages)))
    relevance = tuple(max((span.probability for span in found), default=0.0) for found in spans)
    order = order_of(asked, passages, relevance)
    return Reading(asked.form, spans, relevance, order, logistic(logit), found_so_far(asked, split, covered))


def _weigh(asked: Question, place: int, passage: Passage, split: PassageWords) -> Iterator[_Sentence]:
    for number, (start, end) in enumerate(split.offsets):
        text = passage.text[start:end]
        rings = split.rings(number, number)
        near = coverage(asked, rings)
        logit = OWN * coverage(asked, rings[:1]) + NEAR * near + FUSED * passage.scores.fused + SENTENCE_BIAS
        if not text.endswith(_FULL_STOPS):
            logit += HEADING
        yield _Sentence(place, start, end, text, near, logistic(logit))


def _likeness(question: str, sentences: Sequence[_Sentence], embedder: Embedder) -> list[float]:
    """Return the cosine of the question and each sentence."""
    vectors = embedder.embed([question, *(sentence.text for sentence in sentences)])
    return [float(cosine) for cosine in vectors[1:] @ vectors[0]]


def _spans(weighed: Sequence[_Sentence], place: int) -> tuple[Span, ...]:
    """Return the best sentences of one passage."""
    own = [sentence for sentence in weighed if sentence.passage == place]
    return tuple(Span(one.start, one.end, one.probability) for one in own[:SPANS_PER_PASSAGE])
