"""How much of a question a stretch of a passage covers, by its words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.datatypes import Passage
from qa.questions.terms import Question, Term
from qa.text.sentences import Offsets, sentence_offsets
from qa.text.words import contains_stem, stems

RINGS = (1.0, 0.5, 0.25)
"""What a word of the question counts in the sentence, in its neighbours or the title, elsewhere in the passage."""
SENTENCES_BEFORE = 2
"""Sentences before another one that may name what it is about."""
RELATED_WEIGHT = 0.85
"""What a related word counts, as "Russia" for "Russian"."""

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The sentences of a passage, and the stems of their words."""

    offsets: list[Offsets]
    """Where the sentences stand in the passage's text."""
    sentences: list[Stems]
    """The stems of each."""
    title: Stems
    """The stems of the article's title and date."""
    everything: Stems
    """All stems, the title's included."""

    @classmethod
    def of(cls, passage: Passage) -> PassageWords:
        """Split a passage into sentences."""
        offsets = sentence_offsets(passage.text)
        sentences = [stems(passage.text[start:end]) for start, end in offsets]
        title = stems(f"{passage.title} {passage.published:%d %B %Y}" if passage.published else passage.title)
        return cls(offsets, sentences, title, title.union(*sentences))

    def holding(self, start: int, end: int) -> tuple[int, int]:
        """Return first and last of the sentences that hold the characters."""
        starts = [offset for offset, _ in self.offsets]
        first = max(0, bisect_right(starts, start) - 1)
        return first, max(first, bisect_right(starts, end - 1) - 1)

    def before(self, first: int, last: int) -> Stems:
        """Return the stems of these sentences, of the ones before that may name what they are about, and the title."""
        return self.title.union(*self.sentences[max(0, first - SENTENCES_BEFORE) : last + 1])

    def rings(self, first: int, last: int) -> tuple[Stems, Stems, Stems]:
        """Return the stems of these sentences, of those around them with the title, and all."""
        inside = frozenset[str]().union(*self.sentences[first : last + 1])
        return inside, self.title.union(*self.sentences[max(0, first - 1) : last + 2]), self.everything


def coverage(asked: Question, rings: Iterable[Stems]) -> float:
    """Return the share of the question's weight found, 0 to 1, each word in the innermost ring that has it."""
    found = 0.0
    for term in asked.terms:
        found += term.weight * max(share * _match(term, ring) for share, ring in zip(RINGS, rings, strict=False))
    return found / asked.weight


def missing_share(terms: Sequence[Term], known: Stems) -> float:
    """Return the share of the weight of ``terms`` that ``known`` lacks, 0 to 1; 0 without terms."""
    weight = sum(term.weight for term in terms)
    return sum(term.weight * (1.0 - _match(term, known)) for term in terms) / weight if weight else 0.0


def all_stems(passages: Iterable[PassageWords]) -> Stems:
    """Return the stems of all words of the passages."""
    return frozenset[str]().union(*(one.everything for one in passages))


def found_so_far(asked: Question, everywhere: Stems) -> str:
    """Say which words of the question are not among the stems of all passages."""
    missing = sorted((term for term in asked.terms if not _match(term, everywhere)), key=lambda term: -term.weight)
    if not missing:
        return "all words of the question were found"
    named = ", ".join(f'"{term.word}"' for term in missing[:3])
    return f"nothing found about {named}"


def _match(term: Term, known: Stems) -> float:
    """Return what a term counts among known stems: 1 if it is there, less if a related one is, else 0."""
    if term.stem in known:
        return 1.0
    return RELATED_WEIGHT if contains_stem(known, term.stem) else 0.0
