"""``qa doctor``: what qa needs, what is there, and what to do about the difference."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from qa.cli.output import print_json
from qa.corpus import Corpus
from qa.errors import QAError
from qa.index import Index
from qa.models.embedding import Embedder
from qa.models.export import is_exported
from qa.reader.calibration import load_calibration
from qa.reader.network import SHIPPED, SpanNetwork
from qa.settings import DEFAULT_MODEL, Settings, cache_folder

_CHROMA_NEEDS = (3, 35, 0)
_FREE_BYTES = 500_000_000
"""A first export needs 200 MB in the cache folder, a generation about ten times its articles."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    """What."""
    ok: bool
    """Whether it is as it should be."""
    found: str
    """What was found."""
    advice: str = ""
    """What to do, where it is not as it should be."""


def examine(load: Callable[[], Settings]) -> list[Finding]:
    """Look at everything, whatever fails on the way."""
    findings = [_sqlite(), _reader()]
    try:
        settings = load()
    except QAError as problem:
        return [*findings, Finding("settings", False, problem.message, problem.hint)]
    checks = (_model, _corpus, _index, _disk, _llm)
    for check in checks:
        try:
            findings += check(settings)
        except QAError as problem:
            findings.append(Finding(check.__name__[1:], False, problem.message, problem.hint))
    return findings


def print_findings(findings: list[Finding], as_json: bool) -> None:
    """Print what was found, a line each."""
    if as_json:
        print_json({"ok": all(finding.ok for finding in findings), "findings": [asdict(one) for one in findings]})
        return
    for finding in findings:
        advice = f". {finding.advice}" if finding.advice else ""
        click.echo(f"{'ok     ' if finding.ok else 'PROBLEM'}  {finding.name}: {finding.found}{advice}")


def _sqlite() -> Finding:
    options = {row[0] for row in sqlite3.connect(":memory:").execute("PRAGMA compile_options")}
    ok = sqlite3.sqlite_version_info >= _CHROMA_NEEDS and "ENABLE_FTS5" in options
    found = f"version {sqlite3.sqlite_version}{'' if 'ENABLE_FTS5' in options else ' without FTS5'}"
    return Finding("sqlite", ok, found, "" if ok else "Use a Python built with SQLite 3.35 or newer and FTS5.")


def _reader() -> Finding:
    try:
        # Without a cache the network is hashed each time.
        SpanNetwork().warm_up()
        load_calibration(SHIPPED)
    except QAError as problem:
        return Finding("reader", False, problem.message, problem.hint)
    return Finding("reader", True, str(SHIPPED))


def _model(settings: Settings) -> Iterator[Finding]:
    if settings.model != DEFAULT_MODEL and not is_exported(settings.model, cache_folder()):
        yield Finding("model", True, f"{settings.model} is exported before the first question")
        return
    # Without a cache for its notes the network is hashed each time.
    embedder = Embedder(settings.model, cache_folder(), remember_hash=False)
    embedder.warm_up()
    yield Finding("model", True, f"{settings.model}, weights {embedder.card.weights_sha256[:12]}, {embedder.folder}")


def _corpus(settings: Settings) -> Iterator[Finding]:
    corpus = Corpus(settings.corpus_root)
    yield Finding("corpus", True, f"{corpus.root}, {len(corpus.require_files())} files")


def _index(settings: Settings) -> Iterator[Finding]:
    with closing(Index.open(settings.index_root)) as index:
        listed, stored = index.counts()
    if not listed == stored == index.manifest.chunks:
        found = f"manifest {index.manifest.chunks}, catalog {listed}, vectors {stored} chunks"
        yield Finding("index", False, found, "Run: qa index --rebuild")
    else:
        stats = index.stats()
        found = f"{settings.index_root}, generation {stats.generation}, {stats.documents} documents, {stored} chunks"
        yield Finding("index", True, found)


def _disk(settings: Settings) -> Iterator[Finding]:
    for name, folder in (("index", settings.index_root), ("cache", cache_folder())):
        free = shutil.disk_usage(_existing(folder)).free
        ok = free > _FREE_BYTES
        yield Finding(f"disk for {name}", ok, f"{free / 1e9:.1f} GB free", "" if ok else f"Free space near {folder}.")


def _llm(settings: Settings) -> Iterator[Finding]:
    from qa.llm.models import open_model

    model = open_model(settings)
    if model is None or settings.llm is None:
        return
    from llama_index.core.llms import ChatMessage

    from qa.llm.chat import chat

    times: list[float] = []
    started = time.perf_counter()
    chat(model, settings.llm, [ChatMessage(content="Reply with: OK")], lambda _: times.append(time.perf_counter()))
    first, last = times[0] - started, times[-1] - started
    yield Finding("llm", True, f"{settings.llm} began to answer after {first:.1f} s and was done after {last:.1f} s")


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
