"""Whole sentences weighed by the question's words: they decide yes or no, and tell of a topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage, Span
from qa.questions.terms import MANY_TERMS, Question
from qa.reader.coverage import PassageWords, all_stems, coverage, found_so_far
from qa.reader.features import SENTENCE_FEATURES
from qa.reader.odds import LogisticModel, logistic
from qa.reader.ranking import order_of
from qa.reader.reading import Reading

if TYPE_CHECKING:
    from qa.reader.calibration import Calibration

SENTENCES_EMBEDDED = 12
"""Sentences whose meaning is compared with the question's, best first, 3 ms each; 48 measured no better."""
SENTENCES_PER_PASSAGE = 3
"""Sentences offered from one passage."""

_FULL_STOPS = (".", "!", "?", "\u2026", '"', "'", "\u201d", "\u2019", ")", "]", ":", ";")


class SentenceEmbedder(Protocol):
    """Whatever turns texts into vectors of length one."""

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return one row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class WeighedSentence:
    """A sentence of a passage, and what speaks for it."""

    passage: int
    """Place of its passage among those given."""
    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    text: str
    """The sentence."""
    evidence: tuple[float, ...]
    """What speaks for it, in the order of ``SENTENCE_FEATURES``."""

    @property
    def near(self) -> float:
        """Share of the question that it covers with what stands around it."""
        return self.evidence[SENTENCE_FEATURES.index("near")]


def read_sentences(
    asked: Question, passages: Sequence[Passage], weighed: int, embedder: SentenceEmbedder, calibration: Calibration
) -> Reading:
    """Weigh the sentences of the first ``weighed`` passages and offer the best of each."""
    split = [PassageWords.of(passage) for passage in passages[:weighed]]
    sentences = weigh_sentences(asked, passages, split, calibration.sentence)
    if not sentences:
        return Reading.empty(asked.type, len(passages))
    log_odds = calibration.passages.log_odds(passages_features(asked, sentences, embedder))
    spans = tuple(_spans(sentences, place, calibration.sentence) for place in range(len(passages)))
    relevance = tuple(
        max((span.probability for span in found), default=0.0) if place < weighed else None
        for place, found in enumerate(spans)
    )
    return Reading(
        question_type=asked.type,
        spans=spans,
        relevance=relevance,
        order=order_of(asked, passages, relevance, calibration.ranking),
        answerable=logistic(log_odds),
        confidence=logistic(log_odds + calibration.question_types[asked.type.value]),
        reason=found_so_far(asked, all_stems(split)),
    )


def weigh_sentences(
    asked: Question, passages: Sequence[Passage], split: Sequence[PassageWords], model: LogisticModel
) -> list[WeighedSentence]:
    """Return the sentences of the passages that ``split`` takes apart, the likeliest first."""
    sentences = [one for place, words in enumerate(split) for one in _sentences(asked, place, passages[place], words)]
    return sorted(sentences, key=lambda one: -model.log_odds(one.evidence))


def passages_features(
    asked: Question, sentences: Sequence[WeighedSentence], embedder: SentenceEmbedder
) -> tuple[float, ...]:
    """Return the evidence that the passages answer at all, in the order of ``PASSAGES_FEATURES``."""
    vectors = embedder.embed([asked.text, *(one.text for one in sentences[:SENTENCES_EMBEDDED])])
    alike = float((vectors[1:] @ vectors[0]).max())
    return max(one.near for one in sentences[:5]), alike, min(len(asked.terms), MANY_TERMS) / 10


def _sentences(asked: Question, place: int, passage: Passage, split: PassageWords) -> Iterator[WeighedSentence]:
    for number, (start, end) in enumerate(split.offsets):
        text = passage.text[start:end]
        rings = split.rings(number, number)
        heading = float(not text.endswith(_FULL_STOPS))
        evidence = (coverage(asked, rings[:1]), coverage(asked, rings), passage.scores.fused, heading)
        yield WeighedSentence(place, start, end, text, evidence)


def _spans(sentences: Sequence[WeighedSentence], place: int, model: LogisticModel) -> tuple[Span, ...]:
    """Return the best sentences of one passage."""
    own = [one for one in sentences if one.passage == place]
    return tuple(
        Span(one.start, one.end, logistic(model.log_odds(one.evidence))) for one in own[:SENTENCES_PER_PASSAGE]
    )
