"""What a question asks for: the kind of its answer, and its words with the weight each one carries."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from qa.words import IRREGULAR_FORMS, content_words, spellings, stem, words


class Kind(Enum):
    """What the answer has to be."""

    PERSON = "who"
    DATE = "when"
    NUMBER = "how many"
    PLACE = "where"
    OTHER = "what"


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of the question."""

    word: str
    """As asked, folded."""
    stems: frozenset[str]
    """Its stem, with those of its other spellings and irregular forms."""
    weight: float
    """How much it decides: rare words more, words that only frame a question less."""
    known: bool
    """Whether the corpus has it at all."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question, taken apart."""

    text: str
    """As asked."""
    kind: Kind
    """What its answer has to be."""
    counted: frozenset[str]
    """For a number, the stems of what is counted; else empty."""
    terms: tuple[Term, ...]
    """Its content words; never empty if it has words at all."""

    @property
    def weight(self) -> float:
        """The weight of all terms together."""
        return sum(term.weight for term in self.terms) or 1.0


_LEADS = {"who": Kind.PERSON, "whom": Kind.PERSON, "whose": Kind.PERSON, "when": Kind.DATE, "where": Kind.PLACE}

_MEASURES = tuple(
    """
    many much old long far tall high large big fast deep wide heavy often
    """.split()
)

_NOUNS = {
    Kind.PERSON: """actor actress analyst architect artist author captain ceo chairman chief coach commander composer
        director emperor engineer explorer founder general governor inventor judge king lawyer leader man mayor
        minister monarch musician official person philosopher player poet politician pope president professor
        queen ruler scientist senator singer spokesman spokesperson spokeswoman theologian winner woman writer""",
    Kind.DATE: "century date day decade month year",
    Kind.NUMBER: "amount number percent percentage population proportion",
    Kind.PLACE: """area capital city continent country county island location nation place province region state town
        village""",
}
_KIND_OF_NOUN = {noun: kind for kind, nouns in _NOUNS.items() for noun in nouns.split()}

_FRAME = frozenset(
    stem(word)
    for word in """
    give make take say tell happen use call know mean kind type sort form number amount year date day
    month decade century place city country people person thing way term word part role purpose reason
    example describe explain refer consider think believe main certain according old long far large big
    high percentage
    """.split()
)
_FRAME_WEIGHT = 0.3
"""Share of its weight that a word keeps which frames a question more often than it names the topic."""


def parse_question(text: str, document_frequency: Callable[[str], int], chunks: int) -> Question:
    """Take ``text`` apart; ``document_frequency`` tells how many of all ``chunks`` hold a stem."""
    sequence = words(text)
    kind = _kind(sequence)
    terms = tuple(_term(word, document_frequency, chunks) for word in content_words(text) or sequence)
    return Question(text, kind, _counted(sequence) if kind is Kind.NUMBER else frozenset(), terms)


def _term(word: str, document_frequency: Callable[[str], int], chunks: int) -> Term:
    stems = frozenset(stem(form) for form in _forms(word))
    found = min(chunks, max(map(document_frequency, stems)))
    rarity = math.log1p((chunks - found + 0.5) / (found + 0.5)) / math.log1p((chunks + 0.5) / 0.5)
    frames = not stems.isdisjoint(_FRAME)
    return Term(word, stems, max(rarity, 0.05) * (_FRAME_WEIGHT if frames else 1.0), found > 0)


def _forms(word: str) -> Iterable[str]:
    yield from spellings(word)
    yield from IRREGULAR_FORMS.get(word, ())


def _kind(sequence: list[str]) -> Kind:
    for place, word in enumerate(sequence):
        following = sequence[place + 1 : place + 6]
        if word in _LEADS:
            return Kind.OTHER if word == "who" and _asks_to_describe(following) else _LEADS[word]
        if word == "number" and following[:1] == ["of"]:
            return Kind.NUMBER
        if word == "how" and following and following[0] in _MEASURES:
            return Kind.NUMBER
        if word in ("what", "which"):
            return _kind_of_noun(following)
    return Kind.OTHER


def _asks_to_describe(following: list[str]) -> bool:
    """Whether a bare name follows "who is", so that the name is known and the person is not."""
    name = following[1:]
    return following[:1] in (["is"], ["was"]) and 0 < len(name) <= 3 and content_words(" ".join(name)) == name


def _kind_of_noun(following: list[str]) -> Kind:
    """Return the kind of ``what`` or ``which``, from the last noun before the verb or preposition."""
    if following[:1] and following[0] in ("is", "was", "are", "were"):
        following = following[2:] if following[1:2] in (["the"], ["its"], ["his"], ["her"], ["their"]) else []
    kind = Kind.OTHER
    content = set(content_words(" ".join(following)))
    for word in following:
        if word not in content:
            break
        kind = _KIND_OF_NOUN.get(word, Kind.OTHER)
        if kind is not Kind.OTHER:
            break
    return kind


def _counted(sequence: list[str]) -> frozenset[str]:
    """Return the stems of the words right after ``how many``: what the number has to count."""
    for place, word in enumerate(sequence[:-1]):
        if (word, sequence[place + 1]) in (("how", "many"), ("number", "of")):
            return frozenset(stem(noun) for noun in content_words(" ".join(sequence[place + 2 : place + 5]))[:3])
    return frozenset()
