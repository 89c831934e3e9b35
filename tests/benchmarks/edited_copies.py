"""Edited copies of articles, as newspapers print a wire story: words changed, sentences moved or left out, cut down."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

RATES = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3)
"""Shares of words that are changed."""
DROPPED, MOVED = 0.06, 0.06
"""Shares of sentences that are left out, and of sentences that change places with the next one."""
CUT_DOWN = 0.25
"""Share of copies that end early."""
SHORTEST_CUT = 0.5
"""The least share of paragraphs that such a copy keeps."""

_SENTENCE = re.compile(r"(?<=[.!?\u201d\"]) +(?=[A-Z\u201c\"])")
_FIELD = re.compile(r"^(?:Title|Source|Author|Date): (.*)$", re.MULTILINE)
_OUTLETS = ("Harbour Post", "Daily Ledger", "Valley Courier", "Evening Star", "Northern Mail", "City Observer")
_AGENCIES = ("(Reuters) -", "(AP) \u2014", "(AFP) -", "(dpa) -")


@dataclass(frozen=True, slots=True)
class Copy:
    """An edited copy."""

    text: str
    """The whole file."""
    rate: float
    """Share of its words that were changed."""
    is_cut: bool
    """Whether it ends early."""


class CopyMaker:
    """Makes edited copies; the same seed always makes the same ones."""

    def __init__(self, texts: Sequence[str], seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = [word for text in texts for word in body_of(text).split()]

    def copy(self, text: str, rate: float) -> Copy:
        """Return a copy of an article of which this share of words is changed."""
        chance = self._chance
        paragraphs = [self._paragraph(part, rate) for part in body_of(text).split("\n\n") if part.strip()]
        is_cut = len(paragraphs) > 2 and chance.random() < CUT_DOWN
        if is_cut:
            paragraphs = paragraphs[: max(2, round(len(paragraphs) * chance.uniform(SHORTEST_CUT, 0.9)))]
        lead = f"{chance.choice(self._words).upper()} {chance.choice(_AGENCIES)} " if chance.random() < 0.5 else ""
        return Copy(self._header() + lead + "\n\n".join(filter(None, paragraphs)) + "\n", rate, is_cut)

    def _header(self) -> str:
        chance = self._chance
        title = " ".join(chance.choices(self._words, k=8)).capitalize()
        day = date(2023, 9, 1) + timedelta(days=chance.randrange(120))
        return f"Title: {title}\nSource: {chance.choice(_OUTLETS)}\nDate: {day}\n\n"

    def _paragraph(self, text: str, rate: float) -> str:
        sentences = [sentence for sentence in _SENTENCE.split(text) if self._chance.random() >= DROPPED]
        for number in range(len(sentences) - 1):
            if self._chance.random() < MOVED:
                sentences[number], sentences[number + 1] = sentences[number + 1], sentences[number]
        return " ".join(self._changed(sentence, rate) for sentence in sentences)

    def _changed(self, sentence: str, rate: float) -> str:
        """Replace, leave out or insert words; the inserted ones come from anywhere in the corpus."""
        changed: list[str] = []
        for word in sentence.split():
            edit = self._chance.choice("rdi") if self._chance.random() < rate else ""
            if edit in ("", "i"):
                changed.append(word)
            if edit in ("r", "i"):
                changed.append(self._chance.choice(self._words))
        return " ".join(changed)


def body_of(text: str) -> str:
    """Return an article without its header lines."""
    head, _, rest = text.partition("\n\n")
    return rest if _FIELD.match(head) else text
