"""A question as it is scored over the full text in PostgreSQL: first by marks, then by words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.index.queries import FulltextQuery
from qa.index.servers.bm25 import Floats, TokenLists, gain, weight_of
from qa.index.servers.marks import LEVELS, LIKELY, mark_of, pair_mark
from qa.index.servers.stems import stem_of
from qa.index.servers.terms import Term, Totals


@dataclass(frozen=True)
class Posting:
    """The chunks with a mark."""

    chunks: int
    """How many there are, whether or not they meet a filter."""
    rows: npt.NDArray[Any]
    """``key`` and ``length`` of those that do."""


@dataclass(frozen=True)
class Phrase:
    """A word or a pair of a question, as it is stored."""

    ids: tuple[int, ...]
    """The numbers of its stems."""
    marks: tuple[int, ...]
    """The marks of chunks that contain it, from the lowest level on."""
    chunks: int
    """How many chunks contain it; not known of a pair."""


class Question:
    """The words and pairs of a question that are in the full text."""

    def __init__(self, query: FulltextQuery, terms: Mapping[str, Term], totals: Totals) -> None:
        self._totals = totals
        self._average = totals.tokens / max(totals.chunks, 1)
        words = {word: _word(terms[stem]) for word in query.words if (stem := stem_of(word)) in terms}
        pairs = [_pair(pair, terms) for pair in query.adjacent if all(stem_of(w) in terms for w in pair.split())]
        every, selected = ([words[word] for word in some if word in words] for some in (query.words, query.selected))
        self._scoring = [*every, *every, *pairs]
        self._selecting = [*selected, *selected, *pairs]
        self._weights: dict[Phrase, float] = {}

    @property
    def marks(self) -> list[int]:
        """The marks of the chunks that are worth scoring."""
        return list(dict.fromkeys(mark for phrase in self._selecting for mark in phrase.marks))

    def likely(self, postings: Mapping[int, Posting], limit: int) -> list[int]:
        """Return the keys of the chunks that most likely have the best scores, as far as their marks tell."""
        for phrase in self._scoring:
            chunks = phrase.chunks if len(phrase.ids) == 1 else postings[phrase.marks[0]].chunks
            self._weights[phrase] = weight_of(chunks, self._totals.chunks)
        rows = np.concatenate([postings[phrase.marks[0]].rows for phrase in self._selecting])
        keys, first = np.unique(rows["key"], return_index=True)
        lengths, scores = rows["length"][first], np.zeros(len(keys))
        for phrase in dict.fromkeys(self._selecting):
            places = np.searchsorted(keys, postings[phrase.marks[0]].rows["key"])
            frequencies = np.zeros(len(keys))
            for mark, frequency in zip(phrase.marks, LIKELY, strict=False):
                frequencies[np.searchsorted(keys, postings[mark].rows["key"])] = frequency
            gains = gain(frequencies[places], lengths[places], self._average)
            scores[places] += self._selecting.count(phrase) * self._weights[phrase] * gains
        best: list[int] = keys[np.argsort(-scores, kind="stable")[:limit]].tolist()
        return best

    def scores(self, chunks: TokenLists) -> Floats:
        """Return the scores of chunks."""
        gains = {
            phrase: weight * gain(chunks.frequencies(phrase.ids), chunks.lengths, self._average)
            for phrase, weight in self._weights.items()
        }
        return sum((gains[phrase] for phrase in self._scoring), np.zeros(len(chunks.lengths)))


def _word(term: Term) -> Phrase:
    return Phrase((term.id,), tuple(mark_of(term.id, level) for level in range(len(LEVELS))), term.chunks)


def _pair(pair: str, terms: Mapping[str, Term]) -> Phrase:
    first, second = map(stem_of, pair.split())
    return Phrase((terms[first].id, terms[second].id), (pair_mark(first, second),), 0)
