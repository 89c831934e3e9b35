"""Writing what a run changes: documents into the catalog, vectors into one new segment, each chunk embedded once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np

from qa.corpus import EXTRACTS, FileState
from qa.corpus.formats.store import ExtractStore
from qa.datatypes import Chunk, Document, Skipped
from qa.index.builds import CATALOG, SEGMENTS, Builds
from qa.index.catalog_writer import CatalogWriter
from qa.index.chroma import metadata_of
from qa.index.chunking import Chunker, options_for
from qa.index.compaction import remove_unlisted
from qa.index.embedding_cache import EmbeddingCache
from qa.index.former import NO_VECTORS, FormerVectors, open_former
from qa.index.manifest import Manifest
from qa.index.segments import SegmentWriter
from qa.index.vectors import open_vectors
from qa.models.embedding import Embedder, Vectors

_CHUNKS_AT_ONCE = 256
"""Chunks embedded per batch, and stored unless one article has more; limits the work lost if a run is interrupted."""


class IndexWriter:
    """Changes a build: catalog and vectors agree whenever a change becomes visible."""

    def __init__(self, build: Path, catalog: CatalogWriter, embedder: Embedder, former: FormerVectors) -> None:
        self.embedded = 0
        """Chunks that had to be embedded."""
        self.chunks = 0
        """Chunks stored, whether embedded or reused."""
        self.on_batch: Callable[[float], None] = lambda _: None
        """Called with the fraction of the pending chunks that is done, 0 to 1."""
        self._build = build
        self._catalog = catalog
        self._embedder = embedder
        self._former = former
        self._chunker = Chunker(embedder.tokenizer, options_for(embedder.card.max_tokens))
        self._cache = EmbeddingCache(build.parent.parent, embedder.card.weights_sha256, embedder.card.dimension)
        self._vectors = open_vectors(build, catalog)
        self._removed: dict[str, Vectors] = {}
        """Vectors of removed chunks by content hash."""
        self._segment: SegmentWriter | None = None
        self._pending: list[tuple[int, Document, Chunk]] = []

    @classmethod
    def create(cls, build: Path, manifest: Manifest, embedder: Embedder, builds: Builds) -> IndexWriter:
        """Begin a new build; the vectors of a current one of an earlier version are taken over."""
        vectors = open_former(builds, embedder.card.weights_sha256)
        return cls._begin(build, CatalogWriter.create(build / CATALOG, manifest), embedder, vectors)

    @classmethod
    def update(cls, build: Path, embedder: Embedder) -> IndexWriter:
        """Begin to change the current build.

        Raises:
            IndexDamaged: the vectors of a segment are missing or cannot be read.
        """
        return cls._begin(build, CatalogWriter.edit(build / CATALOG), embedder, NO_VECTORS)

    @classmethod
    def _begin(cls, build: Path, catalog: CatalogWriter, embedder: Embedder, former: FormerVectors) -> IndexWriter:
        try:
            return cls(build, catalog, embedder, former)
        except BaseException:
            catalog.close()
            former.close()
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
        if self._segment is None:
            self._segment = SegmentWriter(self._build / SEGMENTS, self._embedder.card.dimension)
        self._segment.add(
            [key for key, _, _ in self._pending],
            np.stack([vectors[chunk.content_hash] for _, _, chunk in self._pending]),
            [metadata_of(document) for _, document, _ in self._pending],
        )
        self.chunks += len(self._pending)
        self._pending = []
        self.on_batch(1.0)

    def finish(self, skipped: Iterable[Skipped]) -> int:
        """Store pending chunks and the list of skipped files; return the number of documents."""
        self.flush()
        self._catalog.set_skipped(skipped)
        if self._segment is not None:
            self._catalog.add_segment(self._segment.finish())
        return self._catalog.count_documents()

    def commit(self) -> Manifest:
        """Make the changes to the current build visible."""
        return self._catalog.commit()

    def publish(self) -> Manifest:
        """Complete a new build, to which the index can then be switched."""
        return self._catalog.publish()

    def abandon(self) -> None:
        """Give up what was not committed; the embedding cache stays for the next run."""
        with suppress(sqlite3.Error, OSError):  # what is left behind, the next run removes
            self._catalog.roll_back()
            if self._segment is not None and not self._catalog.has_segment(self._segment.name):
                self._segment.abandon()
        self._close()

    def clean_up(self, builds: Builds) -> None:
        """Remove what is no longer needed after a commit, and close; the vectors in the cache are now in a segment."""
        with suppress(sqlite3.Error, OSError):
            self._cache.discard()
            ExtractStore(builds.root / EXTRACTS).discard_others(self._catalog.hashes)
            remove_unlisted(builds, self._build, self._catalog)
        self._close()
        builds.sweep()

    def _close(self) -> None:
        self._catalog.close()
        self._cache.close()
        self._former.close()

    def _known(self, hashes: list[str]) -> dict[str, Vectors]:
        """Return the vectors that need not be computed, by content hash."""
        removed = {
            content_hash: self._removed[content_hash] for content_hash in hashes if content_hash in self._removed
        }
        return self._former.get(hashes) | self._cache.get(hashes) | removed

    def _counter(self, done: int, total: int) -> Callable[[int], None]:
        """Return what reports how far a batch has come, ``done`` of whose ``total`` chunks were done before."""

        def advance(count: int) -> None:
            nonlocal done
            done += count
            self.on_batch(done / total)

        return advance


def _embedded_text(chunk: Chunk) -> str:
    return f"{chunk.header}\n{chunk.layout.text}" if chunk.header else chunk.layout.text
