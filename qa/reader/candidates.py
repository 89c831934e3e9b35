"""Phrases of all passages that compete to answer, and what speaks for each."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.datatypes import Passage
from qa.reader.answer_types import answer_type, is_other_type
from qa.reader.coverage import PassageWords, coverage, missing_share
from qa.reader.odds import LogisticModel
from qa.reader.phrases import ScoredPhrase
from qa.reader.questions import Question, Term
from qa.sentences import Offsets
from qa.words import NAME, stem, words

HIGHEST_SCORE = 12.0
"""Where the network's log odds are cut: beyond, they say no more."""
SENTENCES_BEFORE = 2
"""Sentences before the one with a phrase that may name what it is about."""

_NAMED = re.compile(rf"{NAME}|\S*\d\S*")


EVIDENCE = ("score", "vector", "fulltext", "near", "unnamed", "other_type", "echo")
"""Of a phrase: the network's log odds, the retriever's two scores of its passage, the share of the question that its
sentence covers with what stands around it, the share of the question's names and numbers that stand neither in its
sentence nor before it nor in the title, whether it is of another type than was asked for, and the share of its
words that the question holds already."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase that may answer, the sentence it stands in, and what speaks for it."""

    passage: int
    """Place of its passage among those given."""
    file: str
    """The article it stands in."""
    text: str
    """The phrase."""
    short: Offsets
    """The phrase, in characters of the passage's text."""
    sentence: Offsets
    """The sentence or sentences that hold it."""
    evidence: tuple[float, ...]
    """What speaks for it, in the order of ``EVIDENCE``."""
    log_odds: float
    """That it answers, seen alone."""
    together: float = math.nan
    """That it answers, with other articles that say the same; set by ``qa.reader.confidence.add_up``."""

    @property
    def score(self) -> float:
        """The network's log odds."""
        return self.evidence[EVIDENCE.index("score")]

    @property
    def unnamed(self) -> float:
        """The share of the question's names and numbers that stand nowhere near."""
        return self.evidence[EVIDENCE.index("unnamed")]


class Weigher:
    """Weighs the phrases of one question."""

    def __init__(self, asked: Question, model: LogisticModel) -> None:
        self._asked = asked
        self._model = model
        self._wanted = answer_type(asked.text)

    def candidates(
        self, place: int, passage: Passage, split: PassageWords, phrases: Sequence[ScoredPhrase]
    ) -> Iterator[Candidate]:
        """Yield the candidates of one passage, in the order given."""
        for phrase in phrases:
            first, last = split.holding(phrase.start, phrase.end)
            sentence = (min(split.offsets[first][0], phrase.start), max(split.offsets[last][1], phrase.end))
            text = passage.text[phrase.start : phrase.end]
            rings = split.rings(first, last)
            before = split.title.union(*split.sentences[max(0, first - SENTENCES_BEFORE) : last + 1])
            evidence = (
                min(phrase.score, HIGHEST_SCORE),
                passage.scores.vector,
                passage.scores.fulltext,
                coverage(self._asked, rings),
                missing_share(self._names, before),
                float(is_other_type(text, self._wanted)),
                self._echo(text),
            )
            log_odds = self._model.log_odds(evidence)
            yield Candidate(place, passage.file, text, (phrase.start, phrase.end), sentence, evidence, log_odds)

    def _echo(self, phrase: str) -> float:
        """Return the share of the words of a phrase that the question holds already."""
        own = [stem(word) for word in words(phrase)]
        return sum(one in self._stems for one in own) / len(own) if own else 1.0

    @cached_property
    def _stems(self) -> frozenset[str]:
        return frozenset(stem(word) for word in words(self._asked.text))

    @cached_property
    def _names(self) -> tuple[Term, ...]:
        """The terms of the question that are names or numbers; its first word is neither."""
        _, *rest = words(self._asked.text) or [""]
        named = {stem(word) for match in _NAMED.finditer(self._asked.text) for word in words(match[0])}
        later = {stem(word) for word in rest}
        return tuple(term for term in self._asked.terms if term.stem in named & later)
