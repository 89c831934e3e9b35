"""``qa doctor``: checks what qa needs, and says how to fix what is missing or broken."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from qa.cli.findings import Finding
from qa.cli.llm_doctor import examine_llm
from qa.corpus import Corpus
from qa.errors import CorpusError, QAError
from qa.index.files import free_bytes, index_bytes
from qa.index.locations import storage_of
from qa.models.embedding import Embedder
from qa.models.export import is_exported
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.settings import DEFAULT_MODEL, Settings, cache_folder
from qa.text.english import counted

_OLDEST_SQLITE = (3, 36, 0)
"""What the checksum of a catalog requires; Chroma is content with 3.35."""
_EXPORT_BYTES = 200_000_000
"""What exporting a model takes in the cache folder."""


def examine(load: Callable[[], Settings], tries_llm: bool) -> Iterator[Finding]:
    """Run all checks; one that fails does not prevent the others.

    Only with ``tries_llm``, the language model is sent something, which takes time and may cost money.
    """
    yield _sqlite()
    yield _reader()
    try:
        settings = load()
    except QAError as error:
        yield Finding("settings", False, error.message, error.hint)
        return
    for name, check in _CHECKS.items():
        try:
            yield from check(settings)
        except QAError as error:
            yield Finding(name, False, error.message, error.hint)
    yield from examine_llm(settings, tries_llm)


def _sqlite() -> Finding:
    options = {row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
    ok = sqlite3.sqlite_version_info >= _OLDEST_SQLITE and "ENABLE_FTS5" in options
    detail = f"version {sqlite3.sqlite_version}{'' if 'ENABLE_FTS5' in options else ' without FTS5'}"
    return Finding("sqlite", ok, detail, "" if ok else "Use a Python that is built with SQLite 3.36 or newer and FTS5.")


def _reader() -> Finding:
    try:
        # Without a cache folder, the hash of the network is always checked.
        SpanNetwork().warm_up()
        load_calibration(SHIPPED)
    except QAError as error:
        return Finding("reader", False, error.message, error.hint)
    return Finding("reader", True, str(SHIPPED))


def _settings(settings: Settings) -> Iterator[Finding]:
    if settings.file:
        trusted = f", with your consent: {', '.join(settings.trusted)}" if settings.trusted else ""
        yield Finding("settings", True, f"{settings.file}{trusted}")


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.model != DEFAULT_MODEL and not is_exported(settings.model, cache_folder()):
        yield Finding("model", True, f"{settings.model} will be exported before the first question")
        return
    # The hash of the network is always checked, even if an earlier run has recorded that it is right.
    embedder = Embedder(settings.model, cache_folder(), remember_hash=False)
    embedder.warm_up()
    yield Finding("model", True, f"{settings.model}, weights {embedder.card.weights_sha256[:12]}, {embedder.folder}")


def _corpus(settings: Settings) -> Iterator[Finding]:
    corpus = Corpus.configured(settings)
    listing = corpus.require_articles()
    yield Finding("corpus", True, f"{corpus.root}, {counted(len(listing.files), 'file')}")
    if missing := listing.left_out.missing_in_words():
        yield Finding("formats", True, missing)


def _index(settings: Settings) -> Iterator[Finding]:
    storage = storage_of(settings)
    health = storage.for_writing().check()
    manifest = health.manifest
    content = f"{counted(manifest.documents, 'document')}, {counted(manifest.chunks, 'chunk')}"
    content += f", {counted(len(health.segments), 'segment')}"
    repaired = "".join(f"; {repair}" for repair in health.repaired)
    yield Finding("index", True, f"{storage.name}, generation {manifest.generation}, {content}{repaired}")


def _disk(settings: Settings) -> Iterator[Finding]:
    if settings.server is None:
        articles = 0
        with suppress(CorpusError):  # which is a finding of its own
            articles = sum(file.size for file in Corpus.configured(settings).files().values())
        yield _space("index", settings.index_root, index_bytes(articles))
    if settings.model != DEFAULT_MODEL:
        yield _space("cache", cache_folder(), _EXPORT_BYTES)


def _space(name: str, folder: Path, needed: int) -> Finding:
    free = free_bytes(folder)
    advice = "" if free >= needed else f"Free up space for {folder}; it takes about {needed / 1e6:,.0f} MB."
    return Finding(f"disk for {name}", free >= needed, f"{free / 1e9:.1f} GB free", advice)


_CHECKS = {
    "settings": _settings,
    "model": _model,
    "corpus": _corpus,
    "index": _index,
    "disk": _disk,
}
"""The checks that need settings, by the name of what they look at."""
