"""The newest state of an index: opened when it is first needed, and again after somebody has changed it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from qa.index import Index
from qa.index.manifest import Manifest
from qa.index.storage import Storage


class NewestIndex:
    """Opens the index of one corpus and model; between readings, it lets writers remove what is outdated.

    Args:
        storage: where the index lies.
        wanted: returns the manifest that the index must agree with.
    """

    def __init__(self, storage: Storage, wanted: Callable[[], Manifest]) -> None:
        self._storage = storage
        self._wanted = wanted
        self._index: Index | None = None

    def open(self) -> Index:
        """Return the newest state, which can be read until the next ``reading`` ends.

        Raises:
            IndexMissing, IndexDamaged, IndexMismatch: it cannot be used.
        """
        if self._index is not None and not self._index.resume():
            self.close()
        if self._index is None:
            index = Index.at(self._storage)
            try:
                index.manifest.require_same(self._wanted(), any_corpus=self._storage.is_shared)
            except BaseException:
                index.close()
                raise
            self._index = index
        return self._index

    @contextmanager
    def reading(self) -> Iterator[Index]:
        """Provide the newest state, the same to the end.

        Raises:
            IndexDamaged: the catalog cannot be read, or as ``open``.
        """
        index = self.open()
        try:
            with self._storage.reading():
                yield index
        finally:
            index.pause()

    def pause(self) -> None:
        """Let go of the state that is read; what is opened next is the newest."""
        if self._index is not None:
            self._index.pause()

    def close(self) -> None:
        """Release all files; they are opened again when needed."""
        index, self._index = self._index, None
        if index is not None:
            index.close()
