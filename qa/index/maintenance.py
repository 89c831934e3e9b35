"""Bringing the index of an assistant up to date, and deciding whether a question may do so."""

from __future__ import annotations

from collections.abc import Callable

from qa.corpus import Corpus
from qa.datatypes import IndexReport
from qa.errors import IndexLocked, IndexNotWritten, IndexOutdated, UnusableIndex
from qa.index.newest import NewestIndex
from qa.index.progress import OnProgress
from qa.index.storage import Storage
from qa.index.update import Updater
from qa.models.embedding import Embedder
from qa.models.inference import in_background

OUTDATED = "The index was built by an earlier version of qa; it is built again, with its vectors if they can be used."
"""Why an index is built from scratch without being asked to."""


class Maintenance:
    """Updates the index of one corpus; ``newest`` is what reads it in this process."""

    def __init__(
        self,
        storage: Storage,
        newest: NewestIndex,
        corpus: Corpus,
        embedder: Callable[[], Embedder],
        on_notice: Callable[[str], None],
    ) -> None:
        self._storage = storage
        self._newest = newest
        self._corpus = corpus
        self._embedder = embedder
        self._on_notice = on_notice

    def refresh(self, rebuild: bool, on_progress: OnProgress) -> IndexReport:
        """Bring the index up to date, as ``Assistant.refresh``."""
        if rebuild:
            self._newest.close()  # the old build can only be removed if nobody has it open
        updater = Updater(self._storage, self._corpus, self._embedder(), on_progress)
        try:
            report = updater.run(rebuild)
        except IndexOutdated:
            self._on_notice(OUTDATED)
            report = updater.run(rebuild=True)
        self._newest.pause()
        return report

    def refresh_if_possible(self, on_progress: OnProgress) -> IndexReport | None:
        """Bring the index up to date unless that cannot be now, as ``Assistant.refresh_if_possible``."""
        if self._storage.is_shared:
            self.require_index()
            return None
        # Questions follow: while the files are listed, which waits for the disk, their model is loaded.
        in_background(self._embedder().warm_up)
        try:
            return self.refresh(rebuild=False, on_progress=on_progress)
        except (IndexLocked, IndexNotWritten) as error:
            try:
                self._newest.open()
            except UnusableIndex:
                raise error from None
            self._on_notice(f"Answering from the index as it is: {error}")
            return None

    def require_index(self) -> None:
        """Check that questions can be answered from the index as it is.

        Raises:
            CorpusError, UnusableIndex: the corpus is missing, or empty, or the index cannot be used.
        """
        if self._storage.is_shared:
            self._corpus.require_folder()
        else:
            self._corpus.require_files()
        self._newest.open()
