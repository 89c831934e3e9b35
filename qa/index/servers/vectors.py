"""The vectors of an index on a Chroma server: those of all its collections, as if they were one."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from qa.datatypes import NO_FILTER, Filter
from qa.index.chroma import metadata_of, timestamp_of
from qa.index.records import Described, Metadata
from qa.index.servers.catalog import PostgresCatalog
from qa.index.servers.catalog_writer import PostgresCatalogWriter
from qa.index.servers.chroma_server import ChromaServer, ServerCollection
from qa.models.embedding import Vectors

ALL = "all"
"""Label of the collection that has vectors of any year."""
_UNDATED = "undated"
LARGE = 1_000_000
"""Chunks from which each year has a collection of its own: what is published on some days is searched faster, and no
collection becomes larger than the memory of one server, or the 5 million of Chroma Cloud."""
_SCORED = 20_000
"""Chunks that may meet a filter for their vectors to be compared one by one: that takes a tenth of a second, and a
filter makes Chroma look at every vector."""
_SURPLUS = 40
"""More vectors asked for than are wanted, for those of removed chunks."""
_MORE = 4
"""How many times as many are asked for in the next attempt, if too few of the nearest meet the filter."""
_MOST_PATHS = 2_000
"""Articles that a filter may name for Chroma to look for them; of more, so many meet it that it is checked after."""


class ServerVectors:
    """The vectors of the collections that a catalog lists."""

    def __init__(self, server: ChromaServer, catalog: PostgresCatalog) -> None:
        self._catalog = catalog
        self._collections = [(each.label, server.open(each.name)) for each in catalog.collections()]
        self._most_results = server.most_results

    def search(self, vector: Vectors, limit: int, meeting: Filter = NO_FILTER) -> dict[int, float]:
        """Return cosine similarities by key of the nearest ``limit`` chunks that meet a filter, best first."""
        few = self._catalog.vectors_meeting(meeting, _SCORED) if meeting else None
        nearest = few.cosines(vector) if few is not None else self._in_collections(vector, limit, meeting)
        ordered = sorted(nearest.items(), key=lambda item: (-item[1], item[0]))
        return dict(itertools.islice(ordered, limit))

    def cosines(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return the cosine similarities of the chunks with these keys that are there."""
        return self._catalog.vectors(keys).cosines(vector)

    def get(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those keys that are there."""
        stored = self._catalog.vectors(keys)
        return dict(zip(stored.keys.tolist(), stored.restored(), strict=True))

    def _in_collections(self, vector: Vectors, limit: int, meeting: Filter) -> dict[int, float]:
        where = self._where(meeting) if meeting else None
        nearest: dict[int, float] = {}
        for label, collection in self._collections:
            if _may_have(label, meeting):
                nearest |= self._nearest(collection, vector, limit, meeting, where)
        return nearest

    def _nearest(
        self, collection: ServerCollection, vector: Vectors, limit: int, meeting: Filter, where: Any
    ) -> dict[int, float]:
        wanted = limit + _SURPLUS
        while True:
            asked = min(wanted, self._most_results or wanted)
            products = collection.nearest(vector, asked, where)
            chunks = set(self._catalog.keys(meeting, products)) if products else set()
            if len(chunks) >= limit or len(products) < asked or asked < wanted:
                return {key: product for key, product in products.items() if key in chunks}
            wanted *= _MORE

    def _where(self, meeting: Filter) -> Any:
        """Return a filter, as far as Chroma can check it, as a condition of Chroma's."""
        conditions: list[dict[str, Any]] = []
        for operator, day in (("$gte", meeting.since), ("$lte", meeting.until)):
            if day:
                conditions.append({"published_ts": {operator: timestamp_of(day)}})
        for name, values in (("source", meeting.sources), ("author", meeting.authors), ("tags", meeting.tags)):
            if values:
                conditions.append({name: {"$in": list(values)}})
        if meeting.paths:
            paths = self._catalog.selection.paths(Filter(paths=meeting.paths))
            if len(paths) <= _MOST_PATHS:
                conditions.append({"file_name": {"$in": paths or [""]}})
        return {"$and": conditions} if len(conditions) > 1 else conditions[0] if conditions else None


class ServerVectorWriter:
    """Stores the vectors of one run on a Chroma server.

    They are stored as the files of a folder have them, compressed and restored, so that both give the same answers.
    """

    def __init__(self, server: ChromaServer, catalog: PostgresCatalogWriter) -> None:
        self._server = server
        self._catalog = catalog
        self._names = {each.label: each.name for each in catalog.collections()}
        self._opened: dict[str, ServerCollection] = {}

    def add(self, keys: Sequence[int], vectors: Vectors, documents: Sequence[Described]) -> None:
        """Store vectors by key, with what their documents can be filtered by."""
        self._catalog.announce_vectors(keys)
        stored = self._catalog.add_vectors(keys, vectors)
        rows_of: dict[str, list[int]] = {}
        for row, document in enumerate(documents):
            rows_of.setdefault(self._label(document), []).append(row)
        for label, rows in rows_of.items():
            name, collection = self._collection(label)
            collection.store(
                [keys[row] for row in rows], stored[rows], [metadata_of_vector(documents[row]) for row in rows]
            )
            self._catalog.note_vectors(name, len(rows))

    def finish(self) -> None:
        """Do nothing: the catalog has listed each collection when it was created."""

    def abandon(self) -> None:
        """Do nothing: whoever writes next removes what was stored."""

    def _label(self, document: Described) -> str:
        return ALL if self._catalog.count_of_chunks <= LARGE else label_of(document)

    def _collection(self, label: str) -> tuple[str, ServerCollection]:
        """Return name and connection of the collection with a label, which is created if necessary."""
        if label not in self._names:
            name = f"qa-{secrets.token_hex(6)}"
            self._catalog.announce_collection(name)
            self._server.create(name)
            self._catalog.add_collection(name, label)
            self._names[label] = name
        name = self._names[label]
        if name not in self._opened:
            self._opened[name] = self._server.open(name)
        return name, self._opened[name]


def label_of(document: Described) -> str:
    """Return the label of the collection for a document of a large index."""
    return str(document.published.year) if document.published else _UNDATED


def metadata_of_vector(document: Described) -> Metadata:
    """Return what vectors can be filtered by: in a folder, the catalog looks for authors and tags."""
    named = {"author": document.author, "tags": document.tags}
    return metadata_of(document) | {name: value for name, value in named.items() if value}


def _may_have(label: str, meeting: Filter) -> bool:
    """Whether a collection may have articles that meet a filter."""
    if label == ALL or not (meeting.since or meeting.until):
        return True
    first, last = (meeting.since or date.min).year, (meeting.until or date.max).year
    return label != _UNDATED and first <= int(label) <= last
