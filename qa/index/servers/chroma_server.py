"""Vectors on a Chroma server, or in Chroma Cloud: collections by name, and what goes wrong with them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import httpx
import numpy as np

from qa.errors import IndexDamaged, IndexUnreachable, QAError, UsageError
from qa.index.chroma import imported
from qa.index.records import Metadata
from qa.models.embedding import Vectors
from qa.settings_servers import CHROMA_CLOUD, VECTORS_TOKEN

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 60.0
"""How long the server may take to answer; building its graph of new vectors can take some seconds."""
_WRITTEN_AT_ONCE = 1_000
"""Vectors of a request; each takes 4 KB."""
_GRAPH = {"max_neighbors": 32, "ef_construction": 200, "ef_search": 2_000}
"""Of the nearest 200 among 200,000 vectors, .998 are found, and .985 at worst; with half as many neighbours, .945 and
.215. It costs 300 bytes of memory a vector, and 10 ms a query."""
_CLOUD_LIMIT = 300
"""Vectors of a request, and results of a query, in Chroma Cloud (https://docs.trychroma.com/cloud/quotas-limits)."""
_KEY, _TENANT, _DATABASE = "CHROMA_API_KEY", "CHROMA_TENANT", "CHROMA_DATABASE"


class ChromaServer:
    """A connection to a Chroma server.

    Raises:
        IndexUnreachable: it does not answer, refuses the connection or is no Chroma server; as in all methods.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._is_cloud = address == CHROMA_CLOUD
        self.most_results = _CLOUD_LIMIT if self._is_cloud else None
        """How many vectors a query may ask for; None if any number."""
        self._most_at_once = _CLOUD_LIMIT if self._is_cloud else _WRITTEN_AT_ONCE
        with self._errors_reported():
            self._client = self._cloud() if self._is_cloud else _client(address, os.environ.get(VECTORS_TOKEN))
            # Chroma's client would wait for ever for a server that is stopped, and has no setting for it.
            cast(Any, self._client)._server._session.timeout = httpx.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)

    def create(self, name: str) -> None:
        """Create a collection."""
        # The inner product, because the vectors are compared as they are in a folder: not scaled to length 1 again.
        configuration = {"hnsw": {"space": "ip", **_GRAPH}}
        with self._errors_reported():
            self._client.create_collection(name, embedding_function=None, configuration=cast(Any, configuration))

    def drop(self, name: str) -> None:
        """Remove a collection if it exists."""
        with self._errors_reported(), suppress(imported().errors.NotFoundError):
            self._client.delete_collection(name)

    def open(self, name: str) -> ServerCollection:
        """Open a collection.

        Raises:
            IndexDamaged: there is none.
        """
        with self._errors_reported():
            collection = self._client.get_collection(name, embedding_function=None)
        return ServerCollection(collection, self._most_at_once, self._errors_reported)

    def open_or_create(self, name: str) -> ServerCollection:
        """Open a collection, which is created if there is none."""
        with suppress(IndexDamaged):
            return self.open(name)
        self.create(name)
        return self.open(name)

    def _cloud(self) -> ClientAPI:
        if not os.environ.get(_KEY):
            hint = f"Set {_KEY}, and {_TENANT} and {_DATABASE} if it has several."
            raise UsageError(f"{CHROMA_CLOUD} needs a key", hint)
        return _cloud_client(os.environ.get(_TENANT), os.environ.get(_DATABASE), os.environ[_KEY])

    @contextmanager
    def _errors_reported(self) -> Iterator[None]:
        """Turn what the client raises into errors of an index; it also lets through those of its libraries."""
        try:
            yield
        except QAError:
            raise
        except Exception as error:
            if type(error).__name__ == "NotFoundError":
                hint = "Start it with the folder that it had, or run: qa doctor, which stores them again."
                problem = f"The Chroma server {self._address} does not have the vectors of this index"
                raise IndexDamaged(problem, hint) from None
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            hint = f"Start it, or correct vectors; a token for a proxy comes from {VECTORS_TOKEN}."
            raise IndexUnreachable(f"The Chroma server {self._address} does not answer: {reason}", hint) from None


class ServerCollection:
    """A collection of vectors by key."""

    def __init__(self, collection: Collection, most_at_once: int, errors_reported: Any) -> None:
        self._collection = collection
        self._most_at_once = most_at_once
        self._errors_reported = errors_reported

    def count(self) -> int:
        """Return the number of vectors."""
        with self._errors_reported():
            return self._collection.count()

    def nearest(self, vector: Vectors, limit: int, where: Any = None) -> dict[int, float]:
        """Return the inner products by key with the nearest ``limit`` vectors that meet a condition of Chroma's."""
        with self._errors_reported():
            result = self._collection.query(
                query_embeddings=cast(Any, [vector]), n_results=limit, where=where, include=["distances"]
            )
        pairs = zip(result["ids"][0], cast(Any, result["distances"])[0], strict=True)
        return {int(name): 1.0 - distance for name, distance in pairs if name.isdecimal()}

    def store(self, keys: Sequence[int], vectors: Vectors, metadata: Sequence[Metadata]) -> None:
        """Store vectors by key, with what they can be filtered by; they replace those with the same keys."""
        for start in range(0, len(keys), self._most_at_once):
            batch = slice(start, start + self._most_at_once)
            with self._errors_reported():
                self._collection.upsert(
                    ids=[str(key) for key in keys[batch]],
                    embeddings=cast(Any, vectors[batch]),
                    metadatas=cast(Any, list(metadata[batch])),
                )

    def delete(self, keys: Sequence[int]) -> None:
        """Remove the vectors of those keys that are here."""
        for names in self._batches(keys):
            with self._errors_reported():
                self._collection.delete(ids=names)

    def get(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Return the vectors of those keys that are here."""
        vectors: dict[int, Vectors] = {}
        for names in self._batches(keys):
            with self._errors_reported():
                rows = self._collection.get(ids=names, include=["embeddings"])
            vectors |= zip(map(int, rows["ids"]), np.asarray(rows["embeddings"], dtype=np.float32), strict=True)
        return vectors

    def _batches(self, keys: Sequence[int]) -> Iterator[list[str]]:
        names = [str(key) for key in dict.fromkeys(keys)]
        for start in range(0, len(names), self._most_at_once):
            yield names[start : start + self._most_at_once]


def _settings(chromadb: Any) -> Any:
    """Return settings without those that Chroma would take from a file ``.env`` in the current folder."""
    return chromadb.config.Settings(_env_file=None, anonymized_telemetry=False)


# Chroma keeps every client for ever, with its connections; and making one takes a sixth of a second.
@cache
def _client(address: str, token: str | None) -> ClientAPI:
    """Return a client of a server, the same for the same one."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # Asked first with a timeout, which the constructor of the client does not have.
    url, is_encrypted = f"{address}/api/v2/heartbeat", address.startswith("https")
    answer = httpx.get(url, headers=headers, timeout=_CONNECT_SECONDS, trust_env=False, verify=is_encrypted)
    answer.raise_for_status()
    chromadb = imported()
    settings = _settings(chromadb)
    if not is_encrypted:
        settings.chroma_server_ssl_verify = False  # certificates, which are not used, take 0.05 s to load
    client: ClientAPI = chromadb.HttpClient(address, headers=headers, settings=settings)
    return client


@cache
def _cloud_client(tenant: str | None, database: str | None, key: str) -> ClientAPI:
    """Return a client of Chroma Cloud, the same for the same account."""
    chromadb = imported()
    client: ClientAPI = chromadb.CloudClient(
        tenant=tenant, database=database, api_key=key, settings=_settings(chromadb)
    )
    return client
