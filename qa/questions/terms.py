"""The content words of a question, each with a weight."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from qa.questions.requests import parse_request
from qa.questions.types import QuestionType
from qa.text.english import word_set
from qa.text.english.patterns import NAME
from qa.text.words import content_words, stem, words

MANY_TERMS = 20
"""Number of terms from which a question counts as long: no single sentence covers all of it."""

MOST_TERMS = 64
"""Terms of a question that count, the rarest ones; the questions of MultiHop-RAG have 47 at most.

Each is compared with every word of every passage.
"""

_COUNTED_WORD = re.compile(
    r"\bhow (?:many|much(?! (?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|more|less|of)\b))"
    r" (?:more |other |of the )?(\w+)",
    re.IGNORECASE,
)
_NOT_SUBJECT = re.compile(r"\b[A-Z]{2,}s?\b|\b\d{1,2}\b")
"""Abbreviations, which articles may spell out, and small numbers, which they may write as words or not at all."""
_NAME_OR_NUMBER = re.compile(rf"{NAME}|\S*\d\S*")

_ADDRESS = re.compile(
    r"\b(?:link|url|uri|website|web ?site|web ?page|home ?page|e-?mail|mail|address|contact|repository|download)s?\b",
    re.IGNORECASE,
)

_CODE_WORDS = word_set("code_words")

_FRAMING_STEMS = frozenset(stem(word) for word in word_set("framing_words"))
_UNIT_STEMS = frozenset(stem(word) for word in word_set("units"))
_FRAMING_WEIGHT = 0.3
"""Factor on the weight of a framing word."""
_LEAST_RARITY = 0.05
"""Rarity of a word that occurs in every chunk; it still counts a little."""


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question."""

    word: str
    """The word, folded."""
    stem: str
    """Its stem."""
    weight: float
    """Its importance: higher for rare words, lower for framing words."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its type and terms."""

    text: str
    """As asked, or the standalone question if it was a follow-up."""
    type: QuestionType
    """The kind of answer it needs."""
    terms: tuple[Term, ...]
    """Its content words, or all its words if it has only stop words."""

    @property
    def counted(self) -> tuple[Term, ...]:
        """The term after "how many" or "how much", unless texts often omit it, as in "serves 4" (people)."""
        match = _COUNTED_WORD.search(self.text)
        stems = {stem(word) for word in words(match[1])} if match else set()
        return tuple(term for term in self.terms if term.stem in stems - _FRAMING_STEMS - _UNIT_STEMS)

    @property
    def named(self) -> tuple[Term, ...]:
        """The terms that are names or numbers, except the first word, which is always capitalised."""
        _, *rest = words(self.text) or [""]
        named = {stem(word) for match in _NAME_OR_NUMBER.finditer(self.text) for word in words(match[0])}
        later = {stem(word) for word in rest}
        return tuple(term for term in self.terms if term.stem in named & later)

    @property
    def subject(self) -> tuple[Term, ...]:
        """The names and numbers that any passage about its subject contains."""
        others = {stem(word) for match in _NOT_SUBJECT.finditer(self.text) for word in words(match[0])}
        return tuple(term for term in self.named if term.stem not in others)

    @property
    def topical(self) -> tuple[Term, ...]:
        """The terms that name its topic rather than frame the question, unless it has no others."""
        return tuple(term for term in self.terms if term.stem not in _FRAMING_STEMS) or self.terms

    @property
    def length(self) -> float:
        """The number of terms, at most ``MANY_TERMS``, divided by ten: a feature of the logistic models."""
        return min(len(self.terms), MANY_TERMS) / 10

    @property
    def weight(self) -> float:
        """The total weight of its terms, 1 if it has none."""
        return sum(term.weight for term in self.terms) or 1.0


def asks_for_address(question: str) -> bool:
    """Whether a question asks for the address of a page or mailbox."""
    return _ADDRESS.search(question) is not None


def asks_for_code(question: str) -> bool:
    """Whether a line of code may answer a question."""
    return not _CODE_WORDS.isdisjoint(words(question))


def parse_question(text: str, document_frequency: Callable[[str], int], chunks: int) -> Question:
    """Return the type and terms of a question.

    Args:
        text: the question.
        document_frequency: maps a stem to the number of chunks that contain it.
        chunks: the number of chunks in the index.
    """
    sequence = words(text)
    terms = [_term(word, document_frequency, chunks) for word in content_words(text) or sequence]
    heaviest = sorted(range(len(terms)), key=lambda index: -terms[index].weight)[:MOST_TERMS]
    return Question(text, parse_request(text).type, tuple(terms[index] for index in sorted(heaviest)))


def _term(word: str, document_frequency: Callable[[str], int], chunks: int) -> Term:
    root = stem(word)
    containing = min(chunks, document_frequency(root))
    rarity = math.log1p((chunks - containing + 0.5) / (containing + 0.5)) / math.log1p((chunks + 0.5) / 0.5)
    return Term(word, root, max(rarity, _LEAST_RARITY) * (_FRAMING_WEIGHT if root in _FRAMING_STEMS else 1.0))
