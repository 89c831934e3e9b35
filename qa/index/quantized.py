"""The vectors of a segment, compressed: one byte for each number, and its sign in one bit.

The files are derived from Chroma and memory-mapped, so that nothing is read into memory before a question needs it. To
find the nearest vectors, the signs choose candidates, in which a disagreement counts by how large the number in the
question's vector is, as in RaBitQ (Gao and Long 2024, https://arxiv.org/abs/2405.12497); the bytes score them.
"""

from __future__ import annotations

import hashlib
import io
import math
import mmap
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.index.keys import Keys
from qa.models.embedding import Vectors

MAPPED = 1 << 20
"""Bytes from which a file is mapped; smaller ones are read, so that many small segments need no open files."""
_AT_ONCE = 8_192
"""Vectors whose signs are compared at once; what they need fits into the cache of a processor."""
_SCORED_AT_ONCE = 1_000
"""Vectors that are scored at once; the system maps pages around each, so all of a large file if they are scattered."""
_BITS = 64
_LARGEST = 127
_WEIGHT_BITS = 3
"""Of the weight of a sign: with none, 20 points fewer of the nearest are found; with 4, no more."""


class QuantizedVectors:
    """The compressed vectors of one segment, by key."""

    def __init__(
        self, keys: Keys, scales: NDArray[np.float32], signs: NDArray[np.uint64], values: NDArray[np.int8]
    ) -> None:
        self.keys = keys
        """Their keys, ascending; as many as vectors."""
        self.scales = scales
        """What the values of each vector are to be multiplied with."""
        self._signs = signs
        """Shape (dimension / 64, vectors): one row of bits after another is added up fastest."""
        self.values = values
        """Shape (vectors, dimension)."""

    @classmethod
    def of(cls, keys: Keys, vectors: Vectors) -> QuantizedVectors:
        """Compress vectors; compressing what ``get`` returns gives the same bytes again."""
        scales = np.maximum(np.abs(vectors).max(axis=1), np.float32(1e-12)) / np.float32(_LARGEST)
        values = np.rint(vectors / scales[:, None]).astype(np.int8)
        return cls(keys, scales.astype(np.float32), _bits(values > 0), values)

    @classmethod
    def open(cls, folder: Path, count: int, dimension: int) -> QuantizedVectors:
        """Open ``count`` compressed vectors.

        Raises:
            OSError, ValueError: the files are missing, cut off or of other vectors.
        """
        arrays = []
        for name, (kind, shape) in _contents(count, dimension).items():
            path = folder / f"{name}.npy"
            header = _header(kind, shape)
            with path.open("rb") as file:
                # Compared, not parsed: a damaged one could ask for any amount of memory.
                if file.read(len(header)) != header:
                    raise ValueError(f"{path} is of other vectors")
                size = math.prod(shape) * np.dtype(kind).itemsize
                if os.fstat(file.fileno()).st_size != len(header) + size:
                    raise ValueError(f"{path} is cut off")
                if size < MAPPED:
                    array = np.frombuffer(file.read(size), dtype=kind).reshape(shape)
                else:
                    array = np.memmap(file, kind, "r", len(header), shape)
            arrays.append(np.asarray(array))  # slices of a mapped array take ten times as long as those of a plain one
        return cls(*arrays)

    @classmethod
    def write(
        cls, folder: Path, count: int, dimension: int, batches: Iterable[tuple[Keys, Vectors]]
    ) -> QuantizedVectors:
        """Compress ``count`` vectors, given in batches in the order of keys, into a new folder."""
        folder.mkdir()
        arrays = [
            np.lib.format.open_memmap(folder / f"{name}.npy", "w+", kind, shape)
            for name, (kind, shape) in _contents(count, dimension).items()
        ]
        written = cls(*arrays)
        start = 0
        for keys, vectors in batches:
            end = start + len(keys)
            part = cls.of(keys, vectors)
            written.keys[start:end], written.scales[start:end] = part.keys, part.scales
            written._signs[:, start:end], written.values[start:end] = part._signs, part.values
            start = end
        for array in arrays:
            array.flush()
        return written

    def sha256(self) -> str:
        """Return the SHA-256 of keys and vectors, hexadecimal."""
        digest = hashlib.sha256()
        for array in (self.keys, self.scales, self._signs, self.values):
            digest.update(np.ascontiguousarray(array).data)
        return digest.hexdigest()

    def __len__(self) -> int:
        return len(self.keys)

    def differences(self, vector: Vectors) -> NDArray[np.uint16]:
        """Return how much the signs of each vector differ from those of this one."""
        signs = _bits(vector[None, :] > 0)[:, 0]
        weights = np.rint(np.abs(vector) * ((1 << _WEIGHT_BITS) - 1) / max(float(np.abs(vector).max()), 1e-12)).astype(
            int
        )
        # One bit of all weights at a time: counting bits is the fastest thing that numpy does.
        planes = [_bits((weights >> bit & 1)[None, :] > 0)[:, 0] for bit in range(_WEIGHT_BITS)]
        differences = np.zeros(len(self), dtype=np.uint16)
        for start in range(0, len(self), _AT_ONCE):
            differing = self._signs[:, start : start + _AT_ONCE] ^ signs[:, None]
            part = differences[start : start + _AT_ONCE]
            for bit, plane in enumerate(planes):
                part += np.bitwise_count(differing & plane[:, None]).sum(axis=0, dtype=np.uint16) << np.uint16(bit)
        return differences

    def cosines(self, vector: Vectors, rows: NDArray[np.intp]) -> NDArray[np.float32]:
        """Return the cosine similarities of the vectors in these rows to this one; their error is about .0005."""
        products = np.empty(len(rows), dtype=np.float32)
        for start in range(0, len(rows), _SCORED_AT_ONCE):
            batch = rows[start : start + _SCORED_AT_ONCE]
            products[start : start + _SCORED_AT_ONCE] = self.values[batch].astype(np.float32) @ vector
            self._release()
        cosines: NDArray[np.float32] = products * self.scales[rows]
        return cosines

    def _release(self) -> None:
        """Take mapped vectors out of the memory of this process; the system may still have them for the next time."""
        memory: object = self.values
        while isinstance(memory, np.ndarray):
            memory = memory.base
        if isinstance(memory, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
            memory.madvise(mmap.MADV_DONTNEED)

    def rows(self, keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the rows of those of ``keys`` that are here, and which of ``keys`` they are."""
        rows = np.searchsorted(self.keys, keys)
        known = (rows < len(self)) & (self.keys[np.minimum(rows, len(self) - 1)] == keys)
        return rows[known], known

    def get(self, rows: NDArray[np.intp]) -> Vectors:
        """Return the vectors in these rows."""
        vectors: Vectors = self.values[rows].astype(np.float32) * self.scales[rows, None]
        self._release()
        return vectors


def _contents(count: int, dimension: int) -> dict[str, tuple[type[np.generic], tuple[int, ...]]]:
    """Return type and shape of the array in each file."""
    return {
        "keys": (np.int64, (count,)),
        "scales": (np.float32, (count,)),
        "signs": (np.uint64, (-(-dimension // _BITS), count)),
        "values": (np.int8, (count, dimension)),
    }


def _header(kind: type[np.generic], shape: tuple[int, ...]) -> bytes:
    """Return the beginning of the file of an array."""
    header = io.BytesIO()
    description = {"descr": np.lib.format.dtype_to_descr(np.dtype(kind)), "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, description)
    return header.getvalue()


def _bits(flags: NDArray[np.bool_]) -> NDArray[np.uint64]:
    """Return flags of shape (vectors, dimension) as bits, 64 in a number: (dimension / 64 rounded up, vectors)."""
    padded = np.zeros((len(flags), -(-flags.shape[1] // _BITS) * _BITS), dtype=np.bool_)
    padded[:, : flags.shape[1]] = flags
    return np.ascontiguousarray(np.packbits(padded, axis=1).view(np.uint64).T)
