"""Names groups of articles by the words and names that tell them from the others."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from qa.text.english import word_set
from qa.text.english.patterns import MONTH, NAME, POSSESSIVE, WEEKDAY
from qa.text.words import STOP_WORDS, words

MOST_NAMES = 3
"""Names and words in the label of a topic."""
NAME_WEIGHT = 1.5
"""How much more a name tells than a common word."""
LEAST_TELLING = 0.5
"""Score, relative to the best one, from which a further name is added."""
LEAST_SHARE = 0.12
"""Share of a topic's articles in which a word of its label must occur."""
LONGEST_NAME = 4
"""Words of a name; longer ones are lines in capital letters."""
SHORTEST_WORD = 4
"""Letters of a common word that may name a topic."""

_NAME = re.compile(NAME)
_SENTENCE_END = re.compile(r"(?<=\w{3}\.)\s")
_DAY_OR_MONTH = re.compile(rf"(?:{MONTH}|{WEEKDAY})\W*\Z")
_BEFORE_DAY = re.compile(r"\b(?:on|in|last|this|next|since|until|by)\s\Z", re.IGNORECASE)
_TITLE = re.compile(r"(?:Mr|Mrs|Ms|Dr)\.?\Z")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n\u201c\"]\s*[\u201c\"'\u2018(]*)\Z")
_NOT_TOPICS = word_set("not_topics")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

Term = tuple[str, ...]
"""The folded words of a name or a common word."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names and words at the beginning of each article."""

    terms: Sequence[frozenset[Term]]
    """Those of each article."""
    names: frozenset[Term]
    """Those that are names."""
    written: dict[Term, str]
    """How each is written most often."""
    frequency: Counter[Term]
    """The number of articles with each."""

    @classmethod
    def of(cls, articles: Iterable[tuple[str, str]], ignored: Collection[str]) -> Vocabulary:
        """Return the vocabulary of articles.

        Args:
            articles: title and beginning of each.
            ignored: names that say nothing about a topic even at the beginning of longer ones, such as outlets.
        """
        outlets = {_folded(name) for name in ignored}
        left_out: set[Term] = set()
        spellings: dict[Term, Counter[str]] = defaultdict(Counter)
        common: Counter[str] = Counter()
        terms: list[set[Term]] = []
        names: set[Term] = set()
        for title, beginning in articles:
            lower = {word for word in _WORD.findall(beginning) if word.islower()}
            common.update(lower)
            named = {name: _folded(name) for name in _names(beginning)}
            names |= {*named.values()}
            written = named | {word: (word,) for word in _common_words(title, lower)}
            for spelling, term in written.items():
                spellings[term][spelling] += 1
            terms.append({*written.values()})
        frequency = Counter(term for each in terms for term in each)
        # "Week" in "Week 14" is no name, because most articles write "week".
        left_out |= {term for term in names if len(term) == 1 and common[term[0]] >= frequency[term]}
        left_out |= {term for term in frequency if any(term[:length] in outlets for length in range(1, len(term) + 1))}
        left_out |= {term for term in frequency if all(len(word) == 1 for word in term)}
        spelled = {
            term: min(counts, key=lambda spelling: _spelling_rank(spelling, counts))
            for term, counts in spellings.items()
        }
        return cls([frozenset(each - left_out) for each in terms], frozenset(names), spelled, frequency)

    def label(self, members: Sequence[int]) -> list[str]:
        """Return the names and words that tell these articles from all others, the most telling first."""
        inside = Counter(term for member in members for term in self.terms[member])
        others = len(self.terms) - len(members)
        least = max(2, math.ceil(LEAST_SHARE * len(members))) if len(members) > 1 else 1

        def telling(term: Term) -> float:
            share = inside[term] / len(members)
            elsewhere = (self.frequency[term] - inside[term] + 0.5) / (others + 1)
            return (NAME_WEIGHT if term in self.names else 1.0) * share * math.log(max(share / elsewhere, 1.0))

        ordered = sorted((term for term in inside if inside[term] >= least), key=lambda term: (-telling(term), term))
        chosen: list[Term] = []
        for term in ordered:
            if len(chosen) == MOST_NAMES or telling(term) < LEAST_TELLING * telling(ordered[0]):
                break
            full = self._in_full(term, inside)
            if not any(set(full) & set(other) for other in chosen):
                chosen.append(full)
        return [self.written[term] for term in chosen]

    def _in_full(self, term: Term, inside: Counter[Term]) -> Term:
        """Return the longest name that contains a term in at least half of its articles: "Taylor Swift" for "Swift"."""
        longer = [name for name in inside if set(term) < set(name) and inside[name] >= max(2, inside[term] / 2)]
        return max(longer, key=lambda name: inside[name], default=term)


def _names(text: str) -> Iterator[str]:
    """Yield the names in ``text``; a single capitalised word at the beginning of a sentence is not known to be one."""
    for match in _NAME.finditer(text):
        parts = _SENTENCE_END.split(match[0])[0].split()
        at_start = _SENTENCE_START.search(text, max(0, match.start() - 4), match.start()) is not None
        before = text[max(0, match.start() - 6) : match.start()]
        while parts and (parts[0].lower().strip(".") in STOP_WORDS or _TITLE.match(parts[0])):
            before = f"{parts.pop(0)} "
            at_start = False
        if parts and _DAY_OR_MONTH.match(parts[0]) and _BEFORE_DAY.search(before):
            parts.pop(0)
        if all(_DAY_OR_MONTH.match(part) for part in parts):
            continue
        name = " ".join(parts).strip(".-'\u2019")
        if len(name) > 1 and len(parts) <= LONGEST_NAME and not (at_start and len(parts) == 1):
            yield name


def _common_words(title: str, lower: Collection[str]) -> Iterator[str]:
    """Yield the words of the title that ``lower`` contains."""
    for word in dict.fromkeys(word.lower() for word in _WORD.findall(title)):
        if word in lower and len(word) >= SHORTEST_WORD and word not in STOP_WORDS | _NOT_TOPICS:
            yield word


def _spelling_rank(spelling: str, counts: Counter[str]) -> tuple[bool, int]:
    """Return what is smallest for the best spelling: without a possessive ending, then the most frequent."""
    return POSSESSIVE.search(spelling) is not None, -counts[spelling]


def _folded(name: str) -> Term:
    return tuple(words(POSSESSIVE.sub("", name)))
