"""Vectors as PostgreSQL has them, compressed: 400 bytes each.

They score the candidates of full text and what meets a narrow filter, which Chroma would take long for, and the vectors
on the Chroma server can be restored from them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.errors import IndexDamaged
from qa.index.keys import Keys
from qa.index.manifest import REBUILD
from qa.models.embedding import Vectors


class StoredVectors(NamedTuple):
    """Compressed vectors by key, as ``QuantizedVectors`` has them."""

    keys: Keys
    """Ascending."""
    scales: NDArray[np.float32]
    """One for each vector."""
    values: NDArray[np.int8]
    """Shape (vectors, dimension)."""

    @classmethod
    def of(cls, rows: bytes, dimension: int) -> StoredVectors:
        """Return vectors as PostgreSQL sends them.

        Raises:
            IndexDamaged: they have another dimension.
        """
        kind = np.dtype([("key", ">i8"), ("scale", ">f4"), ("values", "i1", (dimension,))])
        try:
            read = np.frombuffer(rows, kind)
        except ValueError:
            raise IndexDamaged("The index is damaged: a vector has another length", REBUILD) from None
        return cls(read["key"].astype(np.int64), read["scale"].astype(np.float32), read["values"])

    def cosines(self, vector: Vectors) -> dict[int, float]:
        """Return the cosine similarities to a vector, by key."""
        products = self.values.astype(np.float32) @ vector * self.scales
        return dict(zip(self.keys.tolist(), products.tolist(), strict=True))

    def restored(self) -> Vectors:
        """Return the vectors."""
        restored: Vectors = self.values.astype(np.float32) * self.scales[:, None]
        return restored
