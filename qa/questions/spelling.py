"""Spelling: a word of a question that the articles do not contain may be a misspelt one that they do.

A word that is English, or a name that many people know, is never corrected, however near another word is: that the
articles do not contain it is the answer. Of the other words, one counts as misspelt if one slip of the fingers, or two
in a long word, makes it a word of the articles. Where a slip is unlikely or the word is short, the corrected word must
also stand beside its neighbour in some article, as "deck" does beside "steam".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from qa.questions.languages import is_foreign
from qa.text.english import enumerated, word_set
from qa.text.words import STOP_WORDS, spellings, stem, words

if TYPE_CHECKING:
    from rapidfuzz.distance import Editop

TWO_SLIPS = 7
"""Letters of the shortest word in which two slips are taken for a misspelling."""
_SURE = 4
"""Letters of the shortest word that is corrected without a neighbour, other than to a stop word."""
_SHORTEST = 3
_SHORTEST_PART = 3
"""Letters of the shortest word that a word is divided into, or joined from."""
_COSTLIEST = 5
"""The most that the slips in a word may cost where its neighbour speaks for it."""
_MOST_CHECKED = 100
"""Words of a question that are checked, the first ones; each takes up to 3 ms."""
_CANDIDATES = 8
"""Nearest words that are looked at more closely."""

_WORD = re.compile(r"(?<![\w@/.\\#'\u2019-])[^\W\d_]{3,}(?![\w@/\\]|\.\w)")
"""A word, not part of an address, a file's name or a number."""
_QUOTED = re.compile(r'"[^"]*"|\u201c[^\u201d]*\u201d')
_CONTRACTION = re.compile(r"\b(?:(what|who|where|when|how)(s)|(did|do|does|is|was|are|were|has|have|had)(nt))\b", re.I)
_KEYS = {
    letter: (row, column)
    for row, letters in enumerate(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    for column, letter in enumerate(letters)
}
"""Row and column of each letter on a keyboard."""
_SOUNDS = ("aeiouy", "csz", "ckq", "gj", "mn", "fv", "vw", "bp", "dt")
"""Letters that are written for one another because they sound alike."""


class Vocabulary(Protocol):
    """The words of the articles; see ``qa.index.vocabulary``."""

    def frequency(self, word: str) -> int:
        """Return how many chunks contain this very word, folded."""

    def beginning_with(self, letter: str, shortest: int, longest: int) -> dict[str, int]:
        """Return the words that begin with a letter and have so many letters, with the number of chunks of each."""

    def are_adjacent(self, phrase: Sequence[str]) -> bool:
        """Whether these words stand next to each other, in this order, in any chunk."""

    def as_written(self, word: str) -> str:
        """Return a folded word with the capitals and accents that most chunks write it with."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A question with its misspelt words corrected."""

    text: str
    """The corrected question."""
    corrections: tuple[tuple[str, str], ...] = ()
    """Each word as typed, and what is searched for instead."""

    @property
    def notice(self) -> str:
        """The line that tells the user; empty if nothing was corrected."""
        pairs = [f'"{meant}" instead of "{typed}"' for typed, meant in self.corrections]
        return f"Searched for {enumerated(pairs)}." if pairs else ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A word that a misspelt one may have meant."""

    word: str
    """The word, folded."""
    slips: int
    """The distance: letters left out, added, replaced, or swapped with the next."""
    cost: int
    """How unlikely the slips are; 0 is the likeliest."""
    frequency: int
    """Number of chunks that contain it."""

    @property
    def rank(self) -> tuple[int, int, int]:
        return self.slips, self.cost, -self.frequency


def correct_spelling(question: str, vocabulary: Vocabulary) -> Spelling:
    """Return ``question`` with the words corrected that are misspelt, wrongly divided or wrongly joined.

    One in another language is returned as it is.
    """
    if is_foreign(question):
        return Spelling(question)
    text = _CONTRACTION.sub(lambda match: f"{match[1]}'s" if match[1] else f"{match[3]}n't", question)
    corrections: list[tuple[str, str]] = []
    for typed, meant in [*_joined(text, vocabulary), *_misspelt(text, vocabulary)]:
        if re.search(rf"\b{re.escape(typed)}\b", text):
            text = re.sub(rf"\b{re.escape(typed)}\b", lambda _, meant=meant: meant, text)  # type: ignore[misc]
            corrections.append((typed, meant))
    return Spelling(text, tuple(corrections))


def is_ordinary(word: str) -> bool:
    """Whether a folded word is English, or a name that many people know, in any of its forms and spellings."""
    known = word_set("known_stems")
    return word in STOP_WORDS or any(stem(variant) in known for variant in spellings(word))


def _words_to_check(text: str) -> Iterator[tuple[str, str]]:
    """Yield each word as typed and folded, except in quotation marks and what is an abbreviation in capitals."""
    quoted = [match.span() for match in _QUOTED.finditer(text)]
    for match in _WORD.finditer(text):
        folded = words(match[0])
        if (match[0].isupper() and not text.isupper()) or any(start < match.start() < end for start, end in quoted):
            continue
        if len(folded) == 1:
            yield match[0], folded[0]


def _joined(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield two words that the articles write as one: "cyber truck" where they have only "Cybertruck"."""
    for match in re.finditer(r"(?=\b([^\W\d_]{3,}) ([^\W\d_]{3,})\b)", text):
        pair = words(f"{match[1]} {match[2]}")
        if STOP_WORDS & {*pair} or not vocabulary.frequency("".join(pair)) or vocabulary.are_adjacent(pair):
            continue
        yield f"{match[1]} {match[2]}", vocabulary.as_written("".join(pair))


def _misspelt(text: str, vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    sequence = words(text)
    for typed, word in islice(_words_to_check(text), _MOST_CHECKED):
        if any(map(vocabulary.frequency, spellings(word))) or is_ordinary(word):
            continue
        meant = _nearest(typed, word, _neighbours(word, sequence), vocabulary)
        parts = None if meant else _divided(word, vocabulary)
        if meant in STOP_WORDS:
            yield typed, meant
        elif meant or parts:
            yield typed, " ".join(vocabulary.as_written(part) for part in parts or [meant or ""])


def _neighbours(word: str, sequence: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
    """Return the word before a word and the one after it, if there are any; a mark may divide it in the sequence."""
    if word not in sequence:
        return (), ()
    position = sequence.index(word)
    return sequence[:position][-1:], sequence[position + 1 : position + 2]


def _divided(word: str, vocabulary: Vocabulary) -> list[str] | None:
    """Return the two words that are joined in ``word``, which stand side by side in the articles."""
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        parts = [word[:cut], word[cut:]]
        if all(map(vocabulary.frequency, parts)) and vocabulary.are_adjacent(parts):
            return parts
    return None


def _nearest(
    typed: str, word: str, neighbours: tuple[Sequence[str], Sequence[str]], vocabulary: Vocabulary
) -> str | None:
    """Return the word that a misspelt one most likely means, if it is likely enough."""
    before, after = neighbours

    def is_beside_neighbour(meant: str) -> bool:
        pairs = [[*before, meant], [meant, *after]]
        return any(len(pair) == 2 and not STOP_WORDS & {*pair} and vocabulary.are_adjacent(pair) for pair in pairs)

    for candidate in _candidates(word, vocabulary):
        if candidate.word in STOP_WORDS:
            if candidate.cost <= 1:
                return candidate.word
        elif typed[0].isupper() and not _may_be_name(word, candidate.word, vocabulary):
            continue
        elif _is_sure(word, candidate) or is_beside_neighbour(candidate.word):
            return candidate.word
    return None


def _is_sure(word: str, candidate: _Candidate) -> bool:
    """Whether a candidate needs no neighbour to be believed; the shorter the word, the likelier its slips must be."""
    return len(word) >= _SURE and candidate.cost <= (min(len(word) - 3, 3) if candidate.slips == 1 else 4)


def _may_be_name(word: str, meant: str, vocabulary: Vocabulary) -> bool:
    """Whether a word typed with a capital may mean a name: with another last letter it would be another one."""
    return word[-1] == meant[-1] and vocabulary.as_written(meant)[0].isupper()


def _candidates(word: str, vocabulary: Vocabulary) -> list[_Candidate]:
    """Return the nearest words, best first: those with the same first letter, or the first two swapped."""
    from rapidfuzz import process  # takes 30 ms to import, and few questions have misspelt words
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= TWO_SLIPS else 1
    frequencies = dict.fromkeys(STOP_WORDS, 0)
    for letter in {*word[:2]}:
        frequencies |= vocabulary.beginning_with(letter, max(len(word) - most, _SHORTEST), len(word) + most)
    # The distance is the optimal string alignment: a swap of two letters is one slip, as it is for a typist.
    near = process.extract(word, list(frequencies), scorer=OSA.distance, score_cutoff=most, limit=None)
    candidates = [
        _Candidate(meant, int(slips), _cost(word, meant), frequencies[meant])
        for meant, slips, _ in near
        if meant[0] == word[0] or (meant[0] == word[1] and meant[1:2] == word[:1])
    ]
    candidates = [candidate for candidate in candidates if candidate.cost <= _COSTLIEST]
    return sorted(candidates, key=lambda candidate: candidate.rank)[:_CANDIDATES]


def _cost(typed: str, meant: str) -> int:
    """Return how unlikely the slips between two words are, the sum of what each costs.

    0 for letters swapped, doubled or not doubled; 1 for one left out; 2 for one of a key beside the right one; 3 for
    one of a similar sound; 4 for an unrelated one.
    """
    from rapidfuzz.distance import OSA, Levenshtein

    swapped = [typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in range(len(typed) - 1)]
    nearer = [word for word in swapped if OSA.distance(word, meant) < OSA.distance(typed, meant)]
    edits = sum(_cost_of(edit, typed, meant) for edit in Levenshtein.editops(typed, meant))
    return min([edits, *(_cost(word, meant) for word in nearer)])


def _cost_of(edit: Editop, typed: str, meant: str) -> int:
    if edit.tag == "replace":
        return _cost_of_confusing(typed[edit.src_pos], meant[edit.dest_pos])
    longer, position = (typed, edit.src_pos) if edit.tag == "delete" else (meant, edit.dest_pos)
    around = longer[max(position - 1, 0) : position] + longer[position + 1 : position + 2]
    if longer[position] in around:
        return 0
    return 1 if edit.tag == "insert" else min(_cost_of_confusing(longer[position], letter) for letter in around)


def _cost_of_confusing(first: str, second: str) -> int:
    if first in _KEYS and second in _KEYS:
        (row, column), (other_row, other_column) = _KEYS[first], _KEYS[second]
        if abs(row - other_row) <= 1 and abs(column - other_column) <= 1:
            return 2
    return 3 if any(first in group and second in group for group in _SOUNDS) else 4
