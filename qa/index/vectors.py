"""The vector store of one generation; the only module that uses Chroma.

The collection is written so that LlamaIndex's ``ChromaVectorStore`` reads its chunks as nodes.
A Chroma server could replace the embedded client here without changes elsewhere.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Collection as Keys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qa.datatypes import Chunk, Document
from qa.errors import IndexDamaged, IndexNotWritten
from qa.models.embedding import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTION = "chunks"
"""Name of the Chroma collection."""
_SURPLUS = 2
"""How many times more of the nearest are taken than would do if the wanted chunks were spread evenly."""
_NO_FUNCTION = frozenset({"legacy", "unknown"})
"""Types that Chroma records for a collection without an embedding function."""


class VectorStore:
    """A Chroma folder with one collection of chunk vectors in cosine space."""

    def __init__(self, client: ClientAPI, collection: Collection) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, folder: Path) -> VectorStore:
        """Create an empty store."""
        with _writing():
            client = _client(folder)
            collection = client.create_collection(
                COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        return cls(client, collection)

    @classmethod
    def open(cls, folder: Path) -> VectorStore:
        """Open an existing store.

        Raises:
            IndexDamaged: there is no store, or Chroma cannot read it.
        """
        damaged = IndexDamaged(f"{folder} contains no readable vectors", "Run: qa index --rebuild")
        if not (folder / "chroma.sqlite3").is_file():
            raise damaged
        client: ClientAPI | None = None
        try:
            _require_no_embedding_function(folder)
            client = _client(folder)
            return cls(client, client.get_collection(COLLECTION, embedding_function=None))
        except Exception as error:  # on a damaged file, Chroma lets through any exception of its dependencies
            if client is not None:
                cast(Any, client).close()
            raise damaged from error

    def close(self) -> None:
        """Release the files, so that the folder can be moved or deleted."""
        cast(Any, self._client).close()  # ClientAPI does not declare close(), but all its implementations have it

    def count(self) -> int:
        """Return the number of vectors."""
        return self._collection.count()

    def add(self, chunks: Sequence[tuple[Document, Chunk]], vectors: Vectors) -> None:
        """Store one vector per chunk; each chunk is paired with its document."""
        size = self._client.get_max_batch_size()
        for start in range(0, len(chunks), size):
            batch = chunks[start : start + size]
            with _writing():
                self._collection.add(
                    ids=[chunk.id for _, chunk in batch],
                    embeddings=cast(Any, vectors[start : start + size]),
                    documents=[chunk.text for _, chunk in batch],
                    metadatas=[_metadata(document, chunk) for document, chunk in batch],
                )

    def remove(self, keys: Sequence[str]) -> None:
        """Remove the vectors of these chunks."""
        size = self._client.get_max_batch_size()
        for start in range(0, len(keys), size):
            with _writing():
                self._collection.delete(ids=list(keys[start : start + size]))

    def get(self, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return the vectors of those chunks that are in the store."""
        vectors: dict[str, Vectors] = {}
        size = self._client.get_max_batch_size()
        for start in range(0, len(keys), size):
            batch = self._collection.get(ids=list(keys[start : start + size]), include=["embeddings"])
            vectors |= zip(batch["ids"], np.asarray(batch["embeddings"], dtype=np.float32), strict=True)
        return vectors

    def search(self, vector: Vectors, limit: int, among: Keys[str] | None = None) -> dict[str, float]:
        """Return the cosine similarities by key of the nearest ``limit`` chunks, best first.

        If ``among`` is given, only of those chunks; if they are many, some of the farther ones may be missing.
        """
        count = self.count()
        if among is None:
            return self._nearest(vector, min(limit, count))
        if len(among) <= self._client.get_max_batch_size():
            return self._nearest(vector, min(limit, len(among)), list(among))
        wanted = frozenset(among)
        nearest = self._nearest(vector, min(count, _SURPLUS * limit * count // len(wanted)))
        return dict([item for item in nearest.items() if item[0] in wanted][:limit])

    def _nearest(self, vector: Vectors, limit: int, among: list[str] | None = None) -> dict[str, float]:
        if limit == 0:
            return {}
        nearest = self._collection.query(
            query_embeddings=cast(Any, [vector]), ids=among, n_results=limit, include=["distances"]
        )
        distances = cast(list[list[float]], nearest["distances"])[0]
        return {key: 1.0 - distance for key, distance in zip(nearest["ids"][0], distances, strict=True)}


@contextmanager
def _writing() -> Iterator[None]:
    """Turn Chroma's errors, such as those on a full disk, into one that tells the user what to do."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        hint = "Free disk space or choose another folder with --index DIR."
        raise IndexNotWritten(f"Chroma cannot write: {error}", hint) from error


def _require_no_embedding_function(folder: Path) -> None:
    """Check that no collection names an embedding function, which Chroma would load and run when adding.

    Raises:
        ValueError: a collection names an embedding function; qa never writes one.
        sqlite3.Error: the file cannot be read.
    """
    with closing(sqlite3.connect(f"{(folder / 'chroma.sqlite3').as_uri()}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT config_json_str, schema_str FROM collections").fetchall()
    for text in itertools.chain.from_iterable(rows):
        if text and not _NO_FUNCTION.issuperset(_embedding_functions(json.loads(text))):
            raise ValueError("the collection names an embedding function")


def _embedding_functions(node: Any) -> Iterator[str]:
    """Yield the types of all embedding functions named anywhere in a collection's configuration."""
    if isinstance(node, list):
        for value in node:
            yield from _embedding_functions(value)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name != "embedding_function":
                yield from _embedding_functions(value)
            elif value is not None:
                yield str(value.get("type")) if isinstance(value, dict) else str(value)


def _client(folder: Path) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _metadata(document: Document, chunk: Chunk) -> dict[str, str | int]:
    """Describe a chunk as LlamaIndex's stores do; its text is stored as Chroma's document."""
    fields: dict[str, str | int] = {
        "file_name": document.path,
        "title": document.title,
        "start": chunk.start,
        "end": chunk.end,
        "line_start": chunk.line_start,
    }
    if document.published:
        # A timestamp as well, because Chroma can compare only numbers.
        published = datetime.combine(document.published, datetime.min.time(), UTC)
        fields |= {"published": document.published.isoformat(), "published_ts": int(published.timestamp())}
    node = {
        "id_": chunk.id,
        "metadata": fields,
        "start_char_idx": chunk.start,
        "end_char_idx": chunk.end,
        "class_name": "TextNode",
    }
    return fields | {
        "_node_type": "TextNode",
        "_node_content": json.dumps(node),
        "document_id": document.path,
        "doc_id": document.path,
        "ref_doc_id": document.path,
    }
