"""Reading whole sentences: those that decide a yes/no question."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import BlockKind, Layout, Passage, Span
from qa.models.inference import in_parallel
from qa.questions.terms import Question
from qa.reader.coverage import PassageWords, all_stems, coverage, coverage_message
from qa.reader.features import SENTENCE_FEATURES
from qa.reader.odds import LogisticModel, logistic
from qa.reader.ranking import reading_rank
from qa.reader.reading import Reading, Verdict

if TYPE_CHECKING:
    from qa.reader.calibration import Calibration

SENTENCES_FOR_FEATURES = 12
"""Number of sentences, best first, whose likeness to the question is a feature; 48 are no better."""
SENTENCES_COMPARED = 40
"""Number of sentences, those with most of the question's words first, compared with it in meaning; 3 ms each."""
SENTENCES_JUDGED = 16
"""Number of those, nearest first, of which the network judges whether they support or refute the question."""
WORDS_WEIGHT = 0.5
"""Weight of the share of the question's words that a sentence covers, against the cosine of their embeddings."""
DISAGREEING = 0.5
"""Probability from which one sentence supports and another refutes a question, so that neither yes nor no is said."""
SENTENCES_PER_PASSAGE = 3
"""Maximum number of spans returned for a passage."""

_FULL_STOPS = (".", "!", "?", "\u2026", '"', "'", "\u201d", "\u2019", ")", "]", ":", ";")


class SentenceEmbedder(Protocol):
    """Converts texts to vectors of length 1."""

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return a row for each text."""
        ...


Judge = Callable[[str, str], Verdict]
"""A claim and a few sentences -> whether they support or refute it."""


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
    question: Question,
    passages: Sequence[Passage],
    limit: int,
    embedder: SentenceEmbedder,
    judge: Judge,
    calibration: Calibration,
) -> Reading:
    """Find the sentences of the first ``limit`` passages that decide a question, the best of each passage as spans.

    The sentences that the network judges to support or refute the question, taken as a claim, come first: for 10
    everyday questions, the first one decides 8, while of those with most of the question's words it decides 3.
    """
    split = [PassageWords.of(passage) for passage in passages[:limit]]
    sentences = score_sentences(question, passages, split, calibration.sentence)
    if not sentences:
        return Reading.empty(question.type, len(passages))
    compared = sentences[:SENTENCES_COMPARED]
    cosines = cosines_of(question, compared, embedder)
    log_odds = calibration.passages.log_odds(passages_features(question, sentences, cosines))
    decisive, disagree = _judged(question, nearest_first(compared, cosines)[:SENTENCES_JUDGED], judge)
    spans = tuple(_spans(decisive, index) for index in range(len(passages)))
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
        reason=coverage_message(question, all_stems(split)),
        disagree=disagree,
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
    question: Question, sentences: Sequence[ScoredSentence], cosines: NDArray[np.float32]
) -> tuple[float, ...]:
    """Return the features of all passages, in the order of ``PASSAGES_FEATURES``.

    Args:
        question: the question.
        sentences: the sentences of the passages, most probable first.
        cosines: the likeness of question and sentence, shape (at least ``SENTENCES_FOR_FEATURES`` of them,).
    """
    covered = max(sentence.near for sentence in sentences[:5])
    return covered, float(cosines[:SENTENCES_FOR_FEATURES].max()), question.length


def cosines_of(
    question: Question, sentences: Sequence[ScoredSentence], embedder: SentenceEmbedder
) -> NDArray[np.float32]:
    """Return the cosine of question and each sentence, shape (sentences,)."""
    vectors = embedder.embed([question.text, *(sentence.text for sentence in sentences)])
    cosines: NDArray[np.float32] = vectors[1:] @ vectors[0]
    return cosines


def nearest_first(sentences: Sequence[ScoredSentence], cosines: NDArray[np.float32]) -> list[ScoredSentence]:
    """Return sentences in order, those nearest to the question in words and meaning first."""
    near = np.array([sentence.near for sentence in sentences], np.float32)
    return [sentences[index] for index in np.argsort(-(cosines + WORDS_WEIGHT * near), kind="stable")]


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


def _judged(
    question: Question, sentences: Sequence[ScoredSentence], judge: Judge
) -> tuple[list[tuple[ScoredSentence, float]], bool]:
    """Return sentences with the probability that they decide a question, best first, and whether they disagree."""
    verdicts = list(in_parallel(lambda sentence: judge(question.text, sentence.text), sentences))
    supported, refuted = ([math.exp(verdict[side]) for verdict in verdicts] for side in (0, 1))
    decisive = zip(sentences, map(max, supported, refuted), strict=True)
    disagree = max(supported) >= DISAGREEING and max(refuted) >= DISAGREEING
    return sorted(decisive, key=lambda pair: -pair[1]), disagree


def _spans(decisive: Sequence[tuple[ScoredSentence, float]], index: int) -> tuple[Span, ...]:
    """Return the most decisive sentences of the passage with this index."""
    best = [(sentence, probability) for sentence, probability in decisive if sentence.passage == index]
    return tuple(
        Span(sentence.start, sentence.end, probability) for sentence, probability in best[:SENTENCES_PER_PASSAGE]
    )
