"""Support: does a text state a sentence, deny it, or neither; and yes or no where two outputs agree on it."""

from __future__ import annotations

import math

from qa.datatypes import Passage, Span
from qa.reader.calibration import Calibration
from qa.reader.network import SpanNetwork, Verdict
from qa.sentences import sentence_offsets
from qa.words import content_words, is_among, stem, words


def judge(network: SpanNetwork, sentence: str, text: str) -> Verdict:
    """Return whether ``text``, a few sentences, supports, refutes or does not state ``sentence``.

    Log probabilities of the three cases. Measured on 2,209 held-back pairs of claim and evidence: the likeliest case
    is right for .813 of them. A swapped name in an otherwise equal sentence is noticed less often than that.
    """
    return network.judge(sentence, text)


LEAST_COVERED = 0.6
"""Share of the question's words that a sentence with its neighbours and title must hold to decide it."""


class Decider:
    """Answers a question with yes or no where the network is sure of it twice over."""

    def __init__(self, network: SpanNetwork, calibration: Calibration) -> None:
        self._network = network
        self._yes, self._no = calibration.yes, calibration.no

    def decide(self, question: str, passage: Passage, span: Span) -> bool | None:
        """Return whether a sentence of a passage, read with its neighbours, says yes or no; None if neither is sure.

        Both outputs have to be sure: the one trained on yes/no questions, and the one that judges the question, read
        as a claim, against the text. They say so of texts about something else too: most of the question's words
        have to stand there.
        """
        start, end = _with_neighbours(passage.text, span)
        if _covered(question, f"{passage.title} {passage.text[start:end]}") < LEAST_COVERED:
            return None
        log_odds = self._network.decide(question, passage, start, end)
        if -self._no[0] < log_odds < self._yes[0]:
            return None
        verdict = judge(self._network, question, passage.text[start:end])
        if log_odds > 0:
            return True if math.exp(verdict.supported) >= self._yes[1] else None
        return False if math.exp(verdict.refuted) >= self._no[1] else None


def _covered(question: str, text: str) -> float:
    """Return the share of the question's words that stand in the text, 0 to 1."""
    asked = [stem(word) for word in content_words(question)]
    there = {stem(word) for word in words(text)}
    return sum(is_among(one, there) for one in asked) / max(len(asked), 1)


def _with_neighbours(text: str, span: Span) -> tuple[int, int]:
    """Return the characters of the sentence before a span to the sentence after it."""
    before = [start for start, end in sentence_offsets(text) if end <= span.start]
    after = [end for start, end in sentence_offsets(text) if start >= span.end]
    return before[-1] if before else span.start, after[0] if after else span.end
