"""The facts in a stretch of text that can be right or wrong: its words, numbers, names and negations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from qa.text.english import word_list, word_set
from qa.text.english.patterns import NEGATION, POSSESSIVE
from qa.text.words import STOP_WORDS, content_stems, content_words, stem

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TRAILING_ZEROS = re.compile(r"\.0+$")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_CLAUSE_END = re.compile(r"[,;:.!?()]")
_NEGATED_WORDS = 2
"""Number of content words after a "not" that it is assumed to negate."""
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
        figures = {_TRAILING_ZEROS.sub("", figure.replace(",", "")) for figure in _NUMBER.findall(self.text)}
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
                names |= {part for part in word.casefold().split("-") if part}
        return frozenset(names)

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words, folded, without possessive endings."""
        folded = (POSSESSIVE.sub("", word).casefold() for word in _WORD.findall(self.text))
        return frozenset(part for word in folded for part in word.split("-"))

    @cached_property
    def negated(self) -> frozenset[str]:
        """The stems that it negates: the next content words after each "not", else the one before."""
        negated: set[str] = set()
        for match in NEGATION.finditer(self.text):
            after = content_words(_CLAUSE_END.split(self.text[match.end() :], maxsplit=1)[0])
            before = content_words(self.text[: match.start()])
            negated |= {stem(word) for word in after[:_NEGATED_WORDS] or before[-1:]}
        return frozenset(negated)

    def contradicts(self, other: Claims) -> bool:
        """Whether one of the two negates what the other states."""
        return self._denies(other) or other._denies(self)

    def _denies(self, other: Claims) -> bool:
        return bool(self.negated & other.stems) and not self.negated & other.negated
