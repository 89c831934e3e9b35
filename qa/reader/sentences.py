"""Reading whole sentences, scored by the question's words: for topics and for yes/no questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import BlockKind, Layout, Passage, Span
from qa.questions.terms import Question
from qa.reader.coverage import PassageWords, all_stems, coverage, coverage_message
from qa.reader.features import SENTENCE_FEATURES
from qa.reader.odds import LogisticModel, logistic
from qa.reader.ranking import reading_rank
from qa.reader.reading import Reading

if TYPE_CHECKING:
    from qa.reader.calibration import Calibration

SENTENCES_EMBEDDED = 12
"""Number of sentences whose embedding is compared with the question's, best first; 3 ms each, and 48 are no better."""
SENTENCES_PER_PASSAGE = 3
"""Maximum number of spans returned for a passage."""

_FULL_STOPS = (".", "!", "?", "\u2026", '"', "'", "\u201d", "\u2019", ")", "]", ":", ";")


class SentenceEmbedder(Protocol):
    """Converts texts to vectors of length 1."""

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return a row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """A sentence of a passage with its features."""

    passage: int
    """Index of its passage."""
    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    text: str
    """The sentence."""
    features: tuple[float, ...]
    """Its features, in the order of ``SENTENCE_FEATURES``."""

    @property
    def near(self) -> float:
        """Share of the question that it covers together with its surroundings."""
        return self.features[SENTENCE_FEATURES.index("near")]


def read_sentences(
    question: Question, passages: Sequence[Passage], limit: int, embedder: SentenceEmbedder, calibration: Calibration
) -> Reading:
    """Score the sentences of the first ``limit`` passages and return the best of each passage as spans."""
    split = [PassageWords.of(passage) for passage in passages[:limit]]
    sentences = score_sentences(question, passages, split, calibration.sentence)
    if not sentences:
        return Reading.empty(question.type, len(passages))
    log_odds = calibration.passages.log_odds(passages_features(question, sentences, embedder))
    spans = tuple(_spans(sentences, index, calibration.sentence) for index in range(len(passages)))
    relevance = tuple(
        max((span.probability for span in passage_spans), default=0.0) if index < limit else None
        for index, passage_spans in enumerate(spans)
    )
    return Reading(
        question_type=question.type,
        spans=spans,
        relevance=relevance,
        order=reading_rank(question, passages, relevance, calibration.ranking),
        answerable=logistic(log_odds),
        confidence=logistic(log_odds + calibration.question_types[question.type.value]),
        reason=coverage_message(question, all_stems(split)),
    )


def score_sentences(
    question: Question, passages: Sequence[Passage], split: Sequence[PassageWords], model: LogisticModel
) -> list[ScoredSentence]:
    """Return the sentences of the first passages, those in ``split``, most probable first."""
    sentences = [
        sentence
        for index, words in enumerate(split)
        for sentence in _sentences(question, index, passages[index], words)
    ]
    return sorted(sentences, key=lambda sentence: -model.log_odds(sentence.features))


def passages_features(
    question: Question, sentences: Sequence[ScoredSentence], embedder: SentenceEmbedder
) -> tuple[float, ...]:
    """Return the features of all passages, in the order of ``PASSAGES_FEATURES``."""
    vectors = embedder.embed([question.text, *(sentence.text for sentence in sentences[:SENTENCES_EMBEDDED])])
    alike = float((vectors[1:] @ vectors[0]).max())
    return max(sentence.near for sentence in sentences[:5]), alike, question.length


def _sentences(question: Question, index: int, passage: Passage, split: PassageWords) -> Iterator[ScoredSentence]:
    for number, (start, end) in enumerate(split.offsets):
        text = passage.layout.text[start:end]
        if not _states_something(passage.layout, start, text):
            continue
        scopes = split.scopes(number, number)
        heading = float(not text.endswith(_FULL_STOPS))
        features = (coverage(question, scopes[:1]), coverage(question, scopes), passage.scores.fused, heading)
        yield ScoredSentence(index, start, end, text, features)


def _states_something(layout: Layout, start: int, text: str) -> bool:
    """Whether a sentence can be an answer; headings, code and questions cannot."""
    block = layout.block_at(start)
    return not text.endswith("?") and block is not None and block.kind not in (BlockKind.HEADING, BlockKind.CODE)


def _spans(sentences: Sequence[ScoredSentence], index: int, model: LogisticModel) -> tuple[Span, ...]:
    """Return the best sentences of the passage with this index."""
    best = [sentence for sentence in sentences if sentence.passage == index][:SENTENCES_PER_PASSAGE]
    return tuple(Span(sentence.start, sentence.end, logistic(model.log_odds(sentence.features))) for sentence in best)
