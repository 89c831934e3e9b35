"""Words as the full-text index stores them: folded, stemmed, and without stop words."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection, Iterator
from functools import lru_cache

from Stemmer import Stemmer

from qa.text.english import word_groups, word_set
from qa.text.english.patterns import SPELLING_VARIANTS

_WORD = re.compile(r"[^\W_]+")
_PUNCTUATION = string.punctuation + "\u2018\u2019\u201c\u201d\u2013\u2014\u2026"

STOP_WORDS = word_set("stop_words")
"""English words that say nothing about the topic."""


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, lower case, without diacritics."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _WORD.findall(folded)


def words_as_written(text: str) -> Iterator[tuple[str, str, int]]:
    """Yield each word of ``text`` as it stands there, folded as ``words`` does, and the offset of its first letter."""
    for match in _WORD.finditer(text):
        for folded in words(match[0])[:1]:
            yield match[0], folded, match.start()


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that indicate its topic: no stop words, each once, in order."""
    return list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of a folded word by Porter's algorithm, as SQLite's ``porter`` tokenizer does."""
    return str(_stemmer().stemWord(word))


def stems(text: str) -> frozenset[str]:
    """Return the stems of all words of ``text``."""
    return frozenset(stem(word) for word in words(text))


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the content words of ``text``."""
    return frozenset(stem(word) for word in content_words(text))


def synonym_stems(known: Collection[str]) -> frozenset[str]:
    """Return the stems of words that headings use for the same things as the words with these stems."""
    return frozenset[str]().union(*(group for group in _synonyms() if not group.isdisjoint(known)))


def related_stems(first: str, second: str) -> bool:
    """Whether two stems seem to share a root, like "russian" and "russia": a long common prefix, short endings."""
    if first[:4] != second[:4] or len(first) < 4:
        return False
    shorter, longer = sorted((len(first), len(second)))
    pairs = zip(first, second, strict=False)
    common = next((index for index, pair in enumerate(pairs) if pair[0] != pair[1]), shorter)
    return common >= 0.6 * longer and shorter - common <= 1


def contains_stem(known: Collection[str], stem: str) -> bool:
    """Whether ``known`` contains a stem or a related one."""
    return stem in known or any(related_stems(stem, other) for other in known)


def covered_share(wanted: Collection[str], known: Collection[str]) -> float:
    """Return the share of the stems ``wanted`` that ``known`` contains, or related ones, 0 to 1; 0 without any."""
    return sum(contains_stem(known, stem) for stem in wanted) / max(len(wanted), 1)


def same_answer(first: str, second: str) -> bool:
    """Whether one phrase contains the other word for word, like "Karin Osk" and "the mayor, Karin Osk"."""
    shorter, longer = sorted((_tokens(first), _tokens(second)), key=len)
    return bool(content_words(shorter)) and shorter in longer


def spellings(word: str) -> list[str]:
    """Return ``word`` and its British or American variants, if any."""
    variants = [
        ending.sub(replacement, word)
        for ending, replacement in SPELLING_VARIANTS
        if len(word) > 4 and ending.search(word)
    ]
    return list(dict.fromkeys([word, *variants]))


@lru_cache(maxsize=1)
def _synonyms() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(stem(word) for word in group) for group in word_groups("synonyms"))


def _tokens(text: str) -> str:
    """Return the words with a space around each; "11,000" is a single word, which does not contain "11"."""
    stripped = (token.strip(_PUNCTUATION) for token in text.casefold().split())
    return f" {' '.join(token for token in stripped if token)} "


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    return Stemmer("porter", 0)
