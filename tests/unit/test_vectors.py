"""Compressed vectors: nearly as good as exact ones, in any number of segments."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa.index.vectors
from qa.datatypes import Filter
from qa.index.keys import Keys
from qa.index.quantized import QuantizedVectors
from qa.index.vectors import VectorIndex
from qa.models.embedding import Embedder, Vectors
from tests.conftest import SEEDS

SOME = Filter(tags=("some",))
COUNT = 5_000
NOISE = 0.6
"""Length of the noise added to the vector of a real passage: their cosine is .86, as between passages of one topic."""
BOUNDS = (0, 3_500, 3_501, 4_400, COUNT)
"""Where the segments begin and end; one has a single vector."""


def normalised(vectors: Vectors) -> Vectors:
    normed: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return normed


@pytest.fixture(scope="module")
def real(embedder: Embedder) -> Vectors:
    """Vectors of the paragraphs of the seeds."""
    texts = [line for path in sorted(SEEDS.iterdir()) for line in path.read_text(encoding="utf-8").splitlines()]
    return embedder.embed([text for text in texts if len(text) > 80])


@pytest.fixture(scope="module")
def vectors(real: Vectors) -> Vectors:
    """Vectors around those of real passages."""
    noise = np.random.default_rng(1).standard_normal((COUNT, real.shape[1])) * NOISE / np.sqrt(real.shape[1])
    return normalised(real[np.arange(COUNT) % len(real)] + noise)


@pytest.fixture
def few_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only as large a share of these vectors is scored as in a large index."""
    monkeypatch.setattr(qa.index.vectors, "_CANDIDATES", 300)


def keys_of(count: int) -> Keys:
    """Return keys with gaps between them, from 7."""
    return 7 + 3 * np.arange(count, dtype=np.int64)


def segments_of(vectors: Vectors, bounds: Sequence[int] = BOUNDS) -> list[QuantizedVectors]:
    keys = keys_of(len(vectors))
    return [QuantizedVectors.of(keys[start:end], vectors[start:end]) for start, end in pairwise(bounds)]


def exact(vectors: Vectors, question: Vectors, limit: int, rows: Sequence[int] | None = None) -> dict[int, float]:
    """Return keys and cosine similarities of the nearest vectors, of only some rows if given."""
    cosines = vectors @ question
    listed = np.arange(len(vectors)) if rows is None else np.array(rows, dtype=np.intp)
    best = listed[np.argsort(-cosines[listed], kind="stable")[:limit]]
    return dict(zip(keys_of(len(vectors))[best].tolist(), cosines[best].tolist(), strict=True))


@pytest.mark.usefixtures("few_candidates")
@pytest.mark.parametrize("bounds", [(0, COUNT), BOUNDS], ids=["one segment", "several"])
def test_the_nearest_are_found(real: Vectors, vectors: Vectors, bounds: tuple[int, ...]) -> None:
    """Nearly all that exact search finds, in its order, with its similarities; a vector finds itself first."""
    index = VectorIndex(segments_of(vectors, bounds), None)
    recalls = []
    for question in real:
        nearest, expected = index.search(question, 100), exact(vectors, question, 100)
        recalls.append(len(nearest.keys() & expected.keys()) / 100)
        assert 100 == len(nearest)
        assert sorted(nearest.values(), reverse=True) == [*nearest.values()]
        assert list(nearest.values()) == pytest.approx(list(expected.values()), abs=0.01)
    assert np.mean(recalls) >= 0.98
    assert min(recalls) >= 0.9
    for row in (0, 3_499, 3_500, COUNT - 1):
        assert keys_of(COUNT)[row] == next(iter(index.search(vectors[row], 3)))


def test_in_a_small_index_every_vector_is_scored(real: Vectors, vectors: Vectors) -> None:
    """Only compressing makes a difference, which is less than that of neighbours in the order."""
    index = VectorIndex(segments_of(vectors), None)
    recalls = [len(index.search(question, 200).keys() & exact(vectors, question, 200).keys()) for question in real]

    assert np.mean(recalls) >= 0.99 * 200


@pytest.mark.parametrize("share", [0.5, 0.999])
def test_vectors_of_removed_chunks_are_not_found(
    real: Vectors, vectors: Vectors, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    """As many others are found instead, if there are as many."""
    monkeypatch.setattr(qa.index.vectors, "_CANDIDATES", 1_500)
    removed = np.random.default_rng(2).random(COUNT) < share
    # Of the best, all are removed for the first question.
    removed[[(key - 7) // 3 for key in exact(vectors, real[0], 300)]] = True
    rows = np.flatnonzero(~removed)
    existing = set(keys_of(COUNT)[rows].tolist())
    index = VectorIndex(segments_of(vectors), lambda keys: existing & {*keys})

    recalls = []
    for question in real[:20]:
        nearest, expected = index.search(question, 50), exact(vectors, question, 50, rows.tolist())
        assert nearest.keys() <= existing
        assert len(expected) == len(nearest)
        recalls.append(len(nearest.keys() & expected.keys()) / len(expected))
    assert np.mean(recalls) >= 0.98
    assert min(recalls) >= 0.9


@pytest.mark.parametrize("count", [0, 1, 5, 300, 2_000])
@pytest.mark.usefixtures("few_candidates")
def test_only_some_chunks_are_searched(real: Vectors, vectors: Vectors, count: int) -> None:
    """Those of ``among`` that are there, few or many, whatever is nearer."""
    rows = np.sort(np.random.default_rng(3).permutation(COUNT)[:count])
    unknown = np.array([1, 8, 3 * COUNT + 100])
    among = np.sort(np.concatenate([keys_of(COUNT)[rows], unknown])).tolist()
    index = VectorIndex(segments_of(vectors), None, lambda _: among)

    for question in real[:20]:
        nearest, expected = index.search(question, 10, SOME), exact(vectors, question, 10, rows.tolist())
        assert min(count, 10) == len(nearest)
        assert nearest.keys() <= {*among}
        assert len(nearest.keys() & expected.keys()) >= 0.8 * len(expected)


@pytest.mark.parametrize("dimension", [1, 63, 64, 65, 100])
def test_any_dimension_is_searched(dimension: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that is no multiple of 64, the number of signs in a word."""
    monkeypatch.setattr(qa.index.vectors, "_CANDIDATES", 100)
    vectors = normalised(np.random.default_rng(4).standard_normal((1_000, dimension)).astype(np.float32))
    index = VectorIndex(segments_of(vectors, (0, 400, 1_000)), None)

    for row in (0, 399, 400, 999):
        nearest = index.search(vectors[row], 5)
        assert 5 == len(nearest)
        assert 1.0 == pytest.approx(max(nearest.values()), abs=0.01)
        assert dimension == 1 or keys_of(1_000)[row] == next(iter(nearest))


def test_differences_are_those_of_the_signs() -> None:
    """A sign that disagrees counts by the size of the number in the question's vector, in eighths of the largest."""
    vectors = np.array([[1, 1, 1], [-1, 1, 1], [1, -1, -1], [-1, -1, -1]], dtype=np.float32)
    question = np.array([0.7, 0.2, -0.1], dtype=np.float32)

    assert [1, 8, 2, 9] == QuantizedVectors.of(keys_of(4), vectors).differences(question).tolist()


def test_an_empty_index_finds_nothing() -> None:
    """Whether it has no segment, or one without vectors."""
    question = np.ones(8, dtype=np.float32)
    for segments in ([], [QuantizedVectors.of(keys_of(1)[:0], np.zeros((0, 8), dtype=np.float32))]):
        index = VectorIndex(segments, None, lambda _: [7])
        assert {} == index.search(question, 10) == index.search(question, 10, SOME) == index.get([7])


def test_vectors_are_returned_by_key(vectors: Vectors) -> None:
    """Of all segments; what is not there is left out, in whatever order and however often it is wanted."""
    index = VectorIndex(segments_of(vectors), None)
    rows = [COUNT - 1, 0, 3_500, 3_499, 17, 17]

    stored = index.get([*keys_of(COUNT)[rows].tolist(), 8, 10**9])

    assert {*keys_of(COUNT)[rows].tolist()} == {*stored}
    for row in rows:
        np.testing.assert_allclose(stored[int(keys_of(COUNT)[row])], vectors[row], atol=1e-3)
    assert {} == index.get([])


floats = st.floats(-1, 1, width=32).map(lambda value: 0.0 if abs(value) < 1e-6 else value)


@settings(deadline=None)
@given(st.lists(st.lists(floats, min_size=70, max_size=70), min_size=1, max_size=4))
def test_compressing_again_changes_nothing(rows: list[list[float]]) -> None:
    """A vector that is taken from a removed chunk is the same in every search, however often it was taken."""
    vectors = np.array(rows, dtype=np.float32)
    keys = keys_of(len(vectors))
    once = QuantizedVectors.of(keys, vectors)
    twice = QuantizedVectors.of(keys, once.get(np.arange(len(vectors))))

    assert once.sha256() == twice.sha256()
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    assert (np.abs(once.get(np.arange(len(vectors))) - vectors) <= largest / 250 + 1e-12).all()


@pytest.mark.parametrize("count", [1, 40, 4_000], ids=["one", "read", "mapped"])
def test_files_have_what_was_written(vectors: Vectors, tmp_path: Path, count: int) -> None:
    """In batches; files of another number or dimension are refused."""
    keys, dimension = keys_of(count), vectors.shape[1]
    parts = [slice(start, min(start + 1_500, count)) for start in range(0, count, 1_500)]
    batches = [(keys[part], vectors[part]) for part in parts]
    written = QuantizedVectors.write(tmp_path / "quantized", count, dimension, batches)

    opened = QuantizedVectors.open(tmp_path / "quantized", count, dimension)

    expected = QuantizedVectors.of(keys, vectors[:count])
    assert expected.sha256() == written.sha256() == opened.sha256()
    assert expected.get(np.arange(count)).tolist() == opened.get(np.arange(count)).tolist()
    for other in ((count + 1, dimension), (count, dimension + 64)):
        with pytest.raises(ValueError, match="other vectors"):
            QuantizedVectors.open(tmp_path / "quantized", *other)
    with pytest.raises(OSError, match="No such file"):
        QuantizedVectors.open(tmp_path, count, dimension)
