"""The reader without a trained model: it weighs whole sentences by the question's words and the kind of answer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import Passage, Span
from qa.reader import Reading
from qa.reader.phrases import Phrase, agent_words, find_phrase
from qa.reader.questions import Kind, Question, Term, parse_question
from qa.sentences import sentence_offsets
from qa.words import STOP_WORDS, akin, stem, words

PASSAGES_READ = 8
"""Passages after these are not read."""
SENTENCES_EMBEDDED = 12
"""Sentences whose meaning is compared with the question's, best first, 3 ms each; 48 measured no better."""
SPANS_PER_PASSAGE = 3
"""Sentences offered from one passage."""

SURE = 0.65
"""Confidence from which a phrase is offered as the short answer."""

COVERS = 0.75
"""Share of the question that the sentence of a short answer covers, with what is around it.

With both bounds 87 of 100 short answers were right; without this one, 71 of 100.
"""

# How likely a sentence answers: logistic regression on 400 questions about 25 encyclopedia articles, each
# sentence of the first passages labelled by whether it holds the answer; coefficients rounded. The
# cosine of sentence and question added nothing, as the passage's score has the passage's cosine in it.
OWN, NEAR, FITS, LACKS, FUSED, SENTENCE_BIAS = 5.0, 2.0, 0.6, -0.4, 5.0, -9.8
TOGETHER = 3.0
"""What it counts, asked for a person, that the words of the role stand side by side, times their share.

"The defence minister of North Korea" is another than the minister who visits it. For other kinds of
question it lowered the share of right first sentences.
"""
HEADING = -1.5
"""Set by hand, not fitted: a heading names what is told below it, but tells nothing."""

# How likely the passages answer at all: logistic regression on 400 questions with their article there, 400
# with it taken away, and 220 with only the answering chunk taken away, so that near misses count as much
# as far ones; the weight of length lies between that fit and one with 160 questions over several news
# articles added. Soft matching of words by their embeddings, the share of unknown words, the rarest
# missing word and the kind of answer found were tried and changed the area under the curve by < .01.
COVERED, ALIKE, LONG, ANSWERABLE_BIAS = 6.2, 5.3, 1.9, -7.9
LONGEST = 20
"""Words from which on a question counts as long (``LONG`` times 2): no single sentence covers all of it."""
UNCOUNTED = -1.2
"""No number stands with what is counted: so in 17 % of the answerable "how many" questions and 58 % of the others."""

MEANING = 20.0
"""What the cosine of question and sentence counts, times the share of the question that no sentence has.

Where every word is found, words decide; "give" that is nowhere leaves it to likeness with "presented".
"""

LINKED = 0.7
"""Odds, of those of the best sentence, given to the one that names what it leaves open."""

RINGS = (1.0, 0.5, 0.25)
"""What a word of the question counts in the sentence, in its neighbours or the title, elsewhere in the passage."""
AKIN = 0.85
"""What a related word counts, as "Russia" for "Russian"."""

_FULL_STOPS = (".", "!", "?", "\u2026", '"', "'", "\u201d", "\u2019", ")", "]", ":", ";")


class Embedder(Protocol):
    """Whatever turns texts into vectors of length one."""

    def embed(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """Return one row for each text."""
        ...


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage, weighed."""

    passage: int
    """Place of its passage among those read."""
    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    text: str
    """The characters themselves."""
    stems: frozenset[str]
    """The stems of its words."""
    near: float
    """Share of the question that it covers, words around it counting less."""
    phrase: Phrase | None
    """The phrase of the kind asked for that stands closest to the question's words."""
    probability: float
    """How likely it answers, if anything does."""

    @property
    def logit(self) -> float:
        """The logarithm of its odds."""
        return math.log(self.probability / (1.0 - self.probability))

    @property
    def sure(self) -> bool:
        """Whether its phrase may stand as the short answer."""
        return self.phrase is not None and self.phrase.confidence >= SURE and self.near >= COVERS


class SentenceReader:
    """Finds the sentences that answer by the question's words in and around them."""

    name = "extractive"

    def __init__(self, embedder: Embedder, document_frequency: Callable[[str], int], chunks: int) -> None:
        self._embedder = embedder
        self._document_frequency = document_frequency
        self._chunks = chunks

    def read(self, question: str, passages: Sequence[Passage]) -> Reading:
        """Read the first ``passages`` sentence by sentence."""
        asked = parse_question(question, self._document_frequency, self._chunks)
        candidates = [
            one for place, passage in enumerate(passages[:PASSAGES_READ]) for one in _weigh(asked, place, passage)
        ]
        candidates.sort(key=lambda candidate: -candidate.probability)
        if not candidates:
            return Reading(tuple(() for _ in passages), 0.0, "nothing was found")
        covered = max(candidate.near for candidate in candidates[:5])
        likeness = self._likeness(question, candidates[:SENTENCES_EMBEDDED])
        alike = max(likeness)
        missing = _missing(asked, candidates)
        left_open = sum(term.weight for term in missing) / asked.weight
        candidates = _by_meaning(candidates, likeness, left_open)
        length = min(len(asked.terms), LONGEST) / 10
        logit = COVERED * covered + ALIKE * alike + LONG * length + ANSWERABLE_BIAS
        if asked.counted and all(candidate.phrase is None for candidate in candidates[:5]):
            logit += UNCOUNTED
        linked = _linked(asked, candidates)
        spans = tuple(_spans(candidates, place, linked) for place in range(len(passages)))
        return Reading(spans, _logistic(logit), _reason(missing, covered, alike))

    def _likeness(self, question: str, candidates: Sequence[Candidate]) -> list[float]:
        """Return the cosine of the question and each sentence."""
        vectors = self._embedder.embed([question, *(candidate.text for candidate in candidates)])
        return [float(cosine) for cosine in vectors[1:] @ vectors[0]]


def _missing(question: Question, candidates: Sequence[Candidate]) -> list[Term]:
    """Return the terms that stand in no sentence at all, the weightiest first."""
    everywhere = frozenset[str]().union(*(candidate.stems for candidate in candidates))
    return sorted((term for term in question.terms if not _match(term, everywhere)), key=lambda term: -term.weight)


def _by_meaning(candidates: Sequence[Candidate], likeness: Sequence[float], left_open: float) -> list[Candidate]:
    """Order the first candidates anew by what their words leave open; the rest follow as they are."""
    best = max(likeness)
    moved = [
        replace(candidate, probability=_logistic(candidate.logit - MEANING * left_open * (best - cosine)))
        for candidate, cosine in zip(candidates, likeness, strict=False)
    ]
    moved.sort(key=lambda candidate: -candidate.probability)
    return [*moved, *candidates[len(moved) :]]


def _weigh(question: Question, place: int, passage: Passage) -> Iterator[Candidate]:
    """Yield the sentences of a passage."""
    offsets = sentence_offsets(passage.text)
    stems = [_stems(passage.text[start:end]) for start, end in offsets]
    title = _stems(f"{passage.title} {passage.published:%d %B %Y}" if passage.published else passage.title)
    everything = title.union(*stems)
    for number, (start, end) in enumerate(offsets):
        text = passage.text[start:end]
        around = title.union(*stems[max(0, number - 1) : number + 2])
        own = _coverage(question, (stems[number],))
        near = _coverage(question, (stems[number], around, everything))
        phrase = find_phrase(question, text)
        fits = phrase.confidence if phrase else 0.0
        lacks = phrase is None and question.kind is not Kind.OTHER
        logit = OWN * own + NEAR * near + FITS * fits + LACKS * lacks + FUSED * passage.scores.fused + SENTENCE_BIAS
        if question.kind is Kind.PERSON:
            logit += TOGETHER * own * _density(question, text)
        if not text.endswith(_FULL_STOPS):
            logit += HEADING
        yield Candidate(place, start, end, text, stems[number], near, phrase, _logistic(logit))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


def _coverage(question: Question, rings: Iterable[frozenset[str]]) -> float:
    """Return the share of the question's weight found, each word in the innermost ring that has it."""
    found = 0.0
    for term in question.terms:
        found += term.weight * max(share * _match(term, ring) for share, ring in zip(RINGS, rings, strict=False))
    return found / question.weight


def _density(question: Question, sentence: str) -> float:
    """Return how close together the question's words stand: 1 side by side, 1/4 with as many between them."""
    asked = [stem(word) for word in words(sentence) if word not in STOP_WORDS]
    places = [(place, number) for place, one in enumerate(asked) for number in _numbers_of(question, one)]
    wanted = {number for _, number in places}
    if len(wanted) < 2:
        return 0.0
    shortest = len(asked)
    for first, (start, _) in enumerate(places):
        missing = set(wanted)
        for end, number in places[first:]:
            missing.discard(number)
            if not missing:
                shortest = min(shortest, end - start + 1)
                break
    return min(1.0, len(wanted) / shortest) ** 2


def _numbers_of(question: Question, one: str) -> list[int]:
    """Return which terms of the question a stem is."""
    return [number for number, term in enumerate(question.terms) if _match(term, frozenset((one,)))]


def _match(term: Term, stems: frozenset[str]) -> float:
    if not term.stems.isdisjoint(stems):
        return 1.0
    return AKIN if any(akin(one, other) for one in term.stems for other in stems) else 0.0


def _linked(question: Question, candidates: Sequence[Candidate]) -> Candidate | None:
    """Return the sentence that names in full what the best one leaves open.

    "Opened by Holm" needs "Nils Holm"; "led by a party secretary" needs "party secretary Li".
    """
    best = candidates[0]
    others = [one for one in candidates[1:] if one.text != best.text]
    if question.kind is not Kind.PERSON:
        return None
    if best.phrase is not None and best.sure:
        name = best.text[best.phrase.start : best.phrase.end]
        longer = re.compile(rf"[A-Z]\w+ {re.escape(name)}\b")
        return None if " " in name else next((one for one in others if longer.search(one.text)), None)
    described = agent_words(question, best.text)
    named = [one for one in others if one.phrase is not None and len(one.stems & described) > 1]
    return max(named, key=lambda one: len(one.stems & described), default=None)


def _spans(candidates: Sequence[Candidate], place: int, linked: Candidate | None) -> tuple[Span, ...]:
    """Return the best sentences of one passage; a linked one stands just behind the best of all."""
    own = [candidate for candidate in candidates if candidate.passage == place]
    spans = []
    for candidate in own:
        probability = candidate.probability
        if candidate is linked:
            best = candidates[0].probability
            probability = max(probability, LINKED * best / (1.0 - best + LINKED * best))
        short = None
        if candidate.phrase is not None and candidate.sure and candidate is not linked:
            short = (candidate.start + candidate.phrase.start, candidate.start + candidate.phrase.end)
        spans.append(Span(candidate.start, candidate.end, probability, short))
    spans.sort(key=lambda span: -span.probability)
    return tuple(spans[:SPANS_PER_PASSAGE])


def _reason(missing: Sequence[Term], covered: float, alike: float) -> str:
    """Say which words of the question were not found, and how much was."""
    found = f"the best passage covers {covered:.0%} of the question, likeness {alike:.2f}".replace("%", " %")
    if not missing:
        return found
    named = ", ".join(f'"{term.word}"' for term in missing[:3])
    return f"nothing found about {named}; {found}"


def _logistic(value: float) -> float:
    return 1.0 / (1.0 + math.exp(-value))
