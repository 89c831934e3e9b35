"""Whether an index on servers is whole, and storing the vectors again that a Chroma server has lost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.errors import IndexDamaged
from qa.index.manifest import REBUILD
from qa.index.records import Described
from qa.index.servers.catalog import PostgresCatalog
from qa.index.servers.chroma_server import ChromaServer, ServerCollection
from qa.index.servers.vectors import ALL, label_of, metadata_of_vector
from qa.index.storage import Health
from qa.text.english import counted

_AT_ONCE = 5_000
"""Chunks looked for at once."""


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
    if problem is not None:
        raise IndexDamaged(f"The index is damaged: {problem}", REBUILD)
    missing = _restore_vectors(catalog, server)
    if missing:
        health.repaired.append(f"{counted(missing, 'vector')} stored again on the Chroma server")
    return health


def _restore_vectors(catalog: PostgresCatalog, server: ChromaServer) -> int:
    """Store the vectors of all chunks that have none on the Chroma server; return how many these are."""
    collections = {each.label: server.open_or_create(each.name) for each in catalog.collections()}
    keys = catalog.keys()
    missing = 0
    for start in range(0, len(keys), _AT_ONCE):
        unseen = keys[start : start + _AT_ONCE]
        for collection in collections.values():
            existing = collection.existing(unseen)
            unseen = [key for key in unseen if key not in existing]
        if unseen:
            _store(catalog, collections, unseen)
        missing += len(unseen)
    return missing


def _store(catalog: PostgresCatalog, collections: Mapping[str, ServerCollection], keys: Sequence[int]) -> None:
    path_of = {key: indexed.chunk.path for key, indexed in catalog.chunks(keys).items()}
    entries = catalog.documents_at({*path_of.values()})
    stored = catalog.vectors(keys)
    documents = [Described.of_entry(entries[path_of[key]]) for key in stored.keys.tolist()]
    labels = [label if (label := label_of(document)) in collections else ALL for document in documents]
    vectors = stored.restored()
    for label in {*labels}:
        rows = [row for row, own in enumerate(labels) if own == label]
        metadata = [metadata_of_vector(documents[row]) for row in rows]
        collections[label].store(stored.keys[rows].tolist(), vectors[rows], metadata)
