"""Questions as people type them: with slips of the finger, and as keywords."""

from __future__ import annotations

import random
import re

_SHORTEST = 5
"""Characters of a word that may get a slip: short ones would become other words."""
_SECOND_SLIP = 0.3
"""Share of questions with two."""
_BESIDE = dict(pair.split(":") for pair in "a:qws e:wrd i:uok o:ipl u:yij n:bm t:ry s:ad r:et l:ko".split())
"""Keys beside a key."""
_QUESTION_WORDS = ("when", "where", "who", "why", "how many", "how much")
"""Beginnings that people often leave before their keywords."""
_QUESTION_WORD_SHARE = 0.6
_STOP_WORDS = frozenset(
    "a an the of in on at to for from by with and or is are was were be been being do does did has have had what which "
    "who whom whose when where why how that this it its as about into than then there their his her".split()
)
_WORD = re.compile(r"[\w$%'.,-]+")


def with_slip(question: str, chance: random.Random) -> str:
    """Return the question with one or two words mistyped; the same if all are short."""
    words = question.split(" ")
    long = [number for number, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    for number in chance.sample(long, min(len(long), 1 + (chance.random() < _SECOND_SLIP))):
        words[number] = _mistyped(words[number], chance)
    return " ".join(words)


def _mistyped(word: str, chance: random.Random) -> str:
    at = chance.randrange(1, len(word) - 1)
    before, here, after = word[:at], word[at], word[at + 1 :]
    kind = chance.random()
    if kind < 0.35:
        return before + after[0] + here + after[1:]
    if kind < 0.6:
        return before + after
    if kind < 0.8:
        return before + here + here + after
    return before + chance.choice(_BESIDE.get(here.lower(), "e")) + after


def as_keywords(question: str, chance: random.Random) -> str:
    """Return the words that a search box would be given; the question itself if they are fewer than two."""
    words = [word for word in _WORD.findall(question) if word.lower() not in _STOP_WORDS]
    folded = question.lower()
    if folded.startswith(_QUESTION_WORDS) and chance.random() < _QUESTION_WORD_SHARE:
        words.insert(0, " ".join(folded.split()[: 2 if folded.startswith("how") else 1]))
    return " ".join(words) if len(words) >= 2 else question
