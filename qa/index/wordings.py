"""Which texts are copies of each other: the same story in the same words, edited, cut down or under another headline.

Two texts are compared by their pairs of neighbouring content words. MinHash signatures of these pairs find what may be
a copy among any number of texts (``near_duplicates.py``); ``are_copies`` then compares the texts themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import sqrt

from qa.datatypes import Chunk, CleanText
from qa.datatypes.clean_text import INSERTED
from qa.text.english import word_set
from qa.text.words import STOP_WORDS

FEWEST_WORDS = 20
"""A shorter text is a copy only of the very same text."""
LEAST_CONTAINED = 0.42
"""Share of the shorter text's pairs of words that a copy has: of 30 % changed words, half of the pairs stay."""
LEAST_ALIKE = 0.17
"""Share of the pairs of either text that both have: an item of a long round-up is no copy of the round-up."""
TOLERANCE = 0.05
"""By how much the share of changed names or figures may exceed that of all words, apart from chance."""
DEVIATIONS = 2.0
"""Standard deviations of that share that count as chance."""
BANDS, ROWS = 40, 2
"""Keys of a text, and how many numbers of its signature each has: of texts that have a fifth of their pairs in common,
four of five have a key in common; of a third, 99 of 100; of a hundredth, four of 1,000."""

_SEED = 1
_WORD = re.compile(r"[^\W_]+(?:[.,:][0-9]+)*")


@dataclass(frozen=True)
class Wording:
    """The words of a text."""

    words: tuple[str, ...]
    """Its words as they are written, in order."""

    @classmethod
    def of(cls, text: str) -> Wording:
        """Return the words of a text."""
        return cls(tuple(_WORD.findall(text)))

    @classmethod
    def of_chunks(cls, chunks: Iterable[Chunk]) -> Wording:
        """Return the words of an article from its chunks, by place; what two chunks have in common counts once."""
        reached, parts = 0, list[str]()
        for chunk in chunks:
            parts += [*_parts_from(chunk.layout.clean, reached), "\n"]
            reached = chunk.end
        return cls.of("".join(parts))

    @cached_property
    def digest(self) -> int:
        """A number of 63 bits that only the same words have."""
        return int.from_bytes(hashlib.sha256(" ".join(self.words).encode("utf-8", "replace")).digest()[:8]) >> 1

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """The pairs of content words next to each other, stop words between them left out."""
        return frozenset(pairwise(self._content))

    @cached_property
    def content(self) -> frozenset[str]:
        """The content words, lower case."""
        return frozenset(self._content)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The words with a digit."""
        return frozenset(word for word in self.content if any(map(str.isdigit, word)))

    @cached_property
    def names(self) -> frozenset[str]:
        """The content words with a capital letter."""
        return frozenset(word.casefold() for word in self.words if word[0].isupper()) & self.content

    @cached_property
    def folded(self) -> frozenset[str]:
        """All words, lower case."""
        return frozenset(word.casefold() for word in self.words)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The figures, numerals and names."""
        return self.figures | self.names | (self.folded & word_set("numerals"))

    @property
    def is_short(self) -> bool:
        """Whether only the very same text is a copy."""
        return len(self.words) < FEWEST_WORDS or not self.pairs

    def signature(self) -> tuple[int, ...]:
        """Return the MinHash signature of the pairs: two texts have as many numbers in common as pairs."""
        from rensa import RMinHash  # needed only while indexing

        # Hashed here, so that signatures do not depend on how a version of the library hashes text.
        hashes = [[_hashed(" ".join(pair)) for pair in self.pairs]]
        (row,) = RMinHash.digest_matrix_from_token_hash_sets(hashes, BANDS * ROWS, _SEED).to_rows()
        return tuple(row)

    @cached_property
    def _content(self) -> tuple[str, ...]:
        folded = (word.casefold() for word in self.words)
        return tuple(word for word in folded if word not in STOP_WORDS)


def keys_of(signature: tuple[int, ...]) -> Iterator[int]:
    """Yield the keys of a signature, each a number of 48 bits: texts that have none in common are not compared."""
    for band in range(BANDS):
        rows = signature[band * ROWS : (band + 1) * ROWS]
        yield _hashed(f"{band} {' '.join(map(str, rows))}") >> 16


def may_be_copies(first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether texts with these signatures are worth comparing: half of what copies have in common may be chance."""
    same = sum(number == other for number, other in zip(first, second, strict=True))
    return same >= LEAST_ALIKE / 2 * len(first)


def are_copies(first: Wording, second: Wording) -> bool:
    """Whether two texts are the same story in the same words, with the same names and figures.

    What an editor changes are words of any kind. Texts from one template, such as two weather reports, differ mostly in
    names and figures.
    """
    if first.is_short or second.is_short:
        return first.digest == second.digest
    common = len(first.pairs & second.pairs)
    if common < LEAST_CONTAINED * min(len(first.pairs), len(second.pairs)):
        return False
    if common < LEAST_ALIKE * len(first.pairs | second.pairs):
        return False
    missing = 1.0 - _contained(first.content, second.content)
    return _as_alike(first.figures, second.figures, missing) and _as_alike(first.names, second.names, missing)


def _parts_from(clean: CleanText, reached: int) -> Iterator[str]:
    """Yield the clean text from a character of the file on; a space for what stands elsewhere in the file."""
    for run, first, last, (low, high) in clean.pieces(0, len(clean.text)):
        if run.source == INSERTED:
            yield clean.text[first:last]
        elif run.borrowed:
            yield " "
        elif high > reached:
            known = max(0, reached - low) if high - low == last - first else 0
            yield clean.text[first + known : last]


def _contained(first: Collection[str], second: Collection[str]) -> float:
    return len({*first} & {*second}) / max(1, min(len(first), len(second)))


def _as_alike(first: frozenset[str], second: frozenset[str], missing: float) -> bool:
    """Whether no more of these words differ than of all words, of which the share ``missing`` does."""
    count = min(len(first), len(second))
    expected = min(1.0, missing + TOLERANCE)
    most = count * expected + DEVIATIONS * sqrt(count * expected * (1.0 - expected))
    return count - len(first & second) <= most


def _hashed(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
