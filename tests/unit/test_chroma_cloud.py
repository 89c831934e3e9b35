"""Chroma Cloud, as far as a server on this machine can stand for it: its key, and its limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from qa.errors import UsageError
from qa.index.servers import chroma_server as module
from qa.index.servers.chroma_server import ChromaServer as Client
from qa.settings_servers import CHROMA_CLOUD
from tests.helpers.local_server import allow_loopback
from tests.helpers.servers import ChromaServer

LIMIT = 300
"""Vectors of a request, and results of a query."""


@pytest.fixture
def cloud(chroma_server: ChromaServer, no_network: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let this machine stand for the cloud; the sizes of all requests."""
    allow_loopback(monkeypatch)
    local = module._client(chroma_server.url, None)
    sizes: list[int] = []
    accounts: list[tuple[str | None, ...]] = []

    def client(*account: str | None) -> object:
        accounts.append(account)
        return local

    monkeypatch.setattr(module, "_cloud_client", client)
    monkeypatch.setenv("CHROMA_API_KEY", "secret")
    monkeypatch.setenv("CHROMA_TENANT", "newsroom")
    monkeypatch.delenv("CHROMA_DATABASE", raising=False)
    for method, argument in (("upsert", "ids"), ("get", "ids"), ("delete", "ids"), ("query", "n_results")):
        original = getattr(type(local.get_or_create_collection("sizes")), method)

        def recorded(self: object, original: object = original, argument: str = argument, **values: object) -> object:
            size = values[argument]
            sizes.append(size if isinstance(size, int) else len(size))  # type: ignore[arg-type]
            return original(self, **values)  # type: ignore[operator]

        monkeypatch.setattr(f"chromadb.api.models.Collection.Collection.{method}", recorded)
    yield sizes
    assert accounts == [("newsroom", None, "secret")] * len(accounts)


def test_no_request_exceeds_the_limits(cloud: list[int]) -> None:
    """Vectors are stored, looked for and removed some at a time."""
    server = Client(CHROMA_CLOUD)
    server.create("cloud-limits")
    collection = server.open("cloud-limits")
    keys = [*range(1, 801)]
    vectors = np.random.default_rng(1).standard_normal((800, 16)).astype(np.float32)

    collection.store(keys, vectors, [{"file_name": "a.md"}] * 800)

    assert {*keys} == collection.get(keys).keys()
    assert LIMIT == server.most_results
    assert 240 == len(collection.nearest(vectors[0], 240))
    collection.delete(keys[:700])
    assert 100 == collection.count()
    server.drop("cloud-limits")
    assert max(cloud) <= LIMIT


def test_without_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the variable."""
    monkeypatch.delenv("CHROMA_API_KEY", raising=False)

    with pytest.raises(UsageError, match="needs a key") as raised:
        Client(CHROMA_CLOUD)

    assert "CHROMA_API_KEY" in raised.value.hint
