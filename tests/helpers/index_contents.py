"""The contents of an index, in a form that allows two indexes to be compared."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from qa.index import Index
from qa.index.vectors import VectorStore
from qa.models.embedding import Vectors

Rows = list[tuple[Any, ...]]


def catalog_of(root: Path) -> tuple[Rows, Rows]:
    """Return the documents (without modification times) and chunks of the current generation."""
    with closing(sqlite3.connect(Index.open(root).folder / "catalog.sqlite")) as connection:
        documents = connection.execute(
            "SELECT path, content_hash, encoding, title, source, published FROM documents ORDER BY path"
        ).fetchall()
        chunks = connection.execute(
            'SELECT key, start, "end", line_start, header, text, content_hash FROM chunks ORDER BY key'
        ).fetchall()
        # Raises if the full-text index and the chunks disagree.
        connection.execute("INSERT INTO fulltext(fulltext) VALUES ('integrity-check')")
    return documents, chunks


def vectors_of(root: Path) -> dict[str, Vectors]:
    """Return all vectors of the current generation, by key."""
    keys = [row[0] for row in catalog_of(root)[1]]
    store = VectorStore.open(Index.open(root).folder / "chroma")
    try:
        assert len(keys) == store.count()
        return store.get(keys)
    finally:
        store.close()


def assert_same_content(actual: Path, expected: Path) -> None:
    """Check that two indexes contain the same documents, chunks and vectors."""
    assert catalog_of(actual) == catalog_of(expected)
    vectors, expected_vectors = vectors_of(actual), vectors_of(expected)
    assert vectors.keys() == expected_vectors.keys()
    for key, vector in vectors.items():
        np.testing.assert_allclose(vector, expected_vectors[key], atol=1e-5)
