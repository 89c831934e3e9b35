"""The index of a corpus, opened for searching: one state of it, whatever is written meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from qa.corpus.copies import copy_of
from qa.datatypes import NO_FILTER, Filter, IndexStats, Skipped
from qa.index.catalog import Catalog
from qa.index.difference import RecordedState
from qa.index.folder import FolderStorage
from qa.index.manifest import Manifest
from qa.index.near_duplicates import Group
from qa.index.records import ChunkText, DocumentEntry, IndexedChunk, Segment
from qa.index.selection import Column
from qa.index.storage import Build, Size, Storage, VectorSearch
from qa.index.vocabulary import Vocabulary

if TYPE_CHECKING:
    from qa.models.embedding import Vectors

__all__ = ["ChunkText", "DocumentEntry", "Group", "Index", "IndexedChunk"]

_TITLES_COMPARED = 60
"""Chunks whose titles are compared with the name of an article."""


class Index:
    """One state of an index: documents, chunks, full text and vectors agree, even if files are added meanwhile.

    Between ``pause`` and ``resume``, nothing may be read; without pauses, writers cannot remove what is outdated.
    """

    def __init__(self, storage: Storage, build: Build, catalog: Catalog) -> None:
        self._storage = storage
        self.build = build
        """Identifies the build: of an index in a folder, its folder."""
        self._catalog = catalog
        self.manifest: Manifest = self._catalog.manifest
        """Describes the index."""

    @classmethod
    def open(cls, root: Path) -> Index:
        """Open the newest state of the index in the folder ``root``, as ``at``."""
        return cls.at(FolderStorage(root))

    @classmethod
    def at(cls, storage: Storage) -> Index:
        """Open the newest state of an index.

        Raises:
            IndexMissing: no index has been built yet.
            IndexDamaged: part of it is missing.
            IndexMismatch: another version of qa wrote it.
            IndexUnreachable: a server does not answer.
            IndexLocked: it is rebuilt again and again.
        """
        return cls(storage, *storage.open())

    def pause(self) -> None:
        """Let writers remove what is outdated, until ``resume``."""
        self._catalog.pause()

    def resume(self) -> bool:
        """Go on reading; return whether the index is still in the state that it was opened in.

        If not, it can only be closed.

        Raises:
            UnusableIndex: there is no index any more, or it cannot be read.
        """
        with self._storage.reading():
            return self._storage.is_current(self.build) and self._catalog.resume()

    def size(self) -> Size:
        """Return how many bytes it takes."""
        return self._storage.size(self.build, self._catalog)

    def stats(self) -> IndexStats:
        """Return the size of the index."""
        return IndexStats(self.manifest.generation, self.manifest.documents, self.manifest.chunks)

    def segments(self) -> list[Segment]:
        """Return the segments that the vectors lie in, by key."""
        return self._catalog.segments()

    def documents(self, meeting: Filter = NO_FILTER) -> list[DocumentEntry]:
        """Return the documents that meet a filter, by path."""
        return self._catalog.documents(meeting)

    def documents_at(self, paths: Collection[str]) -> dict[str, DocumentEntry]:
        """Return those of the documents at these paths that are indexed, by path."""
        return self._catalog.documents_at(paths)

    def copies_of(self, paths: Collection[str] | None = None) -> dict[str, Group]:
        """Return the group of each of these articles, or of all, that has near-identical copies.

        A group is the same story in the same words, edited, cut down or under another headline; the earliest published
        comes first. Conflict copies are left out: they are another version of the very file.
        """
        groups = self._catalog.copies_of(paths)
        originals = {
            group: tuple(entry for entry in group if not copy_of(entry.path, self)) for group in {*groups.values()}
        }
        return {
            path: originals[group]
            for path, group in groups.items()
            if len(originals[group]) > 1 and not copy_of(path, self)
        }

    def hashes_of(self, files: Collection[str]) -> dict[str, str]:
        """Return the content hash of each of these files that is indexed, by path."""
        return self._catalog.hashes_of(files)

    def states(self) -> list[RecordedState]:
        """Return every file as it was indexed or skipped."""
        return self._catalog.states()

    def sources(self) -> list[str]:
        """Return the outlets and authors that the documents name, in alphabetical order."""
        return self._catalog.selection.sources()

    def counts_of(self, column: Column) -> dict[str, int]:
        """Return what documents have in a column, and how many have it, in alphabetical order."""
        return self._catalog.selection.counts_of(column)

    def paths(self, *meeting: Filter) -> list[str]:
        """Return the paths of the documents that meet all of these filters, in order."""
        return self._catalog.selection.paths(*meeting)

    def has_documents(self, meeting: Filter) -> bool:
        """Return whether any document meets a filter."""
        return self._catalog.selection.has_documents(meeting)

    def published(self) -> tuple[date, date] | None:
        """Return the first and the last day of publication; None if no document has a date."""
        return self._catalog.published()

    def titles(self, words: str) -> dict[str, str]:
        """Return the titles of articles that contain some of these words, by path, best first."""
        keys = [*self._catalog.fulltext.search(words, _TITLES_COMPARED)]
        chunks = self._catalog.chunks(keys)
        return {chunks[key].chunk.path: chunks[key].title for key in keys}

    def meeting(self, meeting: Filter, keys: Collection[int]) -> frozenset[int]:
        """Return those of these chunks whose documents meet a filter."""
        return frozenset(self._catalog.keys(meeting, keys))

    def __contains__(self, path: object) -> bool:
        """Return whether the article at ``path`` is indexed."""
        return isinstance(path, str) and self._catalog.contains(path)

    def skipped(self) -> list[Skipped]:
        """Return the files that are not indexed because of their content, with the reasons, by path."""
        return self._catalog.skipped()

    def chunks(self, keys: Collection[int]) -> dict[int, IndexedChunk]:
        """Return chunks by key."""
        return self._catalog.chunks(keys)

    def keys_of(self, path: str) -> list[int]:
        """Return the keys of the chunks of the article at ``path``, in order."""
        return self._catalog.keys_of(path)

    def containing(self, phrases: Iterable[str]) -> list[ChunkText]:
        """Return the chunks that contain every phrase, its words next to each other, by document and place."""
        return self._catalog.texts(self._catalog.fulltext.containing(phrases))

    def beginnings(self, paths: Sequence[str], limit: int) -> list[ChunkText]:
        """Return the first ``limit`` chunks of each of these documents, in order."""
        return self._catalog.beginnings(paths, limit)

    def same_text(self, path: str, text: str) -> IndexedChunk | None:
        """Return the chunk of a document that has exactly this text, if there is one."""
        return self._catalog.same_text(path, text)

    def search_fulltext(
        self, question: str, limit: int, meeting: Filter = NO_FILTER, also: Collection[int] = ()
    ) -> dict[int, float]:
        """Return BM25 scores by key: of the best ``limit`` chunks that meet a filter, and of the chunks ``also``."""
        return self._catalog.fulltext.search(question, limit, meeting, also)

    def search_vectors(self, vector: Vectors, limit: int, meeting: Filter = NO_FILTER) -> dict[int, float]:
        """Return cosine similarities by key of the nearest ``limit`` chunks that meet a filter, best first."""
        return self._vectors.search(vector, limit, meeting)

    def cosines(self, vector: Vectors, keys: Sequence[int]) -> dict[int, float]:
        """Return the cosine similarities of chunks by key."""
        return self._vectors.cosines(vector, keys)

    def vectors(self, keys: Sequence[int]) -> dict[int, Vectors]:
        """Return vectors by key."""
        return self._vectors.get(keys)

    def document_frequency(self, word_stem: str) -> int:
        """Return how many chunks contain a word with this stem, header included."""
        return self._catalog.fulltext.frequency(word_stem)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words of the chunks as they are written."""
        return self._catalog.vocabulary

    def warm_up(self) -> None:
        """Open the vectors now, which the first question would do."""
        _ = self._vectors

    def close(self) -> None:
        """Release all files."""
        self._catalog.close()

    @cached_property
    def _vectors(self) -> VectorSearch:
        return self._storage.vectors(self.build, self._catalog)
