"""Updating an index: changes in the corpus are written as a new generation.

LlamaIndex's ingestion strategies lose or duplicate documents (llama_index #22639, #23002, #14931),
so the difference is computed here.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from qa.corpus import Corpus, FileState, Listing, UnreadableFile
from qa.datatypes import Document, IndexReport, IndexStats, Skipped
from qa.errors import CorpusError, IndexNotWritten
from qa.index.catalog import Catalog
from qa.index.difference import Difference, compare
from qa.index.generations import Generations
from qa.index.manifest import Manifest, read_manifest
from qa.index.records import DocumentEntry
from qa.index.writer import GenerationWriter
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
    """All articles of the corpus."""
    not_listed: tuple[Skipped, ...]
    """Links that are not followed and what cannot be listed; the catalog does not contain them."""
    known: dict[str, DocumentEntry]
    """All documents of the catalog, by path."""
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

    def __init__(self, progress: OnProgress, writer: GenerationWriter, total: int) -> None:
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


class Updater:
    """A single run that brings the index of a corpus up to date."""

    def __init__(
        self, generations: Generations, corpus: Corpus, embedder: Embedder, progress: OnProgress = lambda _: None
    ) -> None:
        self._generations = generations
        self._corpus = corpus
        self._embedder = embedder
        self._progress = progress
        self._embedded = 0

    def run(self, rebuild: bool = False) -> IndexReport:
        """Compare corpus and index and write a new generation if they differ.

        Raises:
            CorpusError: the corpus is missing or contains no articles; nothing is written.
            IndexMismatch: the index was built differently, and ``rebuild`` is False.
            IndexDamaged: the index cannot be read, and ``rebuild`` is False.
            IndexLocked: another process is writing.
            IndexNotWritten: the disk is full or the folder is read-only.
        """
        started = time.perf_counter()
        listing = self._corpus.require_articles()
        base = None if rebuild else self._usable()
        if base is not None:
            work = self._plan(base, listing)
            if not work.difference:
                return self._report(base, work, started)
        try:
            with self._generations.writing():
                base = None if rebuild else self._usable()
                work = self._plan(base, self._corpus.require_articles())
                if base is None or work.difference:
                    base = self._write(base, work)
                return self._report(base, work, started)
        except (OSError, sqlite3.Error) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or error
            raise IndexNotWritten(
                f"The index {self._generations.root} cannot be written: {reason}",
                "Free disk space or choose another folder with --index DIR.",
            ) from error

    def _usable(self) -> Path | None:
        """Return the current generation, if any, after checking that this run can build on it."""
        current = self._generations.current()
        if current is not None:
            read_manifest(current).require_same(self._manifest())
        return current

    def _manifest(self, documents: int = 0, chunks: int = 0) -> Manifest:
        card = self._embedder.card
        return Manifest.describing(card, self._corpus, self._generations.root, documents, chunks)

    def _plan(self, base: Path | None, listing: Listing) -> _Work:
        known: dict[str, DocumentEntry] = {}
        skipped: dict[str, Skipped] = {}
        if base is not None:
            catalog = Catalog.open(base / "catalog.sqlite")
            known = {entry.path: entry for entry in catalog.documents()}
            skipped = {file.path: file for file in catalog.skipped()}
            catalog.close()
        difference = compare(listing.files, known.values(), skipped.values())
        unchanged = listing.files.keys() - set(difference.changed)
        return _Work(
            files=listing.files,
            not_listed=listing.skipped,
            known=known,
            difference=difference,
            skipped={path: file for path, file in skipped.items() if path in unchanged},
            removed=[path for path in difference.removed if path in known],
        )

    def _write(self, base: Path | None, work: _Work) -> Path:
        folder = self._generations.begin(base)
        try:
            writer = GenerationWriter(folder, base is None, self._embedder, self._generations.root)
            try:
                self._apply(writer, work)
                counts = writer.finish(work.skipped.values())
                self._require_documents(counts[0], work)
            finally:
                writer.close()
            self._embedded = writer.embedded
            self._generations.finish(folder, self._manifest(*counts))
            writer.discard_cache()
        except BaseException:
            self._generations.abandon(folder)
            raise
        return folder

    def _apply(self, writer: GenerationWriter, work: _Work) -> None:
        to_read = sorted(work.difference.new + work.difference.changed)
        removed_paths = {work.known[path].content_hash: path for path in work.removed}
        meter = _ProgressMeter(self._progress, writer, sum(work.files[path].size for path in to_read))
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

    def _update(self, writer: GenerationWriter, work: _Work, document: Document, removed_paths: dict[str, str]) -> None:
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

    def _report(self, generation: Path, work: _Work, started: float) -> IndexReport:
        manifest = read_manifest(generation)
        skipped = {file.path: file for file in (*work.not_listed, *work.skipped.values())}
        return IndexReport(
            stats=IndexStats(int(generation.name), manifest.documents, manifest.chunks),
            added=tuple(work.added),
            changed=tuple(work.changed),
            removed=tuple(work.removed),
            renamed=tuple(work.renamed),
            skipped=tuple(skipped[path] for path in sorted(skipped)),
            embedded=self._embedded,
            seconds=time.perf_counter() - started,
        )
