"""Yes or no to a question, where two outputs of the reader's network agree on it."""

from __future__ import annotations

import math

from qa.datatypes import Passage, Span
from qa.reader.calibration import Calibration
from qa.reader.network import SpanNetwork
from qa.text.sentences import sentence_offsets
from qa.text.words import contains_stem, content_words, stem, stems

LEAST_COVERED = 0.6
"""Share of the question's words that a sentence with its neighbours and title must contain to decide it."""


class YesNoClassifier:
    """Answers a question with yes or no where the network is sure of it twice over."""

    def __init__(self, network: SpanNetwork, calibration: Calibration) -> None:
        self._network = network
        self._yes, self._no = calibration.yes, calibration.no

    def classify(self, question: str, passage: Passage, span: Span) -> bool | None:
        """Return whether a sentence of a passage, read with its neighbours, says yes or no; None if it is not clear.

        Both outputs have to be sure: the one trained on yes/no questions, and the one that checks the question, read
        as a claim, against the text. They are also sure of texts about something else, so most of the question's
        words have to be there.
        """
        start, end = _with_neighbours(passage.text, span)
        if _covered(question, f"{passage.title} {passage.text[start:end]}") < LEAST_COVERED:
            return None
        log_odds = self._network.yes_no(question, passage, start, end)
        if -self._no[0] < log_odds < self._yes[0]:
            return None
        verdict = self._network.judge(question, passage.text[start:end])
        if log_odds > 0:
            return True if math.exp(verdict.supported) >= self._yes[1] else None
        return False if math.exp(verdict.refuted) >= self._no[1] else None


def _covered(question: str, text: str) -> float:
    """Return the share of the question's content words that the text contains, 0 to 1."""
    wanted = [stem(word) for word in content_words(question)]
    known = stems(text)
    return sum(contains_stem(known, stem) for stem in wanted) / max(len(wanted), 1)


def _with_neighbours(text: str, span: Span) -> tuple[int, int]:
    """Return the characters from the sentence before a span to the sentence after it."""
    before = [start for start, end in sentence_offsets(text) if end <= span.start]
    after = [end for start, end in sentence_offsets(text) if start >= span.end]
    return before[-1] if before else span.start, after[0] if after else span.end
