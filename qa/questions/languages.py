"""Whether a question is in another language than English."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from qa.text.words import STOP_WORDS, words

NOT_ENGLISH = "This question seems to be in another language; questions are understood in English."
"""Added to a refusal that may be due to the language of the question."""

_LEAST = 2
"""Words of one other language that make a question one of it, if there are fewer English ones."""


def is_foreign(question: str) -> bool:
    """Whether most letters are not Latin, or one language's function words outnumber the English ones."""
    letters = [letter for letter in question if letter.isalpha()]
    if sum(not _is_latin(letter) for letter in letters) > len(letters) / 2:
        return True
    sequence = {*words(question)}
    english = sum(word in STOP_WORDS for word in sequence)
    counts = [sum(weights.get(word, 0) for word in sequence) for weights in _languages()]
    return max(counts) >= max(_LEAST, english + 1)


def _is_latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith("LATIN ")


@cache
def _languages() -> tuple[dict[str, int], ...]:
    """Return the function words of each language, with how much each counts."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    halves = [line.split("|") for line in lines if not line.startswith("#")]
    return tuple(
        dict.fromkeys(others.split(), 1) | dict.fromkeys(unmistakable.split(), 2) for unmistakable, others in halves
    )
