"""Writing what a run changes: documents into the catalog, vectors into their store, each chunk embedded once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from qa.corpus import EXTRACTS, FileState
from qa.corpus.formats.store import ExtractStore
from qa.datatypes import Chunk, Document, Skipped
from qa.errors import QAError
from qa.index.chunking import Chunker, options_for
from qa.index.embedding_cache import EmbeddingCache
from qa.index.manifest import Manifest
from qa.index.records import Described
from qa.index.storage import BuildWriter, VectorWriter
from qa.models.embedding import Embedder, Vectors

_CHUNKS_AT_ONCE = 256
"""Chunks embedded per batch, and stored unless one article has more; limits the work lost if a run is interrupted."""


class IndexWriter:
    """Changes a build: catalog and vectors agree whenever a change becomes visible."""

    def __init__(self, build: BuildWriter, embedder: Embedder, local: Path) -> None:
        self.embedded = 0
        """Chunks that had to be embedded."""
        self.chunks = 0
        """Chunks stored, whether embedded or reused."""
        self.on_batch: Callable[[float], None] = lambda _: None
        """Called with the fraction of the pending chunks that is done, 0 to 1."""
        self._build = build
        self._catalog = build.catalog
        self._embedder = embedder
        self._extracts = ExtractStore(local / EXTRACTS)
        self._removed: dict[str, Vectors] = {}
        """Vectors of removed chunks by content hash."""
        self._new: VectorWriter | None = None
        self._pending: list[tuple[int, Document, Chunk]] = []
        try:
            self._chunker = Chunker(embedder.tokenizer, options_for(embedder.card.max_tokens))
            self._cache = EmbeddingCache(local, embedder.card.weights_sha256, embedder.card.dimension)
            self._vectors = build.vectors()
        except BaseException:
            build.abandon()
            raise

    def add(self, document: Document) -> None:
        """Split and add a document; its vectors may not be stored until a later ``flush``."""
        chunks = self._chunker.split(document)
        keys = self._catalog.add(document, chunks)
        self._pending += [(key, document, chunk) for key, chunk in zip(keys, chunks, strict=True)]
        if len(self._pending) >= _CHUNKS_AT_ONCE:
            self.flush()

    @property
    def pending(self) -> int:
        """Number of chunks that the next ``flush`` will store."""
        return len(self._pending)

    def touch(self, file: str, state: FileState) -> None:
        """Record the new times of a file whose content is unchanged."""
        self._catalog.touch(file, state)

    def remove(self, file: str) -> None:
        """Remove the documents of a file but remember their vectors: if it moved or was edited, most are needed again.

        They are the compressed ones, of which compressing again gives the same: search cannot tell the difference.
        """
        chunks = self._catalog.chunks(self._catalog.keys_of_file(file))
        vectors = self._vectors.get(list(chunks))
        self._removed |= {chunks[key].chunk.content_hash: vector for key, vector in vectors.items()}
        self._catalog.remove(file)

    def flush(self) -> None:
        """Embed pending chunks that have no vector yet, and store all pending chunks."""
        if not self._pending:
            return
        texts = {chunk.content_hash: _embedded_text(chunk) for _, _, chunk in self._pending}
        vectors = self._known(list(texts))
        new = [content_hash for content_hash in texts if content_hash not in vectors]
        advance = self._counter(len(vectors), len(texts))
        for start in range(0, len(new), _CHUNKS_AT_ONCE):
            hashes = new[start : start + _CHUNKS_AT_ONCE]
            fresh = self._embedder.embed([texts[content_hash] for content_hash in hashes], advance)
            self._cache.add(hashes, fresh)
            self.embedded += len(hashes)
            vectors |= dict(zip(hashes, fresh, strict=True))
        if self._new is None:
            self._new = self._build.new_vectors()
        self._new.add(
            [key for key, _, _ in self._pending],
            np.stack([vectors[chunk.content_hash] for _, _, chunk in self._pending]),
            [Described.of(document) for _, document, _ in self._pending],
        )
        self.chunks += len(self._pending)
        self._pending = []
        self._catalog.save_progress()
        self.on_batch(1.0)

    def finish(self, skipped: Iterable[Skipped]) -> int:
        """Store pending chunks and the list of skipped files; return the number of documents."""
        self.flush()
        self._catalog.set_skipped(skipped)
        if self._new is not None:
            self._new.finish()
        return self._catalog.count_documents()

    def commit(self) -> Manifest:
        """Make the changes visible."""
        return self._build.commit()

    def abandon(self) -> None:
        """Give up what was not committed; the embedding cache stays for the next run."""
        self._cache.close()
        try:
            with suppress(sqlite3.Error, OSError, QAError):  # what is left behind, the next run removes
                self._catalog.roll_back()
                if self._new is not None:
                    self._new.abandon()
        finally:
            self._build.abandon()

    def clean_up(self) -> None:
        """Remove what is no longer needed after a commit, and close; the vectors in the cache are stored now."""
        with suppress(sqlite3.Error, OSError, QAError):
            self._cache.discard()
            self._extracts.discard_others(self._catalog.hashes)
        self._cache.close()
        self._build.clean_up()

    def _known(self, hashes: list[str]) -> dict[str, Vectors]:
        """Return the vectors that need not be computed, by content hash."""
        removed = {
            content_hash: self._removed[content_hash] for content_hash in hashes if content_hash in self._removed
        }
        return self._build.former.get(hashes) | self._cache.get(hashes) | removed

    def _counter(self, done: int, total: int) -> Callable[[int], None]:
        """Return what reports how far a batch has come, ``done`` of whose ``total`` chunks were done before."""

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self.on_batch(done / total)

        return advance


def _embedded_text(chunk: Chunk) -> str:
    return f"{chunk.header}\n{chunk.layout.text}" if chunk.header else chunk.layout.text
