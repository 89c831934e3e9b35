"""Rewrite questions as people type them: with typing errors, and as keywords."""

from __future__ import annotations

import random
import re

_SHORTEST = 5
"""Minimum characters of a word with a typing error: shorter words would turn into others."""
_SECOND_SLIP = 0.3
"""Share of questions with a second typing error."""
_ADJACENT_KEYS = dict(pair.split(":") for pair in "a:qws e:wrd i:uok o:ipl u:yij n:bm t:ry s:ad r:et l:ko".split())
"""Key -> adjacent keys on the keyboard."""
_QUESTION_WORDS = ("when", "where", "who", "why", "how many", "how much")
"""Question words that people often leave in front of their keywords."""
_QUESTION_WORD_SHARE = 0.6
_STOP_WORDS = frozenset(
    "a an the of in on at to for from by with and or is are was were be been being do does did has have had what which "
    "who whom whose when where why how that this it its as about into than then there their his her".split()
)
_WORD = re.compile(r"[\w$%'.,-]+")


def with_slip(question: str, rng: random.Random) -> str:
    """Return the question with one or two words mistyped; unchanged if all words are short."""
    words = question.split(" ")
    long = [number for number, word in enumerate(words) if len(word) >= _SHORTEST and word.isalpha()]
    for number in rng.sample(long, min(len(long), 1 + (rng.random() < _SECOND_SLIP))):
        words[number] = _mistyped(words[number], rng)
    return " ".join(words)


def _mistyped(word: str, rng: random.Random) -> str:
    position = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:position], word[position], word[position + 1 :]
    kind = rng.random()
    if kind < 0.35:
        return before + after[0] + letter + after[1:]
    if kind < 0.6:
        return before + after
    if kind < 0.8:
        return before + letter + letter + after
    return before + rng.choice(_ADJACENT_KEYS.get(letter.lower(), "e")) + after


def as_keywords(question: str, rng: random.Random) -> str:
    """Return the words one would type into a search box; the question itself if they are fewer than two."""
    words = [word for word in _WORD.findall(question) if word.lower() not in _STOP_WORDS]
    folded = question.lower()
    if folded.startswith(_QUESTION_WORDS) and rng.random() < _QUESTION_WORD_SHARE:
        words.insert(0, " ".join(folded.split()[: 2 if folded.startswith("how") else 1]))
    return " ".join(words) if len(words) >= 2 else question
