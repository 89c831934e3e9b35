"""The vectors of a segment in Chroma; the only module that uses it.

Chroma is written once and read to merge segments, to check them and by other programs; questions are answered from the
compressed vectors beside it (``quantized.py``), which take neither its import nor its graph.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qa.errors import IndexDamaged, IndexNotWritten, UsageError
from qa.index.files import FREE_SPACE, is_writable
from qa.index.keys import Keys
from qa.index.manifest import REBUILD
from qa.index.records import Described, Metadata
from qa.models.embedding import Vectors

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection

COLLECTION = "chunks"
"""Name of the Chroma collection."""
_EF_SEARCH = 1_000
"""How many neighbours Chroma looks at; with its default of 100 it misses a tenth of the nearest 200 among 200,000."""
_OUTER_ERRORS = re.compile(r".*\(code: \d+\) ", re.DOTALL)
"""What Chroma's layers say before SQLite's message."""
_READ = 1_000
"""Vectors read at once; Chroma returns numbers as Python objects, which take 40 MB for so many."""
_NO_FUNCTION = frozenset({"legacy", "unknown"})
"""Types that Chroma records for a collection without an embedding function."""


class ChromaStore:
    """A Chroma folder with one collection of chunk vectors in cosine space, by key."""

    def __init__(self, client: ClientAPI, collection: Collection) -> None:
        self._client = client
        self._collection = collection

    @classmethod
    def create(cls, folder: Path) -> ChromaStore:
        """Create an empty store."""
        with _writing():
            client = _client(folder)
            configuration = {"hnsw": {"space": "cosine", "ef_search": _EF_SEARCH}}
            collection = client.create_collection(
                COLLECTION, embedding_function=None, configuration=cast(Any, configuration)
            )
        return cls(client, collection)

    @classmethod
    def open(cls, folder: Path) -> ChromaStore:
        """Open an existing store.

        Raises:
            IndexDamaged: there is no store, or Chroma cannot read it.
        """
        damaged = IndexDamaged(f"{folder} contains no readable vectors", REBUILD)
        if not (folder / "chroma.sqlite3").is_file():
            raise damaged
        imported()
        client: ClientAPI | None = None
        try:
            with _panics_as_exceptions():
                client = _client(folder)
                collection = client.get_collection(COLLECTION, embedding_function=None)
                _require_no_embedding_function(collection)
            return cls(client, collection)
        except Exception as error:  # on a damaged file, Chroma lets through any exception of its dependencies
            if client is not None:
                cast(Any, client).close()
            raise damaged from error

    def close(self) -> None:
        """Release the files, so that the folder can be moved or deleted."""
        cast(Any, self._client).close()  # ClientAPI does not declare close(), but all its implementations have it

    def count(self) -> int:
        """Return the number of vectors."""
        with _reading():
            return self._collection.count()

    def add(self, keys: Sequence[int], vectors: Vectors, metadata: Sequence[Metadata]) -> None:
        """Store vectors by key, with what they can be filtered by."""
        with _writing():
            size = self._client.get_max_batch_size()
            for start in range(0, len(keys), size):
                batch = slice(start, start + size)
                self._collection.add(
                    ids=[str(key) for key in keys[batch]],
                    embeddings=cast(Any, vectors[batch]),
                    metadatas=cast(Any, list(metadata[batch])),
                )

    def read(self) -> Iterator[tuple[Keys, Vectors, list[Metadata]]]:
        """Yield all vectors in batches, in the order of keys, each with its key and metadata.

        Raises:
            IndexDamaged: Chroma cannot read them.
        """
        with _reading():
            keys = np.sort(np.array([int(name) for name in self._collection.get(include=[])["ids"]], dtype=np.int64))
        for start in range(0, len(keys), _READ):
            batch = keys[start : start + _READ]
            names = [str(key) for key in batch]
            with _reading():
                rows = self._collection.get(ids=names, include=["embeddings", "metadatas"])
                metadata = dict(zip(rows["ids"], cast(list[Metadata], rows["metadatas"]), strict=True))
                vectors = dict(zip(rows["ids"], cast(Vectors, rows["embeddings"]), strict=True))
                stacked = np.stack([vectors[name] for name in names]).astype(np.float32)
            yield batch, stacked, [metadata[name] for name in names]

    def get(self, names: Sequence[str]) -> dict[str, Vectors]:
        """Return those of the vectors that are there, by name.

        Raises:
            IndexDamaged: Chroma cannot read them.
        """
        with _reading():
            rows = self._collection.get(ids=list(names), include=["embeddings"])
            return dict(zip(rows["ids"], np.asarray(rows["embeddings"], dtype=np.float32), strict=True))


@contextmanager
def readable_store(folder: Path) -> Iterator[ChromaStore]:
    """Open a store to read it, through a copy if the folder is read-only: Chroma writes even when it reads.

    Raises:
        IndexDamaged: there is no store, or Chroma cannot read it.
    """
    with ExitStack() as cleanup:
        if folder.is_dir() and not is_writable(folder / "chroma.sqlite3"):
            copy = tempfile.TemporaryDirectory(prefix="qa-index-", ignore_cleanup_errors=True)
            cleanup.enter_context(copy)
            folder = Path(shutil.copytree(folder, Path(copy.name) / "chroma", copy_function=shutil.copyfile))
            folder.chmod(0o700)
        store = ChromaStore.open(folder)
        cleanup.callback(store.close)
        yield store


class _Panic(Exception):
    """Chroma's Rust code has given up."""


@contextmanager
def _panics_as_exceptions() -> Iterator[None]:
    """Let a panic of Rust code, which is no subclass of ``Exception`` in Python, be caught like any other error."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise _Panic(str(error)) from error
        raise


@contextmanager
def _reading() -> Iterator[None]:
    """Turn whatever Chroma raises on damaged files into one error that tells the user what to do."""
    try:
        with _panics_as_exceptions():
            yield
    except Exception as error:  # it lets through any exception of its dependencies
        raise IndexDamaged(f"The vectors in Chroma cannot be read: {error}", REBUILD) from error


@contextmanager
def _writing() -> Iterator[None]:
    """Turn Chroma's errors, such as those on a full disk, into one that tells the user what to do."""
    chromadb = imported()
    try:
        with _panics_as_exceptions():
            yield
    except (chromadb.errors.ChromaError, _Panic) as error:
        raise IndexNotWritten(f"Chroma cannot write: {_OUTER_ERRORS.sub('', str(error))}", FREE_SPACE) from error


def _require_no_embedding_function(collection: Collection) -> None:
    """Check that a collection names no embedding function, which Chroma would load and run when adding.

    What Chroma has read is checked, not the file: there, a view can show every reader something else.

    Raises:
        ValueError: it names an embedding function; qa never writes one.
    """
    model = cast(Any, collection).get_model()
    if not _NO_FUNCTION.issuperset(_embedding_functions([model.configuration_json, model.serialized_schema])):
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
    """Return a client of Chroma's own files.

    Chroma would take settings from a file ``.env`` in the current folder, such as the server to send vectors to and the
    classes to import.
    """
    chromadb = imported()
    settings = chromadb.config.Settings(_env_file=None, anonymized_telemetry=False)
    client: ClientAPI = chromadb.PersistentClient(str(folder), settings=settings)
    return client


def imported() -> Any:
    """Import Chroma.

    Raises:
        UsageError: it does not accept its settings, which it reads from the environment and ``.env``, but does not use.
    """
    try:
        import chromadb
    except ValueError as error:
        reason = " ".join(str(error).split())
        hint = "Correct them, or run qa in another folder."
        raise UsageError(f"Chroma's settings in the environment or in .env are wrong: {reason}", hint) from None
    return chromadb


def metadata_of(document: Described) -> dict[str, str | int]:
    """Return what the vectors of a document's chunks can be filtered by, named as LlamaIndex does."""
    fields: dict[str, str | int] = {"file_name": document.path}
    if document.source:
        fields["source"] = document.source
    if document.published:
        fields["published_ts"] = timestamp_of(document.published)
    return fields


def timestamp_of(day: date) -> int:
    """Return a day as Chroma stores it: as a timestamp, because it can compare only numbers."""
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp())
