"""BM25 as SQLite's FTS5 computes it, over the stored words of chunks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

COLUMNS = 3
"""Header, keywords and clean text."""
WEIGHTS = np.array([1.0, 0.3, 1.0])
"""How much a word counts in each."""
CLEAN = 2
_K1 = 1.2
_B = 0.75
_LEAST = 1e-6
"""What a word weighs at least, however common it is."""


def packed(columns: Iterable[Sequence[int]]) -> bytes:
    """Return the numbers of the words of a chunk as they are stored, with a zero after each column."""
    return np.array([number for column in columns for number in (*column, 0)], "<i4").tobytes()


def unpacked(numbers: bytes) -> npt.NDArray[np.int32]:
    """Return the numbers of the words of a chunk that is stored like this."""
    stored: npt.NDArray[np.int32] = np.frombuffer(numbers, "<i4")
    words: npt.NDArray[np.int32] = stored[stored != 0]
    return words


def weight_of(chunks_with_it: int, chunks: int) -> float:
    """Return how much a phrase says that so many of all chunks contain."""
    return max(_LEAST, math.log((chunks - chunks_with_it + 0.5) / (chunks_with_it + 0.5)))


def gain(frequencies: Floats, lengths: Integers, average: float) -> Floats:
    """Return how much a phrase of weight 1 adds to the scores of chunks that contain it so many times."""
    gains: Floats = (frequencies * (_K1 + 1.0)) / (frequencies + _K1 * (1 - _B + _B * lengths / average))
    return gains


class TokenLists:
    """The words of chunks, one after another."""

    def __init__(self, numbers: bytes) -> None:
        self._tokens = np.frombuffer(numbers, "<i4")
        self._ends = np.flatnonzero(self._tokens == 0)
        self._chunks = len(self._ends) // COLUMNS
        self.lengths: Integers = np.diff(self._ends[COLUMNS - 1 :: COLUMNS], prepend=-1) - COLUMNS
        """How many words each chunk has."""

    def frequencies(self, phrase: Sequence[int]) -> Floats:
        """Return how often each chunk has these words next to each other, by weight of the column."""
        columns = np.searchsorted(self._ends, self._places(phrase))
        return np.bincount(columns // COLUMNS, WEIGHTS[columns % COLUMNS], self._chunks).astype(np.float64, copy=False)

    def have(self, phrase: Sequence[int], column: int | None = None) -> npt.NDArray[np.bool_]:
        """Return whether each chunk has these words next to each other, in that column or in any."""
        columns = np.searchsorted(self._ends, self._places(phrase))
        if column is not None:
            columns = columns[columns % COLUMNS == column]
        return np.bincount(columns // COLUMNS, minlength=self._chunks) > 0

    def _places(self, phrase: Sequence[int]) -> Integers:
        # The zero after the last word keeps the comparison with the next word inside the array.
        places = np.flatnonzero(self._tokens == phrase[0])
        for offset, number in enumerate(phrase[1:], 1):
            places = places[self._tokens[places + offset] == number]
        return places
