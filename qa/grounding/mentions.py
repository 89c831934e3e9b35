"""The names, dates and numbers that a sentence mentions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa.text.english import word_list, word_set
from qa.text.english.patterns import DAY_OF_MONTH, MONTH, POSSESSIVE, WEEKDAY
from qa.text.words import STOP_WORDS, stem, words

_WORD = r"[A-Z][\w\u2019'-]*(?:\.(?=\s[A-Z]))?"
_MENTION = re.compile(
    rf"(?P<date>\b{MONTH}\s+{DAY_OF_MONTH}\b(?:,\s*\d{{4}})?|\b{DAY_OF_MONTH}\s+{MONTH}(?:\s+\d{{4}})?"
    rf"|\b{MONTH}(?:\s+\d{{4}})?|\b(?:1\d|20)\d\d\b|\b{WEEKDAY}\b)"
    rf"|(?P<number>[$\u20ac\u00a3]?\b\d[\d,.]*\d%?|\b\d+%?|\b(?:{'|'.join(word_list('numerals')[2:])})\b)"
    rf"|(?P<name>\b{_WORD}(?:(?:\s(?:of|de|the|von|van|for))?\s{_WORD})*)"
)
_NUMERALS = {word: str(number) for number, word in enumerate(word_list("numerals"))}
_NOT_NAMES = frozenset(word.casefold() for word in word_set("not_names"))


@dataclass(frozen=True, slots=True)
class Mention:
    """A name, date or number in a text."""

    kind: str
    """``name``, ``date`` or ``number``."""
    start: int
    """Its first character."""
    end: int
    """One past the last one."""
    text: str
    """Its characters."""
    stems: frozenset[str]
    """The stems of its words, numerals in figures."""

    def is_same(self, other: Mention) -> bool:
        """Whether it may mean the same as another one: all words of one are in the other."""
        return self.kind == other.kind and (self.stems <= other.stems or other.stems <= self.stems)


def mentions(text: str) -> list[Mention]:
    """Return the mentions in a text, in order; common words that open a sentence belong to no name."""
    return list(_mentions(text))


def _mentions(text: str) -> Iterator[Mention]:
    for match in _MENTION.finditer(text):
        kind = str(match.lastgroup)
        start, end = match.span()
        if kind == "name":
            start = _without_common_words(match[0], start)
            end -= len(text[start:end]) - len(POSSESSIVE.sub("", text[start:end]))
        stems = frozenset(
            stem(_NUMERALS.get(word, word))
            for word in words(text[start:end])
            if word not in STOP_WORDS or word.isdigit()
        )
        if stems:
            yield Mention(kind, start, end, text[start:end], stems)


def _without_common_words(name: str, start: int) -> int:
    """Return where a name begins after the words that are capitalised only because they open a sentence."""
    for word in name.split():
        if word.casefold() not in STOP_WORDS and word.casefold() not in _NOT_NAMES:
            break
        start += len(word) + 1
    return start
