"""Writing a generation that is not yet in use: adds and removes documents, embeds each chunk once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from qa.datatypes import Chunk, Document, Skipped
from qa.index.catalog import Catalog
from qa.index.chunking import Chunker, options_for
from qa.index.embedding_cache import EmbeddingCache
from qa.index.vectors import VectorStore
from qa.models.embedding import Embedder

_CHUNKS_AT_ONCE = 256
"""Chunks embedded and stored per batch; limits memory, and the work lost if a run is interrupted."""


class GenerationWriter:
    """Keeps catalog and vectors of an unfinished generation in sync."""

    def __init__(self, folder: Path, fresh: bool, embedder: Embedder, index_root: Path) -> None:
        self.embedded = 0
        """Chunks that had to be embedded."""
        self.chunks = 0
        """Chunks stored, whether embedded or reused."""
        self.on_batch: Callable[[float], None] = lambda _: None
        """Called with the fraction of the pending chunks that is done, 0 to 1."""
        self._folder = folder
        self._fresh = fresh
        self._embedder = embedder
        self._catalog = (Catalog.create if fresh else Catalog.edit)(folder / "catalog.sqlite")
        self._chunker = Chunker(embedder.tokenizer, options_for(embedder.card.max_tokens))
        self._cache = EmbeddingCache(index_root, embedder.card.weights_sha256)
        self._reusable = self._cache.vectors()
        self._store: VectorStore | None = None
        self._pending: list[tuple[Document, Chunk]] = []

    def add(self, document: Document) -> None:
        """Split and add a document; its vectors may not be stored until a later ``flush``."""
        chunks = self._chunker.split(document)
        self._catalog.add(document, chunks)
        self._pending += [(document, chunk) for chunk in chunks]
        if len(self._pending) >= _CHUNKS_AT_ONCE:
            self.flush()

    @property
    def pending(self) -> int:
        """Number of chunks that the next ``flush`` will store."""
        return len(self._pending)

    def touch(self, document: Document) -> None:
        """Record the new modification time of a document whose content is unchanged."""
        self._catalog.touch(document.path, document.size, document.mtime_ns)

    def remove(self, path: str) -> None:
        """Remove a document but remember its vectors: a moved or edited document needs most of them again."""
        hashes = self._catalog.hashes_of(path)
        self._reusable |= {hashes[key]: vector for key, vector in self._vectors.get(list(hashes)).items()}
        self._vectors.remove(list(hashes))
        self._catalog.remove(path)

    def flush(self) -> None:
        """Embed pending chunks that have no vector yet, and store all pending chunks."""
        if not self._pending:
            return
        texts = {chunk.content_hash: _embedded_text(chunk) for _, chunk in self._pending}
        new = [content_hash for content_hash in texts if content_hash not in self._reusable]
        vectors = self._reusable
        if new:
            fresh = self._embedder.embed([texts[content_hash] for content_hash in new], self._count_to(len(new)))
            self._cache.add(new, fresh)
            self.embedded += len(new)
            vectors = self._reusable | dict(zip(new, fresh, strict=True))
        self._vectors.add(self._pending, np.stack([vectors[chunk.content_hash] for _, chunk in self._pending]))
        self.chunks += len(self._pending)
        self._pending = []
        self.on_batch(1.0)

    def finish(self, skipped: Iterable[Skipped]) -> tuple[int, int]:
        """Store pending chunks and the list of skipped files; return the numbers of documents and chunks."""
        self.flush()
        self._catalog.set_skipped(skipped)
        return self._catalog.counts()

    def close(self) -> None:
        """Close both stores; the embedding cache stays for the next run."""
        self._catalog.close()
        self._cache.close()
        if self._store is not None:
            self._store.close()

    def discard_cache(self) -> None:
        """Delete the embedding cache: its vectors are now in a finished generation."""
        self._cache.discard()

    @property
    def _vectors(self) -> VectorStore:
        """The vector store, opened on first use: Chroma takes 0.8 s to import, and a touched file needs no vectors."""
        if self._store is None:
            self._store = (VectorStore.create if self._fresh else VectorStore.open)(self._folder / "chroma")
        return self._store

    def _count_to(self, total: int) -> Callable[[int], None]:
        done = 0

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self.on_batch(done / total)

        return advance


def _embedded_text(chunk: Chunk) -> str:
    return f"{chunk.header}\n{chunk.layout.text}" if chunk.header else chunk.layout.text
