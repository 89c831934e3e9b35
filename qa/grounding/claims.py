"""The facts in a stretch of text that can be right or wrong: its words, numbers, names and negations."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from qa.text.english import word_list, word_set
from qa.text.english.patterns import NEGATION, POSSESSIVE
from qa.text.words import STOP_WORDS, content_stems, content_words, stem

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_YEARS = re.compile(r"\b(?P<century>1\d|20)(?P<first>\d\d)[-\u2013/](?P<last>\d\d)\b(?![-\u2013/.,]?\d)")
"""Years such as 2008-09."""
_TRAILING_ZEROS = re.compile(r"\.0+$")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CLAUSE_END = re.compile(r"[,;:.!?()\u2013\u2014](?=\s|$)|\s(?:and|but|while|whereas|although|though|because)\s")
_CAPITALISED = r"(?P<name>[A-Z][\w'\u2019-]*(?:\s[A-Z][\w'\u2019-]*)*)"
_NAME_BEFORE = re.compile(rf"{_CAPITALISED}\s(?P<noun>[a-z]{{3,}})\b")
_NAME_AFTER = re.compile(rf"\b(?P<noun>[a-z]{{3,}}) of {_CAPITALISED}")
_LEADING_NAME = re.compile(r"(?:The )?([A-Z][\w'\u2019.-]*(?:\s[A-Z][\w'\u2019.-]*)*)")
_DEFINITE = re.compile(r"\b(?:[Tt]he|[Tt]his|[Tt]hat|[Ii]ts|[Tt]heir|[Hh]is|[Hh]er)\s+((?:[a-z-]+\s){0,2}[a-z]{3,})\b")
_NAME_GOES_ON = re.compile(r"['\u2019]s\b|\s+[A-Z]")
"""What follows the first word of a sentence that is a name."""
_NO_NEGATION = re.compile(r"\s+(?:until|only|just|least|long|merely|solely)\b", re.IGNORECASE)
"""What follows a "not" that negates nothing."""
_AMBIGUOUS_NUMERALS = {"one"}
"""Numerals that are just as often pronouns."""
_NUMERALS = {word: str(number) for number, word in enumerate(word_list("numerals")) if word not in _AMBIGUOUS_NUMERALS}
_SCALES = word_set("scales")
_NOT_NAMES = word_set("not_names")


@dataclass(frozen=True)
class Claims:
    """The facts in a stretch of text that can be right or wrong."""

    text: str
    """The stretch of text."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return content_stems(self.text)

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers, normalised, including numerals up to twenty and scales such as "million"."""
        text = _YEARS.sub(r"\g<century>\g<first> \g<century>\g<last>", self.text)
        figures = {_TRAILING_ZEROS.sub("", figure.replace(",", "")) for figure in _NUMBER.findall(text)}
        words = {word.casefold() for word in _WORD.findall(self.text)}
        numerals = {_NUMERALS[word] for word in words & _NUMERALS.keys()}
        percent = {"percent"} if "%" in self.text else set()
        return frozenset(figures | numerals | (words & _SCALES) | percent)

    @cached_property
    def names(self) -> frozenset[str]:
        """Its capitalised words, folded, without possessive endings; no stop words."""
        names: set[str] = set()
        for match in _WORD.finditer(self.text):
            word = POSSESSIVE.sub("", match[0])
            if word[:1].isupper() and word not in _NOT_NAMES and word.casefold() not in STOP_WORDS:
                names |= {part for part in _folded(word).split("-") if part}
        return frozenset(names)

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words, folded, without possessive endings."""
        folded = (_folded(POSSESSIVE.sub("", word)) for word in _WORD.findall(self.text))
        return frozenset(part for word in folded for part in word.split("-"))

    @cached_property
    def opening(self) -> frozenset[str]:
        """The parts of its first word if that is capitalised and no longer name begins with it."""
        match = _WORD.search(self.text)
        if match is None or not match[0][:1].isupper() or _NAME_GOES_ON.match(self.text, match.end()):
            return frozenset()
        return frozenset(_folded(POSSESSIVE.sub("", match[0])).split("-"))

    @cached_property
    def inner_names(self) -> frozenset[str]:
        """Its capitalised words but the first one, folded."""
        first = _WORD.search(self.text)
        return Claims(self.text[first.end() :]).names if first else frozenset()

    @cached_property
    def subject(self) -> frozenset[str]:
        """The parts of the name that it begins with, if it does."""
        match = _LEADING_NAME.match(self.text)
        return frozenset(re.split(r"[\s-]+", _folded(POSSESSIVE.sub("", match[1])))) if match else frozenset()

    @cached_property
    def qualifiers(self) -> Mapping[str, str]:
        """For each name that only tells which one is meant, the stem of the word that it belongs to.

        As in "the Apollo program" and "the mill of Osterby".
        """
        return {
            _folded(part): stem(match["noun"])
            for pattern in (_NAME_BEFORE, _NAME_AFTER)
            for match in pattern.finditer(self.text)
            for part in re.split(r"[\s-]+", match["name"])
        }

    @cached_property
    def definite(self) -> frozenset[str]:
        """The stems of the words that follow "the", "this", "that" or a possessive pronoun: "the new harbour"."""
        return frozenset(stem(word) for match in _DEFINITE.finditer(self.text) for word in match[1].split())

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Its clauses, at least one, in order."""
        return tuple(Clause.of(text) for text in _CLAUSE_END.split(self.text) if content_words(text)) or (NO_CLAUSE,)

    def contradicts(self, other: Claims) -> bool:
        """Whether one of the two negates what the other states in the clause most similar to it."""
        return any(clause.contradicts(clause.closest(other.clauses)) for clause in self.clauses)


class Clause(NamedTuple):
    """A part of a sentence that a negation in it is about."""

    stems: frozenset[str]
    """The stems of its content words."""
    negated: frozenset[str]
    """Those that it negates: of the next content word after each "not", else of the one before."""

    @classmethod
    def of(cls, text: str) -> Clause:
        """Return a stretch of text as a clause."""
        negated: set[str] = set()
        for match in NEGATION.finditer(text):
            if not _NO_NEGATION.match(text, match.end()):
                words = content_words(text[match.end() :])[:1] or content_words(text[: match.start()])[-1:]
                negated |= {stem(word) for word in words}
        return cls(content_stems(text), frozenset(negated))

    def closest(self, clauses: Sequence[Clause]) -> Clause:
        """Return the clause that shares most words with this one."""
        return max(clauses, key=lambda clause: len(clause.stems & self.stems))

    def contradicts(self, other: Clause) -> bool:
        """Whether one of the two negates what the other states."""
        return self._denies(other) or other._denies(self)

    def _denies(self, other: Clause) -> bool:
        return bool(self.negated & other.stems) and not other.negated


def _folded(word: str) -> str:
    return word.casefold().replace("\u2019", "'")


NO_CLAUSE = Clause(frozenset(), frozenset())
