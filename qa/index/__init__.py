"""What is built from a corpus, opened for asking: one finished generation, read only."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.datatypes import IndexStats, Skipped
from qa.errors import IndexMissing
from qa.index.catalog import Catalog, DocumentEntry, FoundChunk
from qa.index.generations import Generations, Manifest, read_manifest

if TYPE_CHECKING:
    from qa.index.vectors import VectorStore
    from qa.models.embedding import Vectors

__all__ = ["DocumentEntry", "FoundChunk", "Generations", "Index"]


class Index:
    """A generation; stays as it is while a writer builds the next one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """The generation's folder."""
        self.manifest: Manifest = read_manifest(folder)
        """What it says of itself."""
        self._copy: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def open(cls, root: Path) -> Index:
        """Open the current generation of the index folder ``root``.

        Raises:
            IndexMissing: nothing was built there yet.
            IndexDamaged: a part of it is gone.
            IndexMismatch: another version of qa wrote it.
        """
        folder = Generations(root).current()
        if folder is None:
            raise IndexMissing(f"There is no index in {root}", "Run: qa index")
        return cls(folder)

    def stats(self) -> IndexStats:
        """Return what the index holds."""
        return IndexStats(int(self.folder.name), self.manifest.documents, self.manifest.chunks)

    def documents(self) -> list[DocumentEntry]:
        """Return all documents, by path."""
        return self._catalog.documents()

    def skipped(self) -> list[Skipped]:
        """Return the files that are not indexed and why, by path."""
        return self._catalog.skipped()

    def found(self, keys: Sequence[str]) -> dict[str, FoundChunk]:
        """Return chunks by key."""
        return self._catalog.found(keys)

    def search_fulltext(self, question: str, limit: int, among: Sequence[str] = ()) -> dict[str, float]:
        """Return BM25 scores by key, best first; with ``among``, of those chunks only."""
        return self._catalog.search(question, limit, among)

    def search_vectors(self, vector: Vectors, limit: int) -> dict[str, float]:
        """Return cosines by key, best first."""
        return self._vectors.search(vector, limit)

    def vectors(self, keys: Sequence[str]) -> dict[str, Vectors]:
        """Return vectors by key."""
        return self._vectors.get(keys)

    def document_frequency(self, word_stem: str) -> int:
        """Return how many chunks hold a word of this stem."""
        return self._catalog.document_frequency(word_stem)

    def counts(self) -> tuple[int, int]:
        """Return how many chunks catalog and vectors really hold; they should agree with the manifest."""
        return self._catalog.counts()[1], self._vectors.count()

    def warm_up(self) -> None:
        """Open the vectors now: importing Chroma takes most of the time of a first question."""
        _ = self._vectors

    def close(self) -> None:
        """Release all files."""
        for part in ("_catalog", "_vectors"):
            if part in self.__dict__:
                self.__dict__.pop(part).close()
        if self._copy is not None:
            self._copy.cleanup()
            self._copy = None

    @cached_property
    def _catalog(self) -> Catalog:
        return Catalog.open(self.folder / "catalog.sqlite")

    @cached_property
    def _vectors(self) -> VectorStore:
        # What needs no vectors, such as qa status, does without numpy: 0.1 s.
        from qa.index.vectors import VectorStore

        folder = self.folder / "chroma"
        if folder.is_dir() and not _writable(folder):
            # Chroma writes to its database even to read; a read-only index is asked through a copy.
            self._copy = tempfile.TemporaryDirectory(prefix="qa-index-", ignore_cleanup_errors=True)
            folder = Path(shutil.copytree(folder, Path(self._copy.name) / "chroma", copy_function=shutil.copyfile))
            folder.chmod(0o700)
        return VectorStore.open(folder)


def _writable(folder: Path) -> bool:
    effective = os.access in os.supports_effective_ids
    return all(os.access(path, os.W_OK, effective_ids=effective) for path in (folder, folder / "chroma.sqlite3"))
