"""Copying an index from a folder to servers or back: nothing is read or embedded again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import replace

import numpy as np

from qa.corpus import Corpus
from qa.errors import IndexDamaged, QAError, UsageError
from qa.index.catalog import Catalog
from qa.index.manifest import REBUILD, Manifest
from qa.index.progress import IndexProgress, OnProgress
from qa.index.records import Described, DocumentEntry
from qa.index.storage import BuildWriter, Storage, VectorSearch

_CHUNKS_AT_ONCE = 1_000


def copy_index(
    source: Storage, target: Storage, corpus: Corpus, replaces: bool, on_progress: OnProgress = lambda _: None
) -> Manifest:
    """Copy the index of a corpus; the copy gives the same answers. Interrupted, it leaves ``target`` as it was.

    Args:
        source: where it lies.
        target: where to copy it.
        corpus: the articles.
        replaces: whether an index that is there is replaced.
        on_progress: is told how far the copy is, in documents instead of bytes.

    Raises:
        UsageError: there is an index already, and it is not to be replaced.
        UnusableIndex: the source cannot be read, or is the index of another corpus.
        IndexLocked: another process writes to the target.
        IndexNotWritten: the target cannot be written.
    """
    if not replaces and target.current() is not None:
        raise UsageError(f"There is an index already in {target.name}", "Add --rebuild to replace it.")
    writing = target.for_writing()
    opened, catalog = source.open()
    with closing(catalog), source.reading(), writing.errors_reported(), writing.writing():
        manifest: Manifest = catalog.manifest
        manifest.require_same(manifest.as_configured(manifest.model, corpus, source.local), any_corpus=source.is_shared)
        generation = max(writing.last_generation(), manifest.generation - 1)
        copied = replace(manifest.as_configured(manifest.model, corpus, target.local), generation=generation)
        build = writing.begin(copied)
        try:
            _copy(catalog, source.vectors(opened, catalog), build, on_progress)
            result = build.commit()
        except BaseException:
            build.abandon()
            raise
        build.clean_up()
        return result


def _copy(source: Catalog, known: VectorSearch, build: BuildWriter, on_progress: OnProgress) -> None:
    target = build.catalog
    target.take_over(source)
    vectors = build.new_vectors()
    try:
        copied, chunks, entries = 0, 0, source.documents()
        for batch in _batches(source, entries):
            keys = [key for own, _ in batch for key in own]
            target.take_over_chunks(source, keys)
            stored = known.get(keys)
            if len(stored) < len(keys):
                raise IndexDamaged("The index is damaged: a chunk has no vector", REBUILD)
            documents = [Described.of_entry(entry) for own, entry in batch for _ in own]
            vectors.add(keys, np.stack([stored[key] for key in keys]), documents)
            target.save_progress()
            copied, chunks = copied + len(batch), chunks + len(keys)
            on_progress(IndexProgress(copied, len(entries), copied, chunks))
        vectors.finish()
    except BaseException:
        with suppress(sqlite3.Error, OSError, QAError):  # what is left behind, the next run removes
            target.roll_back()
            vectors.abandon()
        raise


def _batches(source: Catalog, entries: Iterable[DocumentEntry]) -> Iterator[list[tuple[list[int], DocumentEntry]]]:
    """Yield documents with the keys of their chunks, in the order of keys, some at once."""
    with_keys = sorted(((source.keys_of(entry.path), entry) for entry in entries), key=lambda each: each[0][:1])
    batch: list[tuple[list[int], DocumentEntry]] = []
    for keys, entry in with_keys:
        if keys:
            batch.append((keys, entry))
        if sum(len(own) for own, _ in batch) >= _CHUNKS_AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch
