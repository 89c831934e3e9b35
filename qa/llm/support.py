"""Whether a passage says what a sentence says: its words, and every number, name, date and negation in it.

No model decides this. A sentence is held against the stretch of the passage that is most like it; a fact that
stands elsewhere in the passage does not count, because there it is said of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from qa.datatypes import Passage
from qa.sentences import Offsets, sentence_offsets
from qa.words import PRONOUN, STOP_WORDS, akin, content_words, stem

LEAST_SHARE = 0.5
"""Share of a sentence's content words that the stretch must hold."""
NEARLY = 0.15
"""By how much the share of what carries a sentence may fall short of the share of what is most like it."""
LONGEST_STRETCH = 3
"""Sentences of a passage that may carry one sentence together."""
_PER_SENTENCE = 0.04
"""What each further sentence of a stretch costs, so that the shortest one that suffices is cited."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TRAILING = re.compile(r"\.0+$")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|hardly|\w+n['\u2019]t)\b", re.I
)
_NEGATED_WORDS = 2
"""Content words after a "not" that it is taken to deny."""
_CLAUSE_END = re.compile(r"[,;:.!?()]")
_COUNTS = {
    word: str(number)
    for number, word in enumerate(
        """
        zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
        seventeen eighteen nineteen twenty
        """.split()
    )
}
_UNCOUNTED = {"one"}
"""As often a pronoun as a number."""
_SCALES = {"hundred", "thousand", "million", "billion", "trillion", "percent"}
_NO_NAMES = {"The", "A", "An", "I", "According", "However", "Moreover", "Additionally", "Furthermore", "Overall"}


@dataclass(frozen=True)
class Facts:
    """What a stretch of text says that can be right or wrong."""

    text: str
    """The stretch."""

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(stem(word) for word in content_words(self.text))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Its numbers, written in one way; words up to twenty and scales included."""
        written = {_TRAILING.sub("", found.replace(",", "")) for found in _NUMBER.findall(self.text)}
        words = {word.casefold() for word in _WORD.findall(self.text)}
        counted = {_COUNTS[word] for word in words & _COUNTS.keys() - _UNCOUNTED}
        percent = {"percent"} if "%" in self.text else set()
        return frozenset(written | counted | (words & _SCALES) | percent)

    @cached_property
    def names(self) -> frozenset[str]:
        """Its capitalised words, without possessive endings, folded; the first word only if it is no common one."""
        found = set()
        for match in _WORD.finditer(self.text):
            word = re.sub(r"['\u2019]s?$", "", match[0])
            if word[:1].isupper() and word not in _NO_NAMES and word.casefold() not in STOP_WORDS:
                found |= {part for part in word.casefold().split("-") if part}
        return frozenset(found)

    @cached_property
    def words(self) -> frozenset[str]:
        """All its words, folded, without possessive endings."""
        folded = (re.sub(r"['\u2019]s?$", "", word).casefold() for word in _WORD.findall(self.text))
        return frozenset(part for word in folded for part in word.split("-"))

    @cached_property
    def negated(self) -> frozenset[str]:
        """The stems of what is said not to be: the next content words after each "not", else the one before."""
        found: set[str] = set()
        for match in _NEGATION.finditer(self.text):
            after = content_words(_CLAUSE_END.split(self.text[match.end() :], maxsplit=1)[0])
            before = content_words(self.text[: match.start()])
            found |= {stem(word) for word in after[:_NEGATED_WORDS] or before[-1:]}
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Support:
    """The stretch of a passage that is most like a sentence."""

    passage: int
    """Place of the passage among those given."""
    start: int
    """First character in its text."""
    end: int
    """One past the last character."""
    share: float
    """Share of the sentence's content words that it holds, 0 to 1."""
    missing: tuple[str, ...]
    """What the sentence says and the stretch does not: names, numbers, "not"."""

    @property
    def length(self) -> int:
        """Characters of the stretch."""
        return self.end - self.start

    @property
    def holds(self) -> bool:
        """Whether the stretch carries the sentence."""
        return self.share >= LEAST_SHARE and not self.missing


def find_support(sentence: str, passages: Sequence[Passage]) -> Support | None:
    """Return what carries ``sentence`` best, or is most like it; None if there is no passage with text."""
    said = Facts(sentence)
    found = [support for place, one in enumerate(passages) for support in _supports(said, place, one)]
    closest = max((one.share for one in found), default=0.0)
    # What is much less alike tells of something else: it can not excuse that the closest says the opposite.
    return max(
        found, key=lambda one: (one.holds and one.share >= closest - NEARLY, one.share, -one.length), default=None
    )


def _supports(said: Facts, place: int, passage: Passage) -> Iterator[Support]:
    """Yield the stretches of one passage that could carry what is said."""
    offsets, parts = _taken_apart(passage.text)
    day = f"{passage.published:%Y-%m-%d %B %d}" if passage.published else ""
    about = Facts(f"{passage.title} {day}")
    for first, last in _stretches(said, parts):
        yield _support(said, place, offsets, parts, about, first, last)


@lru_cache(maxsize=64)
def _taken_apart(text: str) -> tuple[list[Offsets], list[Facts]]:
    """Return the sentences of a passage; each sentence of a reply is held against the same passages."""
    offsets = list(sentence_offsets(text))
    return offsets, [Facts(text[start:end]) for start, end in offsets]


def _stretches(said: Facts, parts: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """Yield single sentences, and several where each adds a word, no name and no number, that is said."""
    plain = {word for word in said.stems if word not in {stem(name) for name in said.names} and not word.isdigit()}
    for first in range(len(parts)):
        yield first, first
        held = parts[first].stems
        for last in range(first + 1, min(first + LONGEST_STRETCH, len(parts))):
            if not plain & parts[last].stems - held or not plain & held - parts[last].stems:
                break
            held |= parts[last].stems
            yield first, last


def _support(
    said: Facts,
    place: int,
    offsets: Sequence[Offsets],
    parts: Sequence[Facts],
    about: Facts,
    first: int,
    last: int,
) -> Support:
    stretch = parts[first : last + 1]
    stems = frozenset[str]().union(*(part.stems for part in stretch), about.stems)
    numbers = frozenset[str]().union(*(part.numbers for part in stretch), about.numbers)
    words = frozenset[str]().union(*(part.words for part in stretch), about.words)
    if _leans(said, stretch):
        words |= frozenset[str]().union(*(part.words for part in parts[max(0, first - 2) : first]))
    missing = [name for name in sorted(said.names) if not _held(name, words)]
    missing += sorted(said.numbers - numbers)
    closest = max(stretch, key=lambda part: len(part.stems & said.stems))
    if _opposite(said, closest) or _opposite(closest, said):
        missing.append("not")
    share = len(said.stems & stems) / len(said.stems) if said.stems else 1.0
    start, end = offsets[first][0], offsets[last][1]
    return Support(place, start, end, max(0.0, share - _PER_SENTENCE * (last - first)), tuple(missing))


def _opposite(one: Facts, other: Facts) -> bool:
    """Whether ``one`` says not to be what ``other`` says without a "not"."""
    return bool(one.negated & other.stems) and not one.negated & other.negated


def _leans(said: Facts, stretch: Sequence[Facts]) -> bool:
    """Whether the stretch says "he" where the sentence has a name: it names nobody that the sentence does not."""
    named = frozenset[str]().union(*(part.names for part in stretch))
    return any(PRONOUN.search(part.text) for part in stretch) and named <= said.words


def _held(name: str, words: frozenset[str]) -> bool:
    return name in words or any(akin(name, word) for word in words if word[:3] == name[:3])
