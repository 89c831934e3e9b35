"""The contents of an index, in a form that allows two indexes to be compared."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import qa
from qa.datatypes import NO_FILTER, Chunk, IndexReport
from qa.index import Index
from qa.index.builds import SEGMENTS
from qa.index.chroma import readable_store
from qa.models.embedding import Vectors

Rows = list[tuple[Any, ...]]


def refresh(corpus: Path, index: Path, rebuild: bool = False) -> IndexReport:
    """Bring an index up to date, as another process might."""
    with qa.Assistant(qa.load_settings(corpus=corpus, index=index)) as assistant:
        return assistant.refresh(rebuild=rebuild)


def position_of(chunk: Chunk) -> str:
    """Return file, start and end of a chunk."""
    return f"{chunk.path}:{chunk.start}-{chunk.end}"


def chunks_of(root: Path) -> dict[str, Chunk]:
    """Return the chunks of the newest generation, by file, start and end."""
    with closing(Index.open(root)) as index:
        articles = [index.chunks(index.keys_of(entry.path)).values() for entry in index.documents()]
    return {position_of(indexed.chunk): indexed.chunk for chunks in articles for indexed in chunks}


def catalog_of(root: Path) -> tuple[Rows, Rows, Rows]:
    """Return the documents (without modification times), chunks and words of the newest generation."""
    with closing(Index.open(root)) as index:
        documents = [
            (entry.path, entry.content_hash, entry.encoding, entry.title, entry.source, entry.published, entry.chunks)
            for entry in index.documents()
        ]
        words = index._catalog._connection.execute("SELECT word, chunks FROM words ORDER BY word").fetchall()
        terms = index._catalog._connection.execute("SELECT term, doc, cnt FROM temp.terms ORDER BY term").fetchall()
    chunks = [(position, chunk) for position, chunk in sorted(chunks_of(root).items())]
    return documents, chunks, words + terms


def vectors_of(root: Path) -> dict[str, Vectors]:
    """Return the vectors of the newest generation as they are in Chroma, by file, start and end of the chunk."""
    vectors: dict[str, Vectors] = {}
    with closing(Index.open(root)) as index:
        for segment in index.segments():
            with readable_store(index.build / SEGMENTS / segment.name / "chroma") as store:
                assert segment.vectors == store.count()
                for keys, stored, _ in store.read():
                    chunks = index.chunks(index.meeting(NO_FILTER, keys.tolist()))
                    vectors |= {
                        position_of(chunks[key].chunk): vector
                        for key, vector in zip(keys.tolist(), stored, strict=True)
                        if key in chunks
                    }
        assert len(vectors) == index.stats().chunks
    return vectors


def assert_same_content(actual: Path, expected: Path) -> None:
    """Check that two indexes contain the same documents, chunks, full text and vectors."""
    assert catalog_of(actual) == catalog_of(expected)
    vectors, expected_vectors = vectors_of(actual), vectors_of(expected)
    assert vectors.keys() == expected_vectors.keys()
    for position, vector in vectors.items():
        np.testing.assert_allclose(vector, expected_vectors[position], atol=2e-3)


class Searches(NamedTuple):
    """All that a search in an index could find."""

    exact: tuple[object, ...]
    """Sizes, documents, chunks and full text."""
    vectors: dict[int, Vectors]
    """By key."""
    nearest: dict[int, float]
    """Cosine similarities by key, best first."""


def searches_of(index: Index, vector: Vectors) -> Searches:
    """Return what a search in an open index could find, also near a vector."""
    keys = [key for entry in index.documents() for key in index.keys_of(entry.path)]
    fulltext = index.search_fulltext("battle tank or troops in the Kursk region", 50)
    exact = (index.stats(), index.documents(), index.chunks(keys), fulltext, index.containing(["Kursk"]))
    return Searches(exact, index.vectors(keys), index.search_vectors(vector, 50))


def assert_same_searches(actual: Searches, expected: Searches) -> None:
    """Check that two searches find the same; Chroma and numpy may change the last bit of a number."""
    assert actual.exact == expected.exact
    assert actual.vectors.keys() == expected.vectors.keys()
    for key, vector in actual.vectors.items():
        np.testing.assert_allclose(vector, expected.vectors[key], atol=1e-6)
    assert [*actual.nearest] == [*expected.nearest]
    np.testing.assert_allclose([*actual.nearest.values()], [*expected.nearest.values()], atol=1e-6)
