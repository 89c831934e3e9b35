"""The index of a corpus, opened for searching: one finished generation, read-only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.datatypes import NO_FILTER, Filter, IndexStats, Skipped
from qa.errors import IndexMissing
from qa.index.catalog import Catalog
from qa.index.generations import Generations
from qa.index.manifest import Manifest, read_manifest
from qa.index.records import ChunkText, DocumentEntry, IndexedChunk
from qa.index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from qa.index.vectors import VectorStore
    from qa.models.embedding import Vectors

__all__ = ["ChunkText", "DocumentEntry", "Generations", "Index", "IndexedChunk"]

_TITLES_COMPARED = 60
"""Chunks whose titles are compared with the name of an article."""


class Index:
    """One generation; it does not change while a writer builds the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """The generation's folder."""
        self.manifest: Manifest = read_manifest(folder)
        """Describes the generation."""
        self._copy: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def open(cls, root: Path) -> Index:
        """Open the current generation of the index folder ``root``.

        Raises:
            IndexMissing: no index has been built there yet.
            IndexDamaged: part of it is missing.
            IndexMismatch: another version of qa wrote it.
        """
        folder = Generations(root).current()
        if folder is None:
            raise IndexMissing(f"There is no index in {root}", "Run: qa index")
        return cls(folder)

    def stats(self) -> IndexStats:
        """Return the size of the index."""
        return IndexStats(int(self.folder.name), self.manifest.documents, self.manifest.chunks)

    def documents(self, meeting: Filter = NO_FILTER) -> list[DocumentEntry]:
        """Return the documents that meet a filter, by path."""
        return self._catalog.documents(meeting)

    def sources(self) -> list[str]:
        """Return the outlets and authors that the documents name, in alphabetical order."""
        return self._catalog.sources()

    def published(self) -> tuple[date, date] | None:
        """Return the first and the last day of publication; None if no document has a date."""
        return self._catalog.published()

    def titles(self, words: str) -> dict[str, str]:
        """Return the titles of articles that contain some of these words, by path, best first."""
        keys = [*self._catalog.search(words, _TITLES_COMPARED)]
        chunks = self._catalog.chunks(keys)
        return {chunks[key].chunk.path: chunks[key].title for key in keys}

    def keys(self, meeting: Filter) -> list[str]:
        """Return the keys of the chunks whose documents meet a filter."""
        return self._catalog.keys(meeting)

    def __contains__(self, path: object) -> bool:
        """Return whether the article at ``path`` is indexed."""
        return isinstance(path, str) and self._catalog.contains(path)

    def skipped(self) -> list[Skipped]:
        """Return the files that are not indexed, with the reasons, by path."""
        return self._catalog.skipped()

    def chunks(self, keys: Sequence[str]) -> dict[str, IndexedChunk]:
        """Return chunks by key."""
        return self._catalog.chunks(keys)

    def keys_of(self, path: str) -> list[str]:
        """Return the keys of the chunks of the article at ``path``."""
        return list(self._catalog.hashes_of(path))

    def containing(self, phrases: Iterable[str]) -> list[ChunkText]:
        """Return the chunks that contain every phrase, its words next to each other, by document and place."""
        return self._catalog.containing(phrases)

    def beginnings(self, paths: Sequence[str], limit: int) -> list[ChunkText]:
        """Return the first ``limit`` chunks of each of these documents, in order."""
        return self._catalog.beginnings(paths, limit)

    def same_text(self, path: str, text: str) -> IndexedChunk | None:
        """Return the chunk of a document that has exactly this text, if there is one."""
        return self._catalog.same_text(path, text)

    def search_fulltext(
        self, question: str, limit: int, among: Sequence[str] = (), meeting: Filter = NO_FILTER
    ) -> dict[str, float]:
        """Return BM25 scores by key, best first: of the chunks ``among`` if given, else of those that meet a filter."""
        return self._catalog.search(question, limit, among, meeting)

    def search_vectors(self, vector: Vectors, limit: int, among: Collection[str] | None = None) -> dict[str, float]:
        """Return cosine similarities by key, best first; if ``among`` is given, of those chunks only."""
        return self._vectors.search(vector, limit, among)

    def vectors(self, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return vectors by key."""
        return self._vectors.get(keys)

    def document_frequency(self, word_stem: str) -> int:
        """Return how many chunks contain a word with this stem."""
        return self._catalog.document_frequency(word_stem)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the chunks as they are written."""
        return self._catalog.vocabulary

    def counts(self) -> tuple[int, int]:
        """Return the actual numbers of chunks in catalog and vector store; both should agree with the manifest."""
        return self._catalog.counts()[1], self._vectors.count()

    def warm_up(self) -> None:
        """Open the vector store now: importing Chroma takes most of the time of the first question."""
        _ = self._vectors

    def close(self) -> None:
        """Release all files."""
        for store in ("_catalog", "_vectors"):
            if store in self.__dict__:
                self.__dict__.pop(store).close()
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    @cached_property
    def _catalog(self) -> Catalog:
        return Catalog.open(self.folder / "catalog.sqlite")

    @cached_property
    def _vectors(self) -> VectorStore:
        # Imported late: commands that need no vectors, such as qa status, save the 0.1 s of importing numpy.
        from qa.index.vectors import VectorStore

        folder = self.folder / "chroma"
        if folder.is_dir() and not _writable(folder):
            # Chroma writes to its database even when reading, so a read-only index is searched through a copy.
            self._copy = tempfile.TemporaryDirectory(prefix="qa-index-", ignore_cleanup_errors=True)
            folder = Path(shutil.copytree(folder, Path(self._copy.name) / "chroma", copy_function=shutil.copyfile))
            folder.chmod(0o700)
        return VectorStore.open(folder)


def _writable(folder: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return all(os.access(path, os.W_OK, effective_ids=effective) for path in (folder, folder / "chroma.sqlite3"))
