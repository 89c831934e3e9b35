"""The reader that comes with qa: a trained network finds phrases; retrieval and the question's words weigh them."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from qa.datatypes import Passage, Span
from qa.reader import Reading
from qa.reader.coverage import PassageWords, coverage, found_so_far
from qa.reader.naming import asks_for_somebody, find_name, finds_doer
from qa.reader.network import ScoredSpan
from qa.reader.odds import log_odds, logistic
from qa.reader.questions import MOST_TERMS, Form, Question, parse_question
from qa.reader.ranking import order_of
from qa.reader.sentences import Embedder, read_sentences
from qa.sentences import Offsets
from qa.words import agree

PASSAGES_READ = 8
"""Passages after these are not read."""
READ_TOGETHER = 2
"""Passages read before asking whether more can change the answer."""
SPANS_PER_PASSAGE = 3
"""Spans offered from one passage."""
HIGHEST_SCORE = 12.0
"""Where the network's log odds are cut: beyond, they say no more, and what was not read yet could never be outbid."""

# How likely a span answers, as a logistic model. The weights were tried on 350 questions about encyclopedia
# articles and 175 over several news articles, where the words count more; a point less of exact match lies
# within half of each. python -m tests.benchmarks.calibration tries them.
SCORE, FUSED, OWN, NEAR, SPAN_BIAS = 0.2, 2.0, 2.0, 1.0, -5.0

# How likely the best span is right: logistic regression on questions asked with and without what answers them,
# fitted by the same command (1.11, 1.17, 0.65, 0.18), then times 0.9 and plus 0.5: near misses and questions over
# several articles, a third of those it was fitted on, made it understate by .07 what is asked of a folder.
# The order is that of evidence().
WEIGHTS = (1.0, 1.05, 0.59, 0.66)

LEAST_LIKELY = -8.0
"""The log odds of another answer where there is none."""
DOER = 6.0
"""What it adds to the score to stand after "led by", asked who led; and takes from the others in that sentence."""
SUPPORT = 0.5
"""What the same answer in another article counts, as evidence that is half independent."""


class Network(Protocol):
    """Whatever finds spans in passages."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[list[ScoredSpan]]:
        """Return the best spans of each passage."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span that may answer, the sentence it stands in, and what speaks for it."""

    passage: int
    """Place of its passage among those given."""
    short: Offsets
    """The span, in characters of the passage's text."""
    sentence: Offsets
    """The sentence or sentences that hold it."""
    score: float
    """The network's log odds of the span."""
    fused: float
    """The retriever's score of the passage."""
    own: float
    """Share of the question that the sentence covers."""
    near: float
    """The same, words around it counting less."""
    probability: float = math.nan
    """How likely it answers, with what other articles say."""

    @property
    def alone(self) -> float:
        """How likely it answers, seen alone."""
        return _alone(self.score, self.fused, self.own, self.near)


class SpanReader:
    """Finds the phrases that answer, and knows how likely they do."""

    name = "extractive"

    def __init__(
        self, network: Network, embedder: Embedder, document_frequency: Callable[[str], int], chunks: int
    ) -> None:
        self._network = network
        self._embedder = embedder
        self._document_frequency = document_frequency
        self._chunks = chunks

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read the first ``passages``; the others are not read."""
        asked = parse_question(question, self._document_frequency, self._chunks)
        read = passages[:PASSAGES_READ]
        if asked.form in (Form.DECISION, Form.TOPIC):
            # The network was trained on questions that a phrase answers.
            reading = read_sentences(asked, read, self._embedder)
        else:
            reading = self._read_spans(asked, read)
        unread = range(len(read), len(passages))
        return replace(
            reading,
            spans=reading.spans + ((),) * len(unread),
            relevance=reading.relevance + (None,) * len(unread),
            order=(*reading.order, *unread),
        )

    def _read_spans(self, asked: Question, passages: Sequence[Passage]) -> Reading:
        split = [PassageWords.of(passage) for passage in passages]
        found, read = find_candidates(asked, self._network, passages, split)
        if not found:
            return Reading.nothing(asked.form, len(passages))
        named = _named(asked, found[0], passages, split)
        offered = [found[0], named, *found[1:]] if named else found
        by_passage = [[one for one in offered if one.passage == place] for place in range(len(passages))]
        covered = max(one.near for one in found)
        weighed = evidence(asked, found, passages)
        relevance = tuple(
            max((one.alone for one in own), default=0.0) if place in read else None
            for place, own in enumerate(by_passage)
        )
        return Reading(
            form=asked.form,
            spans=tuple(
                tuple(Span(*one.sentence, one.probability, one.short) for one in own[:SPANS_PER_PASSAGE])
                for own in by_passage
            ),
            relevance=relevance,
            order=order_of(asked, passages, relevance),
            answerable=logistic(sum(weight * value for weight, value in zip(WEIGHTS, weighed, strict=True))),
            reason=f"{found_so_far(asked, split, covered)}; its likeliest phrase scores {found[0].score:+.1f}",
        )


def evidence(asked: Question, found: Sequence[Candidate], passages: Sequence[Passage]) -> tuple[float, ...]:
    """Return what tells whether the best of the candidates is right, in the order of ``WEIGHTS``.

    Its log odds, the length of the question, by how much it leads the best other answer, and 1.
    """

    def said(one: Candidate) -> str:
        return passages[one.passage].text[slice(*one.short)]

    best = log_odds(found[0].probability)
    other = next((log_odds(one.probability) for one in found if not agree(said(one), said(found[0]))), LEAST_LIKELY)
    return best, min(len(asked.terms), MOST_TERMS) / 10, best - other, 1.0


def find_candidates(
    asked: Question, network: Network, passages: Sequence[Passage], split: Sequence[PassageWords]
) -> tuple[list[Candidate], set[int]]:
    """Return the spans that may answer, likeliest first, and the places of the passages that were read.

    ``split`` holds the words of each passage. The most promising are read first. Where a phrase is asked for,
    reading ends when no span of those left could be likelier than the best one.
    """
    best_possible = [_best_possible(asked, one, words) for one, words in zip(passages, split, strict=True)]
    order = sorted(range(len(passages)), key=lambda place: -best_possible[place])
    found: list[Candidate] = []
    read: set[int] = set()
    for start in range(0, len(order), READ_TOGETHER):
        places = order[start : start + READ_TOGETHER]
        best = max((one.alone for one in found), default=0.0)
        if asked.form is Form.PHRASE and best >= best_possible[places[0]]:
            break
        spans = network.read(asked.text, [passages[place] for place in places])
        for place, own in zip(places, spans, strict=True):
            found.extend(_weighed(asked, place, passages[place], split[place], own))
            read.add(place)
    return sorted(_supported(found, passages), key=lambda one: -one.probability), read


def _best_possible(asked: Question, passage: Passage, words: PassageWords) -> float:
    """Return the probability of a span of the highest score in a sentence with all words that the passage has."""
    covered = coverage(asked, (words.everything,))
    return _alone(HIGHEST_SCORE, passage.scores.fused, covered, covered)


def _named(
    asked: Question, best: Candidate, passages: Sequence[Passage], split: Sequence[PassageWords]
) -> Candidate | None:
    """Return the sentence that names whom the best one only describes, as likely as that."""
    found = find_name(passages[best.passage], best.short, passages) if asks_for_somebody(asked.text) else None
    if found is None:
        return None
    place, name = found
    first, last = split[place].holding(*name)
    sentence = (split[place].offsets[first][0], split[place].offsets[last][1])
    return None if sentence == best.sentence else replace(best, passage=place, short=name, sentence=sentence)


def _weighed(
    asked: Question, place: int, passage: Passage, split: PassageWords, spans: Sequence[ScoredSpan]
) -> Iterator[Candidate]:
    for span in spans:
        first, last = split.holding(span.start, span.end)
        rings = split.rings(first, last)
        sentence = (min(split.offsets[first][0], span.start), max(split.offsets[last][1], span.end))
        doer = finds_doer(asked, passage.text[slice(*sentence)], span.start - sentence[0])
        yield Candidate(
            passage=place,
            short=(span.start, span.end),
            sentence=sentence,
            score=min(span.score + (0.0 if doer is None else DOER if doer else -DOER), HIGHEST_SCORE),
            fused=passage.scores.fused,
            own=coverage(asked, rings[:1]),
            near=coverage(asked, rings),
        )


def _supported(found: Sequence[Candidate], passages: Sequence[Passage]) -> Iterator[Candidate]:
    """Yield the candidates with their probability: the same answer in other articles makes it likelier."""
    said = [(passages[one.passage].file, passages[one.passage].text[slice(*one.short)]) for one in found]
    for one, (own, phrase) in zip(found, said, strict=True):
        others: dict[str, float] = {}
        for other, (file, same) in zip(found, said, strict=True):
            if file != own and agree(phrase, same):
                others[file] = max(other.alone, others.get(file, 0.0))
        wrong = (1.0 - one.alone) * math.prod(1.0 - SUPPORT * probability for probability in others.values())
        yield replace(one, probability=1.0 - wrong)


def _alone(score: float, fused: float, own: float, near: float) -> float:
    return logistic(SCORE * score + FUSED * fused + OWN * own + NEAR * near + SPAN_BIAS)
