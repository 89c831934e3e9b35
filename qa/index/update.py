"""Updating an index: what changed in the corpus becomes the next generation, in one transaction.

LlamaIndex's ingestion strategies lose or duplicate documents (llama_index #22639, #23002, #14931),
so the difference is computed here.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.corpus import Corpus, FileState, UnreadableFile
from qa.datatypes import Document, IndexReport, IndexStats, Skipped
from qa.errors import CorpusError, IndexNotWritten, IndexOutdated, UnusableIndex
from qa.index import Builds, Index
from qa.index.connections import damage_reported, write_errors_reported
from qa.index.difference import Difference, compare
from qa.index.files import space_needed
from qa.index.manifest import Manifest
from qa.index.records import DocumentEntry
from qa.index.writer import IndexWriter
from qa.models.embedding import Embedder


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """Progress of an indexing run."""

    done_bytes: int
    """Bytes of articles processed so far."""
    total_bytes: int
    """Bytes of all articles to process."""
    documents: int
    """Documents read."""
    chunks: int
    """Chunks embedded or reused."""


OnProgress = Callable[[IndexProgress], None]
"""Called in the indexing thread, about once per chunk."""


@dataclass(slots=True)
class _Work:
    """The plan of a run, and what it turns out to have done."""

    files: dict[str, FileState]
    """The articles to read."""
    not_listed: tuple[Skipped, ...]
    """Links that are not followed and what cannot be listed; the catalog does not contain them."""
    known: dict[str, DocumentEntry]
    """Documents of the catalog whose file changed or is gone, by path."""
    difference: Difference
    """How the corpus differs from the catalog."""
    skipped: dict[str, Skipped]
    """Unreadable files, including unchanged ones of earlier runs."""
    removed: list[str]
    """Paths of documents to remove."""
    added: list[str] = field(default_factory=list)
    """Paths of articles that are new."""
    changed: list[str] = field(default_factory=list)
    """Paths of articles whose content changed."""
    renamed: list[tuple[str, str]] = field(default_factory=list)
    """Old and new paths of articles that only moved."""


class _ProgressMeter:
    """Converts documents read and chunks embedded into one smooth measure: bytes of articles processed."""

    def __init__(self, progress: OnProgress, writer: IndexWriter, total: int) -> None:
        self._progress = progress
        self._writer = writer
        self._total = total
        self._documents = 0
        self._read = 0
        self._stored = 0
        writer.on_batch = self._advance

    def read(self, size: int) -> None:
        """Count one more document, of ``size`` bytes, as read."""
        self._documents += 1
        self._read += size

    def _advance(self, share: float) -> None:
        done = self._stored + int((self._read - self._stored) * share)
        chunks = self._writer.chunks + int(self._writer.pending * share)
        self._progress(IndexProgress(done, self._total, self._documents, chunks))
        if share == 1.0:
            self._stored = self._read


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
        self, builds: Builds, corpus: Corpus, embedder: Embedder, progress: OnProgress = lambda _: None
    ) -> None:
        self._builds = builds
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
            error.hint = f"{space_needed(self._builds.root, self._bytes)}{error.hint}"
            raise

    def _run(self, rebuild: bool) -> IndexReport:
        started = time.perf_counter()
        plan = None
        if not rebuild and self._builds.current() is not None:
            with write_errors_reported(self._builds.root):
                plan = manifest, work = self._plan()
            if not work.difference:
                return self._report(manifest, work, started)
        else:
            self._corpus.require_articles()
        with write_errors_reported(self._builds.root), self._builds.writing():
            current = None if rebuild else self._builds.current()
            if current is None:
                work = self._plan_first()
                manifest = self._write_build(work)
            else:
                # Listing a large corpus takes longer than adding an article, so it is done once if nobody else wrote.
                manifest, work = plan if plan and plan[0] == self._newest() else self._plan()
                if work.difference:
                    manifest = self._write_update(current, work)
            return self._report(manifest, work, started)

    def _plan(self) -> tuple[Manifest, _Work]:
        """Compare the articles with the index, after checking that this run can build on it."""
        with _without_collecting_garbage():
            listing = self._corpus.require_articles()
            with closing(Index.open(self._builds.root)) as index, damage_reported(index.folder):
                index.manifest.require_same(self._manifest())
                difference = compare(listing.files, index.states())
                skipped = {file.path: file for file in index.skipped()}
                known = index.documents_at([*difference.changed, *difference.removed])
        work = _Work(
            files={path: listing.files[path] for path in (*difference.new, *difference.changed)},
            not_listed=listing.skipped,
            known=known,
            difference=difference,
            skipped={path: skipped[path] for path in (skipped.keys() - difference.changed) & listing.files.keys()},
            removed=[path for path in difference.removed if path in known],
        )
        return index.manifest, work

    def _plan_first(self) -> _Work:
        """Plan to read all articles."""
        listing = self._corpus.require_articles()
        return _Work(listing.files, listing.skipped, {}, compare(listing.files, ()), {}, [])

    def _newest(self) -> Manifest:
        with closing(Index.open(self._builds.root)) as index:
            return index.manifest

    def _manifest(self) -> Manifest:
        return Manifest.describing(self._embedder.card, self._corpus, self._builds.root)

    def _write_build(self, work: _Work) -> Manifest:
        """Build the index from scratch, beside the present one, and switch to it."""
        manifest = replace(self._manifest(), generation=self._generation())
        folder = self._builds.begin()
        try:
            writer = IndexWriter.create(folder, manifest, self._embedder, self._builds)
            try:
                self._apply(writer, work)
                manifest = writer.publish()
                self._builds.finish(folder)
            except BaseException:
                writer.abandon()
                raise
        except BaseException:
            self._builds.abandon(folder)
            raise
        writer.clean_up(self._builds)
        return manifest

    def _write_update(self, folder: Path, work: _Work) -> Manifest:
        """Change the current build."""
        writer = IndexWriter.update(folder, self._embedder)
        try:
            self._apply(writer, work)
            manifest = writer.commit()
        except BaseException:
            writer.abandon()
            raise
        writer.clean_up(self._builds)
        return manifest

    def _generation(self) -> int:
        """Return the number of the last generation, as far as it can be read; one of an earlier version is closed."""
        try:
            with closing(Index.open(self._builds.root)) as index:
                return index.manifest.generation
        except UnusableIndex as error:
            if isinstance(error, IndexOutdated):
                self._builds.make_private()
            former = self._builds.former()
            return int(former.name) if former else 0

    def _apply(self, writer: IndexWriter, work: _Work) -> None:
        to_read = sorted(work.difference.new + work.difference.changed)
        removed_paths = {work.known[path].content_hash: path for path in work.removed}
        self._bytes = sum(work.files[path].size for path in to_read)
        meter = _ProgressMeter(self._progress, writer, self._bytes)
        # Removed documents come first, so that the vectors of renamed ones can be reused.
        for path in work.removed:
            writer.remove(path)
        for path in to_read:
            state = work.files[path]
            meter.read(state.size)
            try:
                document = self._corpus.read(path)
            except UnreadableFile as problem:
                work.skipped[path] = Skipped(path, problem.message, state.size, state.mtime_ns)
                if path in work.known:
                    work.removed.append(path)
                    writer.remove(path)
            else:
                self._update(writer, work, document, removed_paths)
        moved = {old for old, _ in work.renamed}
        work.removed = [path for path in work.removed if path not in moved]
        self._require_documents(writer.finish(work.skipped.values()), work)
        self._embedded = writer.embedded

    def _update(self, writer: IndexWriter, work: _Work, document: Document, removed_paths: dict[str, str]) -> None:
        """Touch, replace or add a document; it was renamed if its content hash is in ``removed_paths``."""
        known = work.known.get(document.path)
        if known and known.content_hash == document.content_hash:
            writer.touch(document)
            return
        if known:
            work.changed.append(document.path)
            writer.remove(document.path)
            writer.add(document)
            return
        if document.content_hash in removed_paths:
            work.renamed.append((removed_paths.pop(document.content_hash), document.path))
        else:
            work.added.append(document.path)
        writer.add(document)

    def _require_documents(self, documents: int, work: _Work) -> None:
        if documents == 0:
            reasons = "; ".join(f"{file.path}: {file.reason}" for file in list(work.skipped.values())[:3])
            raise CorpusError(
                f"The corpus {self._corpus.root} contains no readable articles ({reasons})",
                "Choose the folder of your articles with --corpus DIR.",
            )

    def _report(self, manifest: Manifest, work: _Work, started: float) -> IndexReport:
        skipped = {file.path: file for file in (*work.not_listed, *work.skipped.values())}
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
