"""Updating an index: what changed in the corpus becomes the next generation, in one transaction.

LlamaIndex's ingestion strategies lose or duplicate documents (llama_index #22639, #23002, #14931),
so the difference is computed here.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace

from qa.corpus import Corpus, FileState, Listing, UnreadableFile
from qa.datatypes import Document, IndexReport, IndexStats, Skipped
from qa.errors import CorpusError, IndexNotWritten
from qa.index import Index
from qa.index.changes import Changes, find_changes, first_changes, unreadable
from qa.index.files import space_needed
from qa.index.manifest import Manifest
from qa.index.progress import OnProgress, ProgressMeter
from qa.index.storage import Build, BuildWriter, Storage
from qa.index.writer import IndexWriter
from qa.models.embedding import Embedder

_MOST_COMPARED = 20
"""Files that are compared by content in each run; it takes a millisecond."""


@dataclass(slots=True)
class _Work:
    """The plan of a run, and what it turns out to have done."""

    listing: Listing
    """The corpus as it was listed."""
    changes: Changes
    """How it differs from the index."""
    removed: list[str] = field(default_factory=list)
    """Paths of documents that were removed."""
    added: list[str] = field(default_factory=list)
    """Paths of articles that are new."""
    changed: list[str] = field(default_factory=list)
    """Paths of articles whose content changed."""
    renamed: list[tuple[str, str]] = field(default_factory=list)
    """Old and new paths of articles that only moved."""
    unread: set[str] = field(default_factory=set)
    """Paths of articles that were to be read but could not be."""

    @property
    def to_read(self) -> list[str]:
        """Paths of the articles to read."""
        return sorted(self.changes.difference.new + self.changes.difference.changed)

    @property
    def is_due(self) -> bool:
        """Whether there is something to write.

        New times of files whose content is the same are recorded along with other changes; by themselves only if there
        are so many that comparing contents before each question would take longer.
        """
        return bool(self.changes.difference) or len(self.changes.same) > _MOST_COMPARED

    @property
    def is_done(self) -> bool:
        """Whether anything was written: not if the only articles to read could not be read."""
        return not self.unread or self.unread != {*self.to_read} or bool(self.changes.difference.removed)


@contextmanager
def _without_collecting_garbage() -> Iterator[None]:
    """Let nothing be collected that is looked at once: it is never garbage, but as much as makes Python search it all.

    That takes as long as listing 20,000 files.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Updater:
    """A single run that brings the index of a corpus up to date."""

    def __init__(
        self, storage: Storage, corpus: Corpus, embedder: Embedder, progress: OnProgress = lambda _: None
    ) -> None:
        self._storage = storage
        self._writing = storage.for_writing()
        self._corpus = corpus
        self._embedder = embedder
        self._progress = progress
        self._embedded = 0
        self._bytes = 0
        """Of the articles to read."""

    def run(self, rebuild: bool = False) -> IndexReport:
        """Compare corpus and index and write a new generation if they differ.

        Raises:
            CorpusError: the corpus is missing or contains no articles; nothing is written.
            IndexMismatch: the index was built differently, and ``rebuild`` is False.
            IndexDamaged: the index cannot be read, and ``rebuild`` is False.
            IndexLocked: another process is writing.
            IndexNotWritten: the disk is full or the folder is read-only.
        """
        try:
            return self._run(rebuild)
        except IndexNotWritten as error:
            if not self._storage.is_shared:
                error.hint = f"{space_needed(self._storage.local, self._bytes)}{error.hint}"
            raise
        finally:
            self._corpus.release()

    def _run(self, rebuild: bool) -> IndexReport:
        started = time.perf_counter()
        plan = None
        if not rebuild and self._storage.current() is not None:
            with self._writing.errors_reported():
                plan = manifest, work = self._plan()
            if not work.is_due:
                return self._report(manifest, work, started)
        else:
            self._corpus.require_articles()
        with self._writing.errors_reported(), self._writing.writing():
            current = None if rebuild else self._storage.current()
            if current is None:
                work = self._plan_first()
                manifest = self._write_build(work)
            else:
                # Listing a large corpus takes longer than adding an article, so it is done once if nobody else wrote.
                manifest, work = plan if plan and plan[0] == self._newest() else self._plan()
                if work.is_due:
                    manifest = self._write_update(current, manifest, work)
            return self._report(manifest, work, started)

    def _plan(self) -> tuple[Manifest, _Work]:
        """Compare the articles with the index, after checking that this run can build on it."""
        with _without_collecting_garbage():
            listing = self._corpus.require_articles()
            with closing(Index.at(self._storage)) as index, self._storage.reading():
                index.manifest.require_same(self._manifest())
                return index.manifest, _Work(listing, find_changes(self._corpus, listing, index))

    def _plan_first(self) -> _Work:
        """Plan to read all articles."""
        listing = self._corpus.require_articles()
        return _Work(listing, first_changes(listing))

    def _newest(self) -> Manifest:
        with closing(Index.at(self._storage)) as index:
            return index.manifest

    def _manifest(self) -> Manifest:
        return Manifest.describing(self._embedder.card, self._corpus, self._storage.local)

    def _write_build(self, work: _Work) -> Manifest:
        """Build the index from scratch, beside the present one, and switch to it."""
        manifest = replace(self._manifest(), generation=self._writing.last_generation())
        return self._write(self._writing.begin(manifest), work) or manifest

    def _write_update(self, build: Build, manifest: Manifest, work: _Work) -> Manifest:
        """Change the current build, whose manifest is given."""
        return self._write(self._writing.edit(build), work) or manifest

    def _write(self, build: BuildWriter, work: _Work) -> Manifest | None:
        """Write the changes, and return the new manifest; None if there was nothing to write after all."""
        writer = IndexWriter(build, self._embedder, self._storage.local)
        try:
            self._apply(writer, work)
            if not work.is_done:
                writer.abandon()
                return None
            manifest = writer.commit()
        except BaseException:
            writer.abandon()
            raise
        writer.clean_up()
        return manifest

    def _apply(self, writer: IndexWriter, work: _Work) -> None:
        changes, files = work.changes, work.listing.files
        work.removed = [path for path in changes.difference.removed if path in changes.known]
        removed_paths = {changes.known[path]: path for path in work.removed}
        self._bytes = sum(files[path].size for path in work.to_read)
        meter = ProgressMeter(self._progress, writer, self._bytes)
        # Removed documents come first, so that the vectors of renamed ones can be reused.
        for path in work.removed:
            writer.remove(path)
        for path, state in changes.same.items():
            if path in changes.known:
                writer.touch(path, state)
            else:
                changes.recorded[path] = Skipped(path, changes.recorded[path].reason, *state)
        for path in work.to_read:
            meter.read(files[path].size)
            self._read(writer, work, path, removed_paths)
        for path in sorted(work.unread):  # the corpus may have been away for a moment
            self._read(writer, work, path, removed_paths)
        moved = {old for old, _ in work.renamed}
        work.removed = [path for path in work.removed if path not in moved]
        self._require_documents(writer.finish(changes.recorded.values()), work)
        self._embedded = writer.embedded

    def _read(self, writer: IndexWriter, work: _Work, path: str, removed_paths: dict[str, str]) -> None:
        """Read an article into the index, or note why it cannot be read."""
        changes, began = work.changes, time.time_ns()
        work.unread.discard(path)
        try:
            documents = self._corpus.read_file(path)
        except UnreadableFile as problem:
            if problem.may_pass:
                self._corpus.require_present(work.listing)
                work.unread.add(path)
                changes.skipped[path] = unreadable(path, problem, changes.known)
                return
            state = work.listing.files[path].read_at(began)
            changes.recorded[path] = changes.skipped[path] = Skipped(path, problem.message, *state)
            if path in changes.known:
                work.removed.append(path)
                writer.remove(path)
        else:
            changes.skipped.pop(path, None)
            self._update(writer, work, path, documents, removed_paths)

    def _update(
        self, writer: IndexWriter, work: _Work, path: str, documents: list[Document], removed_paths: dict[str, str]
    ) -> None:
        """Touch, replace or add the documents of a file; it was renamed if its content hash is in ``removed_paths``."""
        known, first = work.changes.known.get(path), documents[0]
        if known == first.content_hash:
            writer.touch(path, FileState(first.size, first.mtime_ns, first.ctime_ns))
            return
        if known:
            work.changed.append(path)
            writer.remove(path)
        elif first.content_hash in removed_paths:
            work.renamed.append((removed_paths.pop(first.content_hash), path))
        else:
            work.added.append(path)
        for document in documents:
            writer.add(document)

    def _require_documents(self, documents: int, work: _Work) -> None:
        if documents == 0:
            reasons = "; ".join(f"{file.path}: {file.reason}" for file in list(work.changes.skipped.values())[:3])
            raise CorpusError(
                f"The corpus {self._corpus.root} contains no readable articles ({reasons})",
                "Choose the folder of your articles with --corpus DIR.",
            )

    def _report(self, manifest: Manifest, work: _Work, started: float) -> IndexReport:
        skipped = work.changes.skipped
        return IndexReport(
            stats=IndexStats(manifest.generation, manifest.documents, manifest.chunks),
            added=tuple(work.added),
            changed=tuple(work.changed),
            removed=tuple(work.removed),
            renamed=tuple(work.renamed),
            skipped=tuple(skipped[path] for path in sorted(skipped)),
            embedded=self._embedded,
            seconds=time.perf_counter() - started,
        )
