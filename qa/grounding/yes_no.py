"""Yes or no to a question, if two outputs of the reader's network agree."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.datatypes import Offsets, Passage, Span
from qa.reader.calibration import Calibration
from qa.reader.network import SpanNetwork
from qa.text.words import content_words, covered_share, stem, stems

LEAST_COVERED = 0.6
"""Minimum share of the question's words that a sentence, its neighbours and the title must contain to decide it."""


class YesNoClassifier:
    """Answers a question with yes or no if both outputs of the network are confident."""

    def __init__(self, network: SpanNetwork, calibration: Calibration) -> None:
        self._network = network
        self._yes, self._no = calibration.yes, calibration.no

    def classify(self, question: str, passage: Passage, span: Span) -> bool | None:
        """Return whether a sentence of a passage, read with its neighbours, means yes or no; None if it is unclear.

        Both outputs must be confident: the one trained on yes/no questions, and the one that checks the question,
        taken as a claim, against the text. They are also confident about unrelated text, so it must contain most of
        the question's words.
        """
        start, end = _with_neighbours(passage.layout.sentences, span)
        text = passage.layout.text[start:end]
        if _covered(question, f"{passage.title} {passage.layout.context} {text}") < LEAST_COVERED:
            return None
        log_odds = self._network.yes_no(question, passage, start, end)
        if -self._no[0] < log_odds < self._yes[0]:
            return None
        verdict = self._network.judge(question, text)
        if log_odds > 0:
            return True if math.exp(verdict.supported) >= self._yes[1] else None
        return False if math.exp(verdict.refuted) >= self._no[1] else None


def _covered(question: str, text: str) -> float:
    """Return the share of the question's content words that the text contains, 0 to 1."""
    return covered_share([stem(word) for word in content_words(question)], stems(text))


def _with_neighbours(sentences: Sequence[Offsets], span: Span) -> Offsets:
    """Return start and end of a span extended by the sentences before and after it."""
    before = [start for start, end in sentences if end <= span.start]
    after = [end for start, end in sentences if start >= span.end]
    return before[-1] if before else span.start, after[0] if after else span.end
