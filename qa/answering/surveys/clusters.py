"""Groups vectors by direction: spherical k-means (Dhillon and Modha 2001, doi:10.1023/A:1007612920971)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.models.embedding import Vectors

MOST_RUNS, FEWEST_RUNS, VECTORS_PER_RUN = 8, 2, 1000
"""Runs from other beginnings, of which the best is returned; fewer for more vectors, where they differ less and one
takes 0.1 s."""
_MOST_ITERATIONS = 15
_SEED = 20
"""Makes the same corpus give the same groups."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A group of vectors."""

    members: Sequence[int]
    """Rows of the vectors, the most central first."""
    coherence: float
    """Mean cosine similarity of its vectors and its centre."""


def cluster(vectors: Vectors, count: int) -> list[Cluster]:
    """Return at most ``count`` clusters of unit vectors, the largest first, then the most coherent."""
    random = np.random.default_rng(_SEED)
    runs = min(MOST_RUNS, max(FEWEST_RUNS, VECTORS_PER_RUN // len(vectors)))
    results = [_centers(vectors, count, random) for _ in range(runs)]
    centers = max(results, key=lambda centers: float((vectors @ centers.T).max(axis=1).sum()))
    alike = vectors @ centers.T
    nearest = alike.argmax(axis=1)
    clusters = []
    for number in range(len(centers)):
        members = np.flatnonzero(nearest == number)
        central = members[np.argsort(-alike[members, number], kind="stable")]
        if members.size:
            clusters.append(Cluster(central.tolist(), float(alike[members, number].mean())))
    return sorted(clusters, key=lambda each: (-len(each.members), -each.coherence))


def unit(vectors: Vectors) -> Vectors:
    """Return vectors scaled to length 1."""
    scaled: Vectors = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-12)
    return scaled


def _centers(vectors: Vectors, count: int, random: np.random.Generator) -> Vectors:
    """Return the centres of one run."""
    centers = _first_centers(vectors, count, random)
    nearest = None
    for _ in range(_MOST_ITERATIONS):
        before, nearest = nearest, (vectors @ centers.T).argmax(axis=1)
        if before is not None and np.array_equal(before, nearest):
            break
        for number in range(count):
            if (members := vectors[nearest == number]).size:
                centers[number] = unit(members.sum(axis=0))
    return centers


def _first_centers(vectors: Vectors, count: int, random: np.random.Generator) -> Vectors:
    """Return vectors that lie apart, as k-means++ chooses them (Arthur and Vassilvitskii 2007)."""
    chosen = [int(random.integers(len(vectors)))]
    distances = np.full(len(vectors), np.inf)
    while len(chosen) < count:
        distances = np.minimum(distances, np.maximum(1.0 - vectors @ vectors[chosen[-1]], 1e-9))
        chosen.append(int(random.choice(len(vectors), p=distances / distances.sum())))
    return vectors[chosen].copy()
