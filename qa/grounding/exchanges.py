"""Whether a statement gives to one name, date or number what its evidence gives to another.

All words of "Osk sold the mill to Dal" stand in "Dal sold the mill to Osk", and a network that compares words sees no
difference. So each mention of a statement is compared with those of the evidence by the words around it: if it would
fit better where another one stands, the two have been exchanged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

from qa.grounding.mentions import Mention, mentions
from qa.text.english import word_list
from qa.text.words import STOP_WORDS, stem, words

MOST_EXCHANGES = 6
"""Number of exchanges that are looked at, best first."""
LEAST_GAIN = -0.1
"""Minimum gain of an exchange worth looking at, -1 to 1."""
_TOKEN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?|[,;:.!?()\u2013\u2014]")
_SENTENCE_END, _CLAUSE_END, _CONJUNCTION = 4.0, 0.7, 0.7
"""What the end of a sentence, that of a clause, and a conjunction add to the distance of two words, in words."""
_CONJUNCTIONS = ("and", "but", "while", "whereas")
_FARTHEST = 8.0
"""Distance up to which a word belongs to a mention, in words."""
_OTHER_SIDE = 0.45
"""What a word counts that stands before a mention in one text and behind it in the other."""
_NO_EVIDENCE = 0.3
"""Added to what gains are relative to, so that the gain from little evidence is small."""
_NEIGHBOURS = 6
"""Number of words after a word whose order counts."""
_BE = frozenset(("am", "are", "be", "been", "being", "get", "gets", "got", "is", "was", "were"))
_PARTICIPLE = re.compile(r"\w+(?:ed|en|wn|rn)")
_PAST = frozenset(word_list("irregular_verbs")[::2])


@dataclass(frozen=True, slots=True)
class Exchange:
    """A statement with one mention replaced by another of the evidence, or with two mentions exchanged."""

    text: str
    """The statement after it."""
    is_swap: bool
    """Whether two mentions of the statement are exchanged."""
    gain: float
    """How much better the mentions fit into the words around them after it, -1 to 1."""
    order: float
    """How much more of the statement's order of words the evidence has after it, as a share of the pairs of words."""


def exchanges(statement: str, evidence: str) -> list[Exchange]:
    """Return the exchanges after which a statement might fit its evidence better, best first."""
    own, theirs = _parsed(statement), _parsed(evidence)
    pairs, known = _pairs(statement), _pairs(evidence)
    before = _shared(pairs, known)
    # Where one says in the passive voice what the other says in the active, an exchange keeps the order of words.
    most = 0.0 if (own.passives ^ theirs.passives) & own.stems & theirs.stems else 1.0
    candidates = sorted({*_replaced(statement, own, theirs), *_swapped(statement, own, theirs)}, reverse=True)
    return [
        Exchange(text, is_swap, gain, min(_shared(_pairs(text), known) - before, most))
        for gain, is_swap, text in candidates[:MOST_EXCHANGES]
        if gain > LEAST_GAIN
    ]


def _replaced(statement: str, own: _Text, theirs: _Text) -> Iterator[tuple[float, bool, str]]:
    """Yield gain and text for each mention that is replaced by one of the evidence that the statement lacks."""
    mentioned = frozenset[str]().union(*(mention.stems for mention in own.mentions))
    for mention in own.mentions:
        if not any(mention.is_same(other) for other in theirs.mentions):
            continue
        for other in theirs.mentions:
            if other.kind != mention.kind or other.stems & mentioned or other.text.casefold() in theirs.lower:
                continue
            after = _fit(own, mention, theirs, other, mention.stems | other.stems)
            before = _best_fit(own, mention, theirs, mention, other.stems)
            text = statement[: mention.start] + other.text + statement[mention.end :]
            yield (after - before) / (after + before + _NO_EVIDENCE), False, text


def _swapped(statement: str, own: _Text, theirs: _Text) -> Iterator[tuple[float, bool, str]]:
    """Yield gain and text for each two mentions of the statement, both in the evidence, that are exchanged."""
    stated = [mention for mention in own.mentions if any(mention.is_same(other) for other in theirs.mentions)]
    for first, second in combinations(stated, 2):
        if first.kind != second.kind or first.stems == second.stems:
            continue
        both = first.stems | second.stems
        before = sum(_best_fit(own, each, theirs, each, both) for each in (first, second))
        after = _best_fit(own, first, theirs, second, both) + _best_fit(own, second, theirs, first, both)
        between = statement[first.end : second.start]
        text = statement[: first.start] + second.text + between + first.text + statement[second.end :]
        yield (after - before) / (after + before + _NO_EVIDENCE), True, text


@dataclass(frozen=True, slots=True)
class _Word:
    """A content word of a text."""

    stem: str
    """Its stem."""
    position: float
    """Where it stands, in content words, with a distance between clauses and between sentences."""
    is_passive: bool = False
    """Whether what stands before it is what something is done to."""


@dataclass(frozen=True, slots=True)
class _Text:
    """A text as words around mentions."""

    mentions: tuple[Mention, ...]
    """Its mentions, in order."""
    positions: tuple[float, ...]
    """The position of each."""
    words: tuple[_Word, ...]
    """All its content words, those of the mentions as well."""
    lower: frozenset[str]
    """The words that it writes in lower case, which are no names where they open a sentence."""

    @property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return frozenset(word.stem for word in self.words)

    @property
    def passives(self) -> frozenset[str]:
        """The stems of its participles in the passive voice."""
        return frozenset(word.stem for word in self.words if word.is_passive)


@lru_cache(maxsize=64)
def _parsed(text: str) -> _Text:
    mentioned = mentions(text)
    tokens = list(_TOKEN.finditer(text))
    following = [*(after[0].casefold() for after in tokens[1:]), ""]
    position = 0.0
    before: list[str] = []
    positions: dict[int, float] = {}
    around: list[_Word] = []
    for token, after in zip(tokens, following, strict=False):
        word = re.sub(r"['\u2019]s$", "", token[0].casefold())
        number = next((index for index, each in enumerate(mentioned) if each.start <= token.start() < each.end), None)
        position += _distance_before(word)
        is_content = word[0].isalnum() and (word not in STOP_WORDS or number is not None)
        if is_content and number not in positions:
            position += 1
        if is_content and number is not None:
            positions[number] = position
        elif is_content:
            around.append(_Word(stem("".join(words(word)[:1])), position, _is_passive(word, before, after)))
        before.append(word)
    around += [_Word(each, positions[index]) for index, mention in enumerate(mentioned) for each in mention.stems]
    lower = frozenset(re.findall(r"\b[a-z]+\b", text))
    return _Text(tuple(mentioned), tuple(positions[index] for index in range(len(mentioned))), tuple(around), lower)


def _distance_before(word: str) -> float:
    if word in ".!?":
        return _SENTENCE_END
    if not word[0].isalnum():
        return _CLAUSE_END
    return _CONJUNCTION if word in _CONJUNCTIONS else 0.0


def _is_passive(word: str, before: Sequence[str], after: str) -> bool:
    """Whether a word is a participle of the passive voice: after a form of "be", or before "by"."""
    is_participle = _PARTICIPLE.fullmatch(word) is not None or word in _PAST
    return is_participle and (not _BE.isdisjoint(before[-2:]) or after == "by")


def _best_fit(own: _Text, mention: Mention, theirs: _Text, wanted: Mention, without: frozenset[str]) -> float:
    """Return how well the words around a mention fit those around the mentions of ``wanted`` in the evidence."""
    fits = (
        _fit(own, mention, theirs, other, without | mention.stems | other.stems)
        for other in theirs.mentions
        if wanted.is_same(other)
    )
    return max(fits, default=0.0)


def _fit(own: _Text, mention: Mention, theirs: _Text, other: Mention, without: frozenset[str]) -> float:
    """Return how many of the words around a mention stand around another one, the nearer the more."""
    ours, others = _around(own, mention, without), _around(theirs, other, without)
    return sum(
        max(
            math.sqrt(nearness * others.get((word, is_after), 0.0)),
            _OTHER_SIDE * math.sqrt(nearness * others.get((word, not is_after), 0.0)),
        )
        for (word, is_after), nearness in ours.items()
    )


def _around(text: _Text, mention: Mention, without: frozenset[str]) -> dict[tuple[str, bool], float]:
    """Return how near each word is to a mention, by its stem and whether it comes after it, in the active voice."""
    position = text.positions[text.mentions.index(mention)]
    nearness: dict[tuple[str, bool], float] = {}
    for word in text.words:
        distance = abs(word.position - position)
        if word.stem not in without and 0 < distance <= _FARTHEST:
            key = (word.stem, (word.position > position) != word.is_passive)
            nearness[key] = max(nearness.get(key, 0.0), 1 / (distance + 0.5))
    return nearness


@lru_cache(maxsize=64)
def _pairs(text: str) -> dict[tuple[str, str], float]:
    """Return the pairs of near words in order, the nearer the more they count."""
    stems = [stem(word) for word in words(text) if word not in ("a", "an", "the")]
    pairs: dict[tuple[str, str], float] = {}
    for index, first in enumerate(stems):
        for distance, second in enumerate(stems[index + 1 : index + _NEIGHBOURS], 1):
            pairs[first, second] = max(pairs.get((first, second), 0.0), 1 / distance)
    return pairs


def _shared(pairs: dict[tuple[str, str], float], known: dict[tuple[str, str], float]) -> float:
    """Return the share of pairs of words that are known ones, 0 to 1."""
    return sum(min(weight, known.get(pair, 0.0)) for pair, weight in pairs.items()) / (sum(pairs.values()) or 1.0)
