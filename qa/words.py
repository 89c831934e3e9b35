"""Words as the full-text index sees them: folded, stemmed, and without those that carry no meaning."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Collection
from functools import lru_cache

from Stemmer import Stemmer

_WORD = re.compile(r"[^\W_]+")
_EDGES = string.punctuation + "\u2018\u2019\u201c\u201d\u2013\u2014\u2026"

STOP_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being
    below between both but by can could did do does doing down during each else ever few for from
    further get had has have having he her here hers herself him himself his how i if in into is it its
    itself just many may me might more most much must my myself no nor not of off on once only or other
    our ours ourselves out over own please s same shall she should so some such t than that the their
    theirs them themselves then there these they this those through to too under until up upon us very
    was we were what when where which while who whom whose why will with would you your yours yourself
    yourselves
    """.split()
)
"""English words that carry no topic; the usual list and the auxiliaries that questions are made of."""

PERSONAL = "he|she|they|him|her|them|his|hers|their|theirs"
"""Pronouns that stand for somebody, as alternatives of a pattern."""
PRONOUN = re.compile(rf"\b(?:{PERSONAL}|it|its|this|that|these|those)\b", re.IGNORECASE)
"""What stands for something named elsewhere."""
NAME = r"[A-Z][\w.\u2019'-]*(?:\s+(?:(?:of|the|de|da|di|du|la|van|von|der|den|al|bin)\s+)?[A-Z][\w.\u2019'-]*)*"
"""A name as it is written: words with a capital, and the small ones between them; part of a pattern."""

_SPELLINGS = (
    (re.compile(r"is(e|es|ed|er|ers|ing|ation|ations)$"), r"iz\1"),
    (re.compile(r"iz(e|es|ed|er|ers|ing|ation|ations)$"), r"is\1"),
    (re.compile(r"our(s|ed|ing|able|ful|ite|hood)?$"), r"or\1"),
    (re.compile(r"(?<=[bcdfghlmnv])or(s|ed|ing|able|ful|ite|hood)?$"), r"our\1"),
    (re.compile(r"(?<=[ef])ence(s|less)?$"), r"ense\1"),
    (re.compile(r"(?<=[ef])ense(s|less)?$"), r"ence\1"),
    (re.compile(r"(?<=[bt])re(s|d)?$"), r"er\1"),
    (re.compile(r"(?<=nt|ib|et)er(s|ed)?$"), r"re\1"),
    (re.compile(r"ogramme(s|d)?$"), r"ogram\1"),
    (re.compile(r"ogram(s)?$"), r"ogramme\1"),
)
"""British and American endings, either way; a guess that is no word finds nothing and costs nothing."""


def words(text: str) -> list[str]:
    """Return the words of ``text`` in order, lower case, without diacritics."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _WORD.findall(plain)


def content_words(text: str) -> list[str]:
    """Return the words of ``text`` that carry its topic: no stop words, each once, in order."""
    return list(dict.fromkeys(word for word in words(text) if word not in STOP_WORDS))


def agree(one: str, other: str) -> bool:
    """Whether one phrase stands in the other word for word, as "Karin Osk" in "the mayor, Karin Osk"."""
    shorter, longer = sorted((_tokens(one), _tokens(other)), key=len)
    return bool(content_words(shorter)) and shorter in longer


def _tokens(text: str) -> str:
    """Return the words with a space around each; "11,000" is one, and "11" does not stand in it."""
    stripped = (token.strip(_EDGES) for token in text.casefold().split())
    return f" {' '.join(token for token in stripped if token)} "


def spellings(word: str) -> list[str]:
    """Return ``word`` and its British or American twins, if its ending has one."""
    twins = [ending.sub(other, word) for ending, other in _SPELLINGS if len(word) > 4 and ending.search(word)]
    return list(dict.fromkeys([word, *twins]))


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return the stem of a folded word by Porter's algorithm, the one of SQLite's ``porter``."""
    return str(_stemmer().stemWord(word))


def akin(one: str, other: str) -> bool:
    """Whether two stems seem to come from one word, as "russian" and "russia": long common beginning, short ends."""
    if one[:4] != other[:4] or len(one) < 4:
        return False
    shorter, longer = sorted((len(one), len(other)))
    common = next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), shorter)
    return common >= 0.6 * longer and shorter - common <= 1


def is_among(one: str, stems: Collection[str]) -> bool:
    """Whether a stem, or one akin to it, is among ``stems``."""
    return one in stems or any(akin(one, other) for other in stems)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer:
    return Stemmer("porter", 0)
