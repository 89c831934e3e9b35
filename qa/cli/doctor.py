"""``qa doctor``: checks what qa needs, and says how to fix what is missing or broken."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from qa.cli.output import print_json
from qa.corpus import Corpus
from qa.errors import CorpusError, IndexMissing, QAError
from qa.index.builds import Builds
from qa.index.files import free_bytes, index_bytes
from qa.index.health import check
from qa.models.embedding import Embedder
from qa.models.export import is_exported
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.settings import DEFAULT_MODEL, Settings, cache_folder
from qa.text.english import counted
from qa.text.sanitizing import single_line

_OLDEST_SQLITE = (3, 36, 0)
"""What the checksum of a catalog requires; Chroma is content with 3.35."""
_EXPORT_BYTES = 200_000_000
"""What exporting a model takes in the cache folder."""


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check."""

    name: str
    """What was checked."""
    ok: bool
    """Whether it is in order."""
    detail: str
    """Its state, or the problem."""
    advice: str = ""
    """How to fix the problem, if there is one."""


def examine(load: Callable[[], Settings]) -> list[Finding]:
    """Run all checks; one that fails does not prevent the others."""
    findings = [_sqlite(), _reader()]
    try:
        settings = load()
    except QAError as error:
        return [*findings, Finding("settings", False, error.message, error.hint)]
    for examined in (_settings, _model, _corpus, _index, _disk, _llm):
        try:
            findings += examined(settings)
        except QAError as error:
            findings.append(Finding(examined.__name__[1:], False, error.message, error.hint))
    return findings


def print_findings(findings: list[Finding], as_json: bool) -> None:
    """Print one line for each finding, or all as one JSON object."""
    if as_json:
        rows = [
            {"name": finding.name, "ok": finding.ok, "found": finding.detail, "advice": finding.advice}
            for finding in findings
        ]
        print_json({"ok": all(finding.ok for finding in findings), "findings": rows})
        return
    for finding in findings:
        advice = f". {finding.advice}" if finding.advice else ""
        line = single_line(f"{finding.name}: {finding.detail}{advice}")
        click.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {line}")


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
    builds = Builds(settings.index_root)
    folder = builds.current()
    if folder is None:
        raise IndexMissing(f"There is no index in {settings.index_root}", "Run: qa index")
    health = check(builds, folder)
    manifest = health.manifest
    content = f"{counted(manifest.documents, 'document')}, {counted(manifest.chunks, 'chunk')}"
    content += f", {counted(len(health.segments), 'segment')}"
    repaired = "".join(f"; {repair}" for repair in health.repaired)
    yield Finding("index", True, f"{settings.index_root}, generation {manifest.generation}, {content}{repaired}")


def _disk(settings: Settings) -> Iterator[Finding]:
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


def _llm(settings: Settings) -> Iterator[Finding]:
    from qa.llm.providers import open_model

    model = open_model(settings)
    if model is None or settings.llm is None:
        return
    from llama_index.core.llms import ChatMessage

    from qa.llm.chat import chat

    times: list[float] = []
    started = time.perf_counter()
    question = [ChatMessage(content="Reply with: OK")]
    chat(model, settings.llm, question, lambda piece: times.append(time.perf_counter()) if piece else None)
    first, last = times[0] - started, times[-1] - started
    yield Finding("llm", True, f"{settings.llm} began to answer after {first:.1f} s and finished after {last:.1f} s")
