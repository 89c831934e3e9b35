"""``qa status``: shows which corpus and index are in use, and whether the index is up to date."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from itertools import repeat
from typing import Any

import click

from qa.cli.skipped import skipped_lines
from qa.corpus import Corpus, LeftOut, Listing
from qa.errors import IndexMismatch, UnusableIndex
from qa.index import Index
from qa.index.changes import find_changes
from qa.index.locations import storage_of
from qa.index.manifest import Manifest
from qa.settings import Settings
from qa.text.english import counted
from qa.text.sanitizing import single_line

_TELLING_SIZE = 10_000_000
"""Bytes of an index from which its size depends on that of the articles; a smaller one has mostly empty pages."""


def collect(settings: Settings) -> dict[str, Any]:
    """Return the state of corpus and index; of the articles, only those are read whose size or times changed.

    Raises:
        CorpusError: the corpus is not configured, missing or empty.
        UnusableIndex: there is no index, or it cannot be read.
    """
    corpus = Corpus.configured(settings)
    listing = corpus.require_articles()
    files = listing.files
    storage = storage_of(settings)
    try:
        index = Index.at(storage)
    except UnusableIndex as error:
        error.message = f"{error.message} (corpus {corpus.root}, {counted(len(files), 'file')})"
        raise
    with closing(index), storage.reading():
        return _state(corpus, listing, settings, index)


def _state(corpus: Corpus, listing: Listing, settings: Settings, index: Index) -> dict[str, Any]:
    files = listing.files
    documents = index.documents()
    changes = find_changes(corpus, listing, index)
    difference, skipped = changes.difference, changes.skipped
    stats, size = index.stats(), index.size()
    return {
        "settings_file": str(settings.file) if settings.file else None,
        "trusted": settings.trusted,
        "corpus": str(corpus.root),
        "index": settings.index_name,
        "on_servers": settings.server is not None,
        "model": settings.model,
        "index_model": index.manifest.model,
        "mismatch": _mismatch(index.manifest, settings, corpus),
        "generation": stats.generation,
        "documents": stats.documents,
        "chunks": stats.chunks,
        "bytes": {
            "articles": sum(state.size for state in files.values()),
            "catalog": size.catalog,
            "vectors": None if size.segments is None else sum(size.segments),
        },
        "segments": _segments(index, size.segments),
        "new": difference.new,
        "changed": difference.changed,
        "removed": difference.removed,
        "skipped": [asdict(skipped[path]) for path in sorted(skipped)],
        "notices": [{"path": entry.path, "notice": entry.notice} for entry in documents if entry.notice],
        "left_out": asdict(listing.left_out),
    }


def _mismatch(manifest: Manifest, settings: Settings, corpus: Corpus) -> dict[str, str] | None:
    """Return what the settings say otherwise than the index, and what to do about it; None if they agree."""
    try:
        wanted = manifest.as_configured(settings.model, corpus, settings.index_root)
        manifest.require_same(wanted, any_corpus=settings.server is not None)
    except IndexMismatch as error:
        return {"error": error.message, "hint": error.hint}
    return None


def _segments(index: Index, sizes: Sequence[int] | None) -> list[dict[str, int | None]]:
    """Return how many vectors each segment has, of removed chunks and in all, and its size in bytes, if it is known."""
    segments = index.segments()
    return [
        {"vectors": segment.vectors, "removed": segment.vectors - segment.alive, "bytes": size}
        for segment, size in zip(segments, sizes or repeat(None), strict=False)
    ]


def print_status(state: dict[str, Any]) -> None:
    """Print the state that ``collect`` returned."""
    if state["settings_file"]:
        trusted = f"; with your consent: {', '.join(state['trusted'])}" if state["trusted"] else ""
        click.echo(f"settings    {single_line(state['settings_file'])}{trusted}")
    click.echo(f"corpus      {single_line(state['corpus'])}")
    click.echo(f"index       {single_line(state['index'])}")
    click.echo(f"model       {single_line(state['model'])}")
    content = f"{counted(state['documents'], 'document')}, {counted(state['chunks'], 'chunk')}"
    click.echo(f"generation  {state['generation']}: {content}")
    click.echo(f"size        {_size(state['bytes'], state['segments'])}")
    click.echo(f"state       {single_line(_freshness(state))}")
    for line in skipped_lines((file["path"], file["reason"]) for file in state["skipped"]):
        click.echo(f"skipped     {line}")
    for notice in state["notices"]:
        click.echo("notice      " + single_line(f"{notice['path']}: {notice['notice']}"))
    if left_out := LeftOut(**state["left_out"]).in_words():
        click.echo(f"left out    {single_line(left_out)}")


def _freshness(state: dict[str, Any]) -> str:
    """Return whether the index is up to date, or what to do."""
    mismatch = state["mismatch"]
    if mismatch:
        return f"{mismatch['error']}. {mismatch['hint']}"
    differences = [f"{len(state[kind])} {kind}" for kind in ("new", "changed", "removed") if state[kind]]
    what = "qa index" if state["on_servers"] else "the next question, or qa index,"
    changes = f"{', '.join(differences)}; {what} updates the index"
    return changes if differences else "up to date"


def _size(sizes: dict[str, int], segments: list[dict[str, int]]) -> str:
    """Return in words how large an index is, and what it consists of."""
    if sizes["vectors"] is None:
        return f"catalog {_megabytes(sizes['catalog'])} in PostgreSQL, vectors on the Chroma server"
    total = sizes["catalog"] + sizes["vectors"]
    removed = sum(segment["removed"] for segment in segments)
    is_telling = total >= _TELLING_SIZE
    ratio = f", {total / max(sizes['articles'], 1):.1f} times the articles" if is_telling else ""
    parts = f"catalog {_megabytes(sizes['catalog'])}, vectors {_megabytes(sizes['vectors'])}"
    outdated = f", {removed} of them outdated" if removed else ""
    return f"{_megabytes(total)}{ratio}: {parts} in {counted(len(segments), 'segment')}{outdated}"


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
