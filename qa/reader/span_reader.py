"""The reader that comes with qa: a trained network finds phrases in passages, and they compete to answer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Protocol

from qa.datatypes import Passage, Span
from qa.questions.terms import Question, parse_question
from qa.questions.types import QuestionType
from qa.reader.calibration import Calibration
from qa.reader.candidates import Candidate, weigh
from qa.reader.confidence import add_up, check_first, evidence
from qa.reader.coverage import PassageWords, Stems, all_stems, found_so_far
from qa.reader.odds import logistic
from qa.reader.phrases import ScoredPhrase
from qa.reader.ranking import order_of
from qa.reader.reading import Reading
from qa.reader.sentences import SentenceEmbedder, read_sentences

PASSAGES_READ = {QuestionType.FACT: 5, QuestionType.REASON: 4, QuestionType.LIST: 8}
"""Passages after these are not read for a question of this form. Five have .68 of 44 everyday facts right, four .66,
eight no more."""
PASSAGES_WEIGHED = 8
"""Passages whose sentences are weighed where no phrase answers."""
READ_TOGETHER = 2
"""Passages read after the first one, before it is asked again whether more are needed."""
SURE_AFTER_ONE, SURE_ENOUGH = 0.95, 0.8
"""Confidence from which on no further passage is read for a phrase: more after one, which nothing could contradict. It
saves half of the reading, and reading on changed no share of right answers by more than a point."""
NOTHING_FOUND = -12.0
"""Log odds of a passage that was read and has no phrase."""
SPANS_PER_PASSAGE = 3
"""Spans offered from one passage."""


class Network(Protocol):
    """Whatever finds phrases in passages."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredPhrase]]:
        """Return the best phrases of each passage, best first."""
        ...

    def check(self, question: str, passage: Passage, start: int, end: int) -> float:
        """Return the log odds that characters of a passage answer."""
        ...


class SpanReader:
    """Finds the phrases that answer, and knows how likely they do."""

    def __init__(
        self,
        network: Network,
        calibration: Calibration,
        embedder: SentenceEmbedder,
        document_frequency: Callable[[str], int],
        chunks: int,
    ) -> None:
        self._network = network
        self._calibration = calibration
        self._embedder = embedder
        self._document_frequency = document_frequency
        self._chunks = chunks

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read the first ``passages``; the others are not read."""
        asked = parse_question(question, self._document_frequency, self._chunks)
        if asked.type in PASSAGES_READ:
            return self._read_phrases(asked, passages)
        # The network was trained on questions that a phrase answers.
        return read_sentences(asked, passages, PASSAGES_WEIGHED, self._embedder, self._calibration)

    def _read_phrases(self, asked: Question, passages: Sequence[Passage]) -> Reading:
        split = [PassageWords.of(passage) for passage in passages]
        everywhere = all_stems(split)
        order = reading_order(passages)[: PASSAGES_READ[asked.type]]
        found, log_odds, read = self._compete(asked, passages, split, everywhere, order)
        if not found:
            return Reading.empty(asked.type, len(passages))
        by_passage = [[one for one in found if one.passage == place] for place in range(len(passages))]
        relevance = tuple(
            (logistic(max((one.log_odds for one in own), default=NOTHING_FOUND)) if place in read else None)
            for place, own in enumerate(by_passage)
        )
        covered = f"{found_so_far(asked, everywhere)}; its likeliest phrase scores {found[0].score:+.1f}"
        return Reading(
            question_type=asked.type,
            spans=tuple(
                tuple(Span(*one.sentence, logistic(one.together), one.short) for one in own[:SPANS_PER_PASSAGE])
                for own in by_passage
            ),
            relevance=relevance,
            order=order_of(asked, passages, relevance, self._calibration.ranking),
            answerable=logistic(log_odds),
            confidence=logistic(log_odds + self._calibration.question_types[asked.type.value]),
            reason=covered,
        )

    def _compete(
        self,
        asked: Question,
        passages: Sequence[Passage],
        split: Sequence[PassageWords],
        everywhere: Stems,
        order: Sequence[int],
    ) -> tuple[list[Candidate], float, Sequence[int]]:
        """Return the phrases that may answer, likeliest first, the log odds that the first is right, and what was read.

        Passages are read in this order; where one phrase is wanted, until one is sure enough.
        """
        may_end = stops(len(order)) if asked.type is QuestionType.FACT else [len(order)]
        found: list[Candidate] = []
        log_odds = -math.inf
        read: Sequence[int] = ()
        for stop in may_end:
            places, read = order[len(read) : stop], order[:stop]
            phrases = self._network.read(asked.text, [passages[place] for place in places])
            for place, own in zip(places, phrases, strict=True):
                found.extend(weigh(asked, place, passages[place], split[place], own, self._calibration.phrase))
            if not found:
                continue
            found = check_first(self._network.check, asked, add_up(found), passages)
            sure = SURE_AFTER_ONE if len(read) == 1 else SURE_ENOUGH
            log_odds = self._calibration.answer.log_odds(evidence(asked, found, everywhere))
            if logistic(log_odds) >= sure:
                break
        return found, log_odds, read


def stops(passages: int) -> list[int]:
    """Return after how many passages it is asked whether more are needed, the last time after all of them."""
    return [*range(1, passages, READ_TOGETHER), passages]


def reading_order(passages: Sequence[Passage]) -> list[int]:
    """Return the places of passages as they are read: meaning counts more than words here, unlike in retrieval.

    Of 54 everyday questions .89 had a right phrase in the first four passages so, .87 in the retriever's order.
    """
    scores = [passage.scores for passage in passages]
    return sorted(range(len(passages)), key=lambda place: -(scores[place].vector + 0.5 * scores[place].fulltext))
