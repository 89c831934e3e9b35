"""The vectors of an index in one state: those of all its segments, searched without Chroma."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.datatypes import NO_FILTER, Filter
from qa.index.builds import SEGMENTS
from qa.index.catalog import Catalog
from qa.index.keys import Keys
from qa.index.quantized import QuantizedVectors
from qa.index.segments import open_quantized
from qa.models.embedding import Vectors

_CANDIDATES = 8_000
_SHARE = 50
"""At least ``_CANDIDATES``, or one in ``_SHARE``, of the vectors are scored: so .99 of the nearest 200 are found."""
_MORE = 4
"""How many times as many are scored in the next attempt, if too many of the nearest belong to removed chunks."""

Existing = Callable[[Sequence[int]], set[int]]
"""Returns which of these keys belong to chunks."""


class VectorIndex:
    """The vectors of several segments, as if they were one."""

    def __init__(
        self,
        segments: Sequence[QuantizedVectors],
        existing: Existing | None,
        keys_meeting: Callable[[Filter], Sequence[int]] = lambda _: (),
    ) -> None:
        self._segments = segments
        self._existing = existing
        """None if all vectors belong to chunks."""
        self._keys_meeting = keys_meeting
        """Returns the keys of the chunks that meet a filter, in order."""

    def search(self, vector: Vectors, limit: int, meeting: Filter = NO_FILTER) -> dict[int, float]:
        """Return the cosine similarities by key of the nearest ``limit`` chunks that meet a filter, best first."""
        wanted = np.array(self._keys_meeting(meeting), dtype=np.int64) if meeting else None
        places = [_Places.of(segment, wanted) for segment in self._segments if len(segment)]
        total = sum(map(len, places))
        candidates = max(_CANDIDATES, total // _SHARE, 2 * limit)
        differences = [each.differences(vector) for each in places] if total > candidates else []
        while True:
            chosen = _nearest(places, differences, candidates) if total > candidates else places
            nearest = self._first_existing(*_scored(chosen, vector), limit)
            if len(nearest) == min(limit, total) or candidates >= total:
                return nearest
            candidates *= _MORE

    def cosines(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return the cosine similarities of the chunks with these keys that are there."""
        return {key: float(stored @ vector) for key, stored in self.get(keys).items()}

    def get(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those keys that are there."""
        wanted = np.unique(np.array(keys, dtype=np.int64))
        vectors: dict[int, Vectors] = {}
        for segment in self._segments:
            if len(segment) and len(wanted):
                rows, known = segment.rows(wanted)
                vectors |= zip(wanted[known].tolist(), segment.get(rows), strict=True)
        return vectors

    def _first_existing(self, keys: Keys, cosines: Vectors, limit: int) -> dict[int, float]:
        """Return the first ``limit`` of these that belong to chunks."""
        first: dict[int, float] = {}
        for start in range(0, len(keys), limit):
            block = dict(
                zip(keys[start : start + limit].tolist(), cosines[start : start + limit].tolist(), strict=True)
            )
            existing = self._existing(list(block)) if self._existing else block.keys()
            first |= {key: cosine for key, cosine in block.items() if key in existing}
            if len(first) >= limit:
                break
        return dict(itertools.islice(first.items(), limit))


def open_vectors(folder: Path, catalog: Catalog) -> VectorIndex:
    """Open the vectors of all segments that the catalog of a build lists.

    Raises:
        IndexDamaged: a segment is missing or cannot be read.
    """
    segments = catalog.segments()
    opened = [open_quantized(folder / SEGMENTS, segment, catalog.manifest.dimension) for segment in segments]
    has_removed = any(segment.alive < segment.vectors for segment in segments)
    return VectorIndex(opened, catalog.existing if has_removed else None, catalog.keys)


class _Places:
    """Rows of a segment, or all of it."""

    def __init__(self, segment: QuantizedVectors, rows: NDArray[np.intp] | None) -> None:
        self.segment = segment
        self._rows = rows

    @classmethod
    def of(cls, segment: QuantizedVectors, among: Keys | None) -> _Places:
        """Return the rows of ``among``, or all."""
        return cls(segment, None if among is None else segment.rows(among)[0])

    def __len__(self) -> int:
        return len(self.segment) if self._rows is None else len(self._rows)

    @property
    def rows(self) -> NDArray[np.intp]:
        """The rows."""
        return np.arange(len(self.segment)) if self._rows is None else self._rows

    def differences(self, vector: Vectors) -> NDArray[np.uint16]:
        """Return how much the signs in each row differ from those of a vector."""
        differences = self.segment.differences(vector)
        return differences if self._rows is None else differences[self._rows]

    def only(self, indexes: NDArray[np.intp]) -> _Places:
        """Return some of the rows."""
        return _Places(self.segment, indexes if self._rows is None else self._rows[indexes])


def _nearest(places: Sequence[_Places], differences: Sequence[NDArray[np.uint16]], count: int) -> list[_Places]:
    """Return at least ``count`` rows with the fewest differences; all that differ as much as the last one."""
    frequencies = sum(np.bincount(each, minlength=1 << 16) for each in differences)
    most = np.searchsorted(np.cumsum(frequencies), count)
    return [each.only(np.flatnonzero(counted <= most)) for each, counted in zip(places, differences, strict=True)]


def _scored(places: Sequence[_Places], vector: Vectors) -> tuple[Keys, Vectors]:
    """Return keys and cosine similarities of all rows, best first, those of equal similarity by key."""
    keys = np.concatenate([np.zeros(0, dtype=np.int64), *(each.segment.keys[each.rows] for each in places)])
    cosines = np.concatenate(
        [np.zeros(0, dtype=np.float32), *(each.segment.cosines(vector, each.rows) for each in places)]
    )
    order = np.lexsort((keys, -cosines))
    return keys[order], cosines[order]
