"""Evidence for a sentence: whether a passage supports its words and every number, name, date and negation in it.

This needs no model. A sentence is compared with the stretch of the passage that is most similar to it; a fact from
elsewhere in the passage does not count, because there it may be about something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from qa.datatypes import Offsets, Passage
from qa.grounding.claims import Claims
from qa.text.english import capitalized
from qa.text.english.patterns import PERSONAL_PRONOUNS, PRONOUN
from qa.text.words import related_stems, stem

LEAST_SHARE = 0.5
"""Minimum share of a sentence's content words that the evidence must contain."""
NEARLY = 0.15
"""How far the share of the evidence may be below that of the stretch most similar to the sentence."""
LONGEST_STRETCH = 2
"""Maximum number of adjacent sentences in a stretch."""
_COST_PER_SENTENCE = 0.04
"""Deducted from the share for each further sentence of a stretch, so that the shortest sufficient one is cited."""
_SENTENCES_BEFORE = 2
"""Sentences before a stretch that may name what its pronouns refer to."""
_OPENING_PRONOUN = re.compile(
    rf"(?:[A-Z][a-z]+ (?:[\w-]+ ){{0,6}}[\w-]+, )?(?:{PERSONAL_PRONOUNS}|it|its)\b", re.IGNORECASE
)
"""A pronoun that is the subject of a sentence, perhaps after an adverbial phrase."""
_OPENING_DESCRIPTION = re.compile(r"The (?:[\w-]+ ){0,2}?[a-z\d-]+\b")
"""A description that is the subject of a sentence."""
_CONJUNCTION = re.compile(r"[,;]? (?:and|but|while|whereas) (?=[A-Z]|the |its |their |his |her |it |he |she |they )|; ")
"""What joins two statements, each with a subject of its own, in one sentence."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of a passage, with how well it supports a sentence."""

    passage: int
    """Index of the passage."""
    start: int
    """First character in the passage's clean text."""
    end: int
    """One past the last character."""
    share: float
    """Share of the sentence's content words that it contains, 0 to 1."""
    missing: tuple[str, ...]
    """The sentence's names and numbers that it lacks, and "not" if one contradicts the other."""

    @property
    def location(self) -> tuple[int, int, int]:
        """Passage, start and end."""
        return self.passage, self.start, self.end

    @property
    def is_supported(self) -> bool:
        """Whether the stretch supports the sentence."""
        return self.share >= LEAST_SHARE and not self.missing


def supporting_evidence(sentence: str, cited: Iterable[int], passages: Sequence[Passage]) -> list[Evidence]:
    """Return the evidence for a sentence: from each cited passage that supports it, else the best of all; may be empty.

    Args:
        sentence: the sentence.
        cited: indexes of the passages that it cites.
        passages: all passages that may support it.
    """
    best = find_evidence(sentence, passages)
    if best is None or not best.is_supported:
        return _joint_evidence(sentence, passages)
    candidates = [
        replace(evidence, passage=index)
        for index in cited
        if (evidence := find_evidence(sentence, passages[index : index + 1])) is not None
    ]
    from_cited = [
        evidence for evidence in candidates if evidence.is_supported and evidence.share >= best.share - NEARLY
    ]
    return from_cited or [best]


def find_evidence(sentence: str, passages: Sequence[Passage]) -> Evidence | None:
    """Return the best evidence for ``sentence``, or else the most similar stretch; None if no passage has any text."""
    claims = Claims(sentence)
    # The first word of a sentence is capitalised whatever it is.
    names = claims.names - (claims.opening - _names_inside(passages))
    stretches = [
        evidence for index, passage in enumerate(passages) for evidence in _stretches(claims, names, index, passage)
    ]
    closest = max((evidence.share for evidence in stretches), default=0.0)

    def preference(evidence: Evidence) -> tuple[bool, float, int]:
        # A much less similar stretch is about something else: it does not outweigh a similar one that contradicts.
        supports = evidence.is_supported and evidence.share >= closest - NEARLY
        return supports, evidence.share, evidence.start - evidence.end

    return max(stretches, key=preference, default=None)


def _joint_evidence(sentence: str, passages: Sequence[Passage]) -> list[Evidence]:
    """Return the evidence for the two halves of a sentence that joins two statements; empty if one has none."""
    for match in _CONJUNCTION.finditer(sentence):
        halves = (sentence[: match.start()], capitalized(sentence[match.end() :]))
        each = [find_evidence(half, passages) for half in halves]
        both = [evidence for evidence in each if evidence is not None and evidence.is_supported]
        if len(both) == len(halves):
            return both
    return []


@dataclass(frozen=True, slots=True)
class _PassageClaims:
    """The claims of a passage, by sentence."""

    offsets: tuple[Offsets, ...]
    """Characters of its sentences in the clean text."""
    sentences: list[Claims]
    """The claims of each."""


@lru_cache(maxsize=64)
def _passage_claims(text: str, offsets: tuple[Offsets, ...]) -> _PassageClaims:
    """Return a passage's claims; cached, since all sentences of a reply are compared with the same passages."""
    return _PassageClaims(offsets, [Claims(text[start:end]) for start, end in offsets])


def _claims_of(passage: Passage) -> _PassageClaims:
    return _passage_claims(passage.layout.text, passage.layout.sentences)


def _names_inside(passages: Sequence[Passage]) -> frozenset[str]:
    """Return the names that passages capitalise inside a sentence."""
    return frozenset[str]().union(
        *(sentence.inner_names for passage in passages for sentence in _claims_of(passage).sentences)
    )


def _stretches(claims: Claims, names: frozenset[str], index: int, passage: Passage) -> Iterator[Evidence]:
    """Yield the stretches of one passage that could support the claims, which contain these names."""
    split = _claims_of(passage)
    day = f"{passage.published:%Y-%m-%d %B %d}" if passage.published else ""
    article = _Article(Claims(f"{passage.title} {passage.layout.context}"), Claims(day))
    for first, last in _sentence_ranges(claims, split.sentences):
        share = _share(claims, article, split.sentences[first : last + 1])
        missing = _missing(claims, names, article, split.sentences, first, last)
        yield Evidence(index, split.offsets[first][0], split.offsets[last][1], share, missing)


class _Article(NamedTuple):
    """What an article says besides its sentences."""

    title: Claims
    """What it is about: a statement may repeat its words, but its names and numbers belong to other statements."""
    day: Claims
    """When it was published."""


def _sentence_ranges(claims: Claims, sentences: Sequence[Claims]) -> Iterator[tuple[int, int]]:
    """Yield single sentences, and longer ranges if each sentence adds a word of the claims, not a name or number."""
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


def _share(claims: Claims, article: _Article, stretch: Sequence[Claims]) -> float:
    """Return the share of the claims' words that a stretch contains, less the cost of its length."""
    stems = article.title.stems.union(article.day.stems, *(sentence.stems for sentence in stretch))
    share = len(claims.stems & stems) / len(claims.stems) if claims.stems else 1.0
    return max(0.0, share - _COST_PER_SENTENCE * (len(stretch) - 1))


def _missing(
    claims: Claims, names: frozenset[str], article: _Article, sentences: Sequence[Claims], first: int, last: int
) -> tuple[str, ...]:
    """Return the facts of the claims that a range of sentences lacks."""
    stretch = sentences[first : last + 1]
    numbers = article.day.numbers.union(*(sentence.numbers for sentence in stretch))
    words = article.day.words.union(*(sentence.words for sentence in stretch))
    before = article.title.words.union(*(each.words for each in sentences[max(0, first - _SENTENCES_BEFORE) : first]))
    if _refers_back(claims, stretch):
        words |= before
    missing = [
        name
        for name in sorted(names)
        if not _contains_name(words, name)
        and not (_is_described(name, claims, stretch) and _contains_name(before, name))
    ]
    missing += sorted(claims.numbers - numbers)
    closest = max(stretch, key=lambda sentence: len(sentence.stems & claims.stems))
    if claims.contradicts(closest):
        missing.append("not")
    return tuple(missing)


def _refers_back(claims: Claims, stretch: Sequence[Claims]) -> bool:
    """Whether a pronoun of a stretch may refer to a name in the claims: it opens it, or it contains no other names."""
    if _OPENING_PRONOUN.match(stretch[0].text):
        return True
    named = frozenset[str]().union(*(sentence.names for sentence in stretch))
    return any(PRONOUN.search(sentence.text) for sentence in stretch) and named <= claims.words


def _is_described(name: str, claims: Claims, stretch: Sequence[Claims]) -> bool:
    """Whether a stretch may have a description for a name of the claims.

    This is "the program" for "the Apollo program", or, for what the claims begin with, a description that it begins
    with itself, such as "The city" for "Newcastle".
    """
    noun = claims.qualifiers.get(name)
    if noun is not None and any(noun in sentence.definite for sentence in stretch):
        return True
    return name in claims.subject and _OPENING_DESCRIPTION.match(stretch[0].text) is not None


def _contains_name(words: frozenset[str], name: str) -> bool:
    return name in words or any(related_stems(name, word) for word in words if word[:3] == name[:3])
