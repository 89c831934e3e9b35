"""Whether an index on servers is whole."""

from __future__ import annotations

from qa.errors import IndexDamaged
from qa.index.manifest import REBUILD
from qa.index.servers.catalog import PostgresCatalog
from qa.index.servers.chroma_server import ChromaServer
from qa.index.storage import Health
from qa.text.english import counted

_AT_ONCE = 5_000
"""Keys looked for at once."""


def check(catalog: PostgresCatalog, server: ChromaServer) -> Health:
    """Check an index: all rows of its catalog, full text, and that each chunk has a vector.

    Raises:
        IndexDamaged: something is wrong, which only a rebuild can repair.
        IndexUnreachable: a server does not answer.
    """
    health = Health(catalog.manifest, catalog.segments())
    problem = catalog.problem()
    expected, counts = (health.manifest.documents, health.manifest.chunks), catalog.counts()
    if problem is None and counts != expected:
        problem = (
            f"the manifest lists {expected[0]} documents and {expected[1]} chunks, the catalog has {counts[0]} and"
            f" {counts[1]}"
        )
    missing = _without_vector(catalog, server) if problem is None else 0
    if missing:
        problem = f"{counted(missing, 'chunk')} without a vector on the Chroma server"
    if problem is not None:
        raise IndexDamaged(f"The index is damaged: {problem}", REBUILD)
    return health


def _without_vector(catalog: PostgresCatalog, server: ChromaServer) -> int:
    collections = [server.open(each.name) for each in catalog.collections()]
    keys = catalog.keys()
    missing = 0
    for start in range(0, len(keys), _AT_ONCE):
        unseen = keys[start : start + _AT_ONCE]
        for collection in collections:
            existing = collection.existing(unseen)
            unseen = [key for key in unseen if key not in existing]
        missing += len(unseen)
    return missing
