"""An index as the former version of qa wrote it, made from a present one."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast

from qa.index import Index, IndexedChunk
from qa.index.builds import SEGMENTS
from qa.index.chroma import COLLECTION, readable_store
from qa.index.quantized import QuantizedVectors
from tests.helpers.index_files import build_of, manifest_of, opened_catalog

_TABLES = """
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, path TEXT UNIQUE NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    content_hash TEXT NOT NULL, encoding TEXT NOT NULL, title TEXT NOT NULL, source TEXT, published TEXT,
    notice TEXT NOT NULL
);
CREATE TABLE skipped (path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, document_id INTEGER NOT NULL REFERENCES documents(id),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, text TEXT NOT NULL, content_hash TEXT NOT NULL
);
"""


def make_former(root: Path, **changes: Any) -> Path:
    """Replace the index in the folder ``root`` by one of the former layout; return the folder of its generation.

    ``changes`` are values of its manifest. Columns of chunks that only that version used are left out.
    """
    manifest = manifest_of(root)
    manifest.pop("generation")
    folder = root / "generations" / "1"
    folder.mkdir(parents=True)
    (folder / "GENERATION").touch()
    (folder / "manifest.json").write_text(json.dumps({"schema": 3} | manifest | changes))
    with closing(Index.open(root)) as index:
        keys = {entry.path: index.keys_of(entry.path) for entry in index.documents()}
        chunks = index.chunks([key for numbers in keys.values() for key in numbers])
        _write_catalog(folder / "catalog.sqlite", index, chunks)
        _write_vectors(folder / "chroma", index, chunks)
    shutil.rmtree(root / "builds")
    (root / "CURRENT").write_text("1")
    return folder


def make_unchecked(root: Path) -> None:
    """Make the index in the folder ``root`` one of version 4, whose rows and files have no checksums."""
    with closing(Index.open(root)) as index:
        segments, dimension = index.segments(), index.manifest.dimension
    with opened_catalog(root) as catalog:
        for table in ("documents", "chunks"):
            catalog.execute(f"ALTER TABLE {table} DROP COLUMN checksum")
        for segment in segments:
            folder = build_of(root) / SEGMENTS / segment.name
            (folder / "SEGMENT").write_bytes(b"")
            sha256 = QuantizedVectors.open(folder / "quantized", segment.vectors, dimension).sha256()
            catalog.execute("UPDATE segments SET sha256 = ? WHERE name = ?", (sha256, segment.name))
        catalog.execute("PRAGMA user_version = 4")


def _key(chunk: IndexedChunk) -> str:
    return f"{chunk.chunk.path}:{chunk.chunk.start}"


def _write_catalog(path: Path, index: Index, chunks: dict[int, IndexedChunk]) -> None:
    with closing(sqlite3.connect(path)) as catalog:
        catalog.executescript(_TABLES)
        numbers = {entry.path: number for number, entry in enumerate(index.documents())}
        for entry in index.documents():
            row = (entry.size, entry.mtime_ns, entry.content_hash, entry.encoding, entry.title, entry.source)
            published = entry.published and entry.published.isoformat()
            catalog.execute(
                "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (numbers[entry.path], entry.path, *row, published, entry.notice),
            )
        for each in chunks.values():
            chunk = each.chunk
            catalog.execute(
                "INSERT INTO chunks VALUES (NULL, ?, ?, ?, ?, ?, ?)",
                (_key(each), numbers[chunk.path], chunk.start, chunk.end, chunk.text, chunk.content_hash),
            )
        catalog.commit()


def _write_vectors(folder: Path, index: Index, chunks: dict[int, IndexedChunk]) -> None:
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        COLLECTION, embedding_function=None, configuration=cast(Any, {"hnsw": {"space": "cosine"}})
    )
    for segment in index.segments():
        with readable_store(index.build / SEGMENTS / segment.name / "chroma") as store:
            for keys, vectors, metadata in store.read():
                stored = [chunks[key] for key in keys.tolist()]
                collection.add(
                    ids=[_key(chunk) for chunk in stored],
                    embeddings=cast(Any, vectors),
                    documents=[chunk.chunk.text for chunk in stored],
                    metadatas=cast(Any, metadata),
                )
    cast(Any, client).close()
