"""Evidence for a sentence: whether a passage says it, by its words and every number, name, date and negation in it.

No model decides this. A sentence is compared with the stretch of the passage that is most like it; a fact from
elsewhere in the passage does not count, because there it may be about something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from qa.datatypes import Passage
from qa.grounding.claims import Claims
from qa.text.english.patterns import PRONOUN
from qa.text.sentences import Offsets, sentence_offsets
from qa.text.words import related_stems, stem

LEAST_SHARE = 0.5
"""Share of a sentence's content words that the evidence must contain."""
NEARLY = 0.15
"""How much smaller a share of the words the evidence may contain than the stretch that is most like the sentence."""
LONGEST_STRETCH = 3
"""Sentences of a passage that may support one sentence together."""
_COST_PER_SENTENCE = 0.04
"""Share taken off for each further sentence of a stretch, so that the shortest one that suffices is cited."""
_SENTENCES_BEFORE = 2
"""Sentences before a stretch that may name what its pronouns stand for."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a passage, and how far it supports a sentence."""

    passage: int
    """Index of the passage."""
    start: int
    """First character in the passage's text."""
    end: int
    """One past the last character."""
    share: float
    """Share of the sentence's content words that it contains, 0 to 1."""
    missing: tuple[str, ...]
    """The names, numbers and "not" of the sentence that it lacks."""

    @property
    def location(self) -> tuple[int, int, int]:
        """Passage, start and end."""
        return self.passage, self.start, self.end

    @property
    def is_supported(self) -> bool:
        """Whether the stretch supports the sentence."""
        return self.share >= LEAST_SHARE and not self.missing


def supporting_evidence(sentence: str, cited: Iterable[int], passages: Sequence[Passage]) -> list[Evidence]:
    """Return what supports a sentence: each passage that it cites and that does, else the best of all; may be empty.

    Args:
        sentence: the sentence.
        cited: the numbers of the passages that it cites, from 1; unknown ones are ignored.
        passages: all passages that it may rest on.
    """
    best = find_evidence(sentence, passages)
    if best is None or not best.is_supported:
        return []
    own = [
        replace(evidence, passage=number - 1)
        for number in cited
        if 1 <= number <= len(passages)
        and (evidence := find_evidence(sentence, passages[number - 1 : number])) is not None
    ]
    return [one for one in own if one.is_supported and one.share >= best.share - NEARLY] or [best]


def find_evidence(sentence: str, passages: Sequence[Passage]) -> Evidence | None:
    """Return the best evidence for ``sentence``, or what is most like it; None if no passage has any text."""
    claims = Claims(sentence)
    stretches = [evidence for index, passage in enumerate(passages) for evidence in _stretches(claims, index, passage)]
    closest = max((evidence.share for evidence in stretches), default=0.0)

    def preference(evidence: Evidence) -> tuple[bool, float, int]:
        # What is much less alike is about something else: it does not outweigh a close stretch that contradicts.
        supports = evidence.is_supported and evidence.share >= closest - NEARLY
        return supports, evidence.share, evidence.start - evidence.end

    return max(stretches, key=preference, default=None)


@dataclass(frozen=True, slots=True)
class _PassageClaims:
    """A passage by sentence."""

    offsets: list[Offsets]
    """Characters of its sentences."""
    sentences: list[Claims]
    """What each of them says."""


@lru_cache(maxsize=64)
def _passage_claims(text: str) -> _PassageClaims:
    """Split a passage's text; cached, since all sentences of a reply are compared with the same passages."""
    offsets = sentence_offsets(text)
    return _PassageClaims(offsets, [Claims(text[start:end]) for start, end in offsets])


def _stretches(claims: Claims, index: int, passage: Passage) -> Iterator[Evidence]:
    """Yield the stretches of one passage that could support the claims."""
    split = _passage_claims(passage.text)
    day = f"{passage.published:%Y-%m-%d %B %d}" if passage.published else ""
    heading = Claims(f"{passage.title} {day}")
    for first, last in _sentence_ranges(claims, split.sentences):
        share, missing = _compare(claims, split.sentences, heading, first, last)
        yield Evidence(index, split.offsets[first][0], split.offsets[last][1], share, missing)


def _sentence_ranges(claims: Claims, sentences: Sequence[Claims]) -> Iterator[tuple[int, int]]:
    """Yield single sentences, and several where each adds a word of the claims that is no name and no number."""
    names = {stem(name) for name in claims.names}
    common = {word for word in claims.stems if word not in names and not word.isdigit()}
    for first in range(len(sentences)):
        yield first, first
        covered = sentences[first].stems
        for last in range(first + 1, min(first + LONGEST_STRETCH, len(sentences))):
            added = sentences[last].stems
            if not common & added - covered or not common & covered - added:
                break
            covered |= added
            yield first, last


def _compare(
    claims: Claims, sentences: Sequence[Claims], heading: Claims, first: int, last: int
) -> tuple[float, tuple[str, ...]]:
    """Return the share of the claims' words that a range of sentences contains, and the facts that it lacks."""
    stretch = sentences[first : last + 1]
    stems = heading.stems.union(*(sentence.stems for sentence in stretch))
    numbers = heading.numbers.union(*(sentence.numbers for sentence in stretch))
    words = heading.words.union(*(sentence.words for sentence in stretch))
    if _refers_back(claims, stretch):
        words = words.union(*(sentence.words for sentence in sentences[max(0, first - _SENTENCES_BEFORE) : first]))
    missing = [name for name in sorted(claims.names) if not _contains_name(words, name)]
    missing += sorted(claims.numbers - numbers)
    closest = max(stretch, key=lambda sentence: len(sentence.stems & claims.stems))
    if claims.contradicts(closest):
        missing.append("not")
    share = len(claims.stems & stems) / len(claims.stems) if claims.stems else 1.0
    return max(0.0, share - _COST_PER_SENTENCE * (last - first)), tuple(missing)


def _refers_back(claims: Claims, stretch: Sequence[Claims]) -> bool:
    """Whether a stretch says "he" where the claims have a name: it names nobody that the claims do not."""
    named = frozenset[str]().union(*(sentence.names for sentence in stretch))
    return any(PRONOUN.search(sentence.text) for sentence in stretch) and named <= claims.words


def _contains_name(words: frozenset[str], name: str) -> bool:
    return name in words or any(related_stems(name, word) for word in words if word[:3] == name[:3])
