"""Whether an index on servers is whole, and storing the vectors again that a Chroma server has lost."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from qa.errors import IndexDamaged
from qa.index.fulltext import searched_text
from qa.index.manifest import REBUILD
from qa.index.records import Described
from qa.index.servers.catalog import PostgresCatalog
from qa.index.servers.chroma_server import ChromaServer, ServerCollection
from qa.index.servers.fulltext import PostgresFulltext
from qa.index.servers.vectors import ALL, label_of, metadata_of_vector
from qa.index.storage import Health
from qa.text.english import counted

_MOST_READ = 100_000
"""Chunks that are split into words again, which takes a millisecond each; of more, some are, evenly spread."""
_CHECKED_AT_ONCE = 500
"""Chunks whose full text is compared at once."""
_VECTORS_AT_ONCE = 2_000
"""Chunks whose vectors are compared at once."""
_ROUNDED = 1e-5
"""By how much a number may differ that Chroma sends as text."""


def check(catalog: PostgresCatalog, server: ChromaServer) -> Health:
    """Check an index: all rows of its catalog, full text, and that each chunk has a vector on both servers.

    PostgreSQL has the vectors too, so those that are missing on the Chroma server are stored there again.

    Raises:
        IndexDamaged: something is wrong that only a rebuild can repair.
        IndexUnreachable: a server does not answer.
    """
    health = Health(catalog.manifest, catalog.segments())
    documents, chunks = catalog.counts()
    vectors = catalog.count_vectors()
    expected = health.manifest.documents, health.manifest.chunks, health.manifest.chunks
    problem = catalog.problem()
    if problem is None and (documents, chunks, vectors) != expected:
        problem = (
            f"the manifest lists {expected[0]} documents and {expected[1]} chunks, the catalog has {documents} and"
            f" {chunks}, and there are {vectors} vectors"
        )
    if problem is None and not health.segments:
        problem = "no collection of vectors is listed"
    if problem is None and not _has_its_words(catalog):
        problem = "its list of words is not that of its chunks"
    if problem is not None:
        raise IndexDamaged(f"The index is damaged: {problem}", REBUILD)
    missing = _restore_vectors(catalog, server)
    if missing:
        health.repaired.append(f"{counted(missing, 'vector')} stored again on the Chroma server")
    return health


def _has_its_words(catalog: PostgresCatalog) -> bool:
    """Check what full text has of the chunks; return whether the list of words is that of the chunks, if all are read.

    Raises:
        IndexDamaged: full text has something else.
    """
    keys = catalog.keys()
    step = math.ceil(len(keys) / _MOST_READ) or 1
    texts = _checked_texts(catalog, keys[::step])
    if step == 1:
        return catalog.vocabulary.is_of(texts)
    for _ in texts:
        pass
    return True


def _checked_texts(catalog: PostgresCatalog, keys: Sequence[int]) -> Iterator[str]:
    """Check what full text has of chunks, and yield what it finds of each."""
    fulltext = catalog.fulltext
    assert isinstance(fulltext, PostgresFulltext)
    for some in _batches(keys, _CHECKED_AT_ONCE):
        document_of = catalog.documents_of(some)
        chunks = {key: indexed.chunk for key, indexed in catalog.chunks(some).items()}
        fulltext.check_chunks((key, document_of[key], chunk) for key, chunk in chunks.items())
        yield from map(searched_text, chunks.values())


def _restore_vectors(catalog: PostgresCatalog, server: ChromaServer) -> int:
    """Store the vectors of all chunks that have none on the Chroma server; return how many these are.

    Raises:
        IndexDamaged: a vector is missing in PostgreSQL, or is another one there.
    """
    collections = {each.label: server.open_or_create(each.name) for each in catalog.collections()}
    missing = 0
    for keys in _batches(catalog.keys(), _VECTORS_AT_ONCE):
        stored = catalog.vectors(keys)
        vectors = dict(zip(stored.keys.tolist(), stored.restored(), strict=True))
        unseen = set(keys)
        for collection in collections.values():
            there = collection.get(list(unseen))
            unseen -= there.keys()
            if not all(key in vectors and np.allclose(there[key], vectors[key], atol=_ROUNDED) for key in there):
                raise IndexDamaged("The index is damaged: PostgreSQL and the Chroma server have other vectors", REBUILD)
        if unseen:
            _store(catalog, collections, sorted(unseen))
        missing += len(unseen)
    return missing


def _batches(keys: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]


def _store(catalog: PostgresCatalog, collections: Mapping[str, ServerCollection], keys: Sequence[int]) -> None:
    path_of = {key: indexed.chunk.path for key, indexed in catalog.chunks(keys).items()}
    entries = catalog.documents_at({*path_of.values()})
    stored = catalog.vectors(keys)
    documents = [Described.of_entry(entries[path_of[key]]) for key in stored.keys.tolist()]
    default = ALL if ALL in collections else next(iter(collections))
    labels = [label if (label := label_of(document)) in collections else default for document in documents]
    vectors = stored.restored()
    for label in {*labels}:
        rows = [row for row, own in enumerate(labels) if own == label]
        metadata = [metadata_of_vector(documents[row]) for row in rows]
        collections[label].store(stored.keys[rows].tolist(), vectors[rows], metadata)
