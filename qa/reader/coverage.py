"""How much of a question's words a part of a passage covers."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa.datatypes import Offsets, Passage
from qa.questions.terms import Question, Term
from qa.text.words import contains_stem, stems

SCOPE_WEIGHTS = (1.0, 0.5, 0.25)
"""Weight of a word that is in the sentence, in its neighbours or the title, or elsewhere in the passage."""
SENTENCES_BEFORE = 2
"""Number of previous sentences that may name what a sentence is about."""
RELATED_WEIGHT = 0.85
"""Weight of a related word, such as "Russia" for "Russian"."""

Stems = frozenset[str]


@dataclass(frozen=True, slots=True)
class PassageWords:
    """The sentences of a passage with the stems of their words."""

    offsets: Sequence[Offsets]
    """Start and end of each sentence in the passage's clean text."""
    sentences: list[Stems]
    """The stems of each sentence."""
    title: Stems
    """The stems of what the passage is about: names, title, headings and date."""
    everything: Stems
    """All stems, including those of the title."""

    @classmethod
    def of(cls, passage: Passage) -> PassageWords:
        """Return the words of a passage's sentences, and of what it is about."""
        layout = passage.layout
        sentences = [stems(layout.text[start:end]) for start, end in layout.sentences]
        date = f" {passage.published:%d %B %Y}" if passage.published else ""
        title = stems(f"{passage.title} {layout.context}{date}")
        return cls(layout.sentences, sentences, title, title.union(*sentences))

    def sentences_of(self, start: int, end: int) -> tuple[int, int]:
        """Return the indices of the first and the last sentence that contain the characters."""
        starts = [offset for offset, _ in self.offsets]
        first = max(0, bisect_right(starts, start) - 1)
        return first, max(first, bisect_right(starts, end - 1) - 1)

    def context(self, first: int, last: int) -> Stems:
        """Return the stems of these sentences, of the title, and of previous sentences that may name the topic."""
        return self.title.union(*self.sentences[max(0, first - SENTENCES_BEFORE) : last + 1])

    def scopes(self, first: int, last: int) -> tuple[Stems, Stems, Stems]:
        """Return the stems of these sentences, of their surroundings with the title, and of everything."""
        inside = frozenset[str]().union(*self.sentences[first : last + 1])
        return inside, self.title.union(*self.sentences[max(0, first - 1) : last + 2]), self.everything


def coverage(question: Question, scopes: Iterable[Stems]) -> float:
    """Return the share of the question's weight that is covered, 0 to 1; a word counts in its narrowest scope."""
    covered = 0.0
    for term in question.terms:
        weighted = zip(SCOPE_WEIGHTS, scopes, strict=False)
        covered += term.weight * max(weight * _match(term, scope) for weight, scope in weighted)
    return covered / question.weight


def missing_share(terms: Sequence[Term], known: Stems) -> float:
    """Return the share of the weight of ``terms`` that is missing from ``known``, 0 to 1; 0 without terms."""
    weight = sum(term.weight for term in terms)
    return sum(term.weight * (1.0 - _match(term, known)) for term in terms) / weight if weight else 0.0


def all_stems(passages: Iterable[PassageWords]) -> Stems:
    """Return the stems of all words of the passages."""
    return frozenset[str]().union(*(passage.everything for passage in passages))


def coverage_message(question: Question, known: Stems) -> str:
    """Describe which words of the question are missing from the stems of all passages."""
    missing = sorted((term for term in question.terms if not _match(term, known)), key=lambda term: -term.weight)
    if not missing:
        return "all words of the question were found"
    words = ", ".join(f'"{term.word}"' for term in missing[:3])
    return f"nothing found about {words}"


def _match(term: Term, known: Stems) -> float:
    """Return 1 if a term is among the known stems, ``RELATED_WEIGHT`` if a related one is, else 0."""
    if term.stem in known:
        return 1.0
    return RELATED_WEIGHT if contains_stem(known, term.stem) else 0.0
