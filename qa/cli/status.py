"""``qa status``: which corpus and index are in use, and whether they agree."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from qa.corpus import Corpus
from qa.errors import UnusableIndex
from qa.index import Index
from qa.index.difference import compare
from qa.settings import Settings
from qa.text.sanitizing import single_line


def collect(settings: Settings) -> dict[str, Any]:
    """Return the state of corpus and index; compares sizes and times only.

    Raises:
        CorpusError: the corpus is not named, missing or empty.
        UnusableIndex: there is no index, or it can not be read.
    """
    corpus = Corpus(settings.corpus_root)
    files = corpus.require_files()
    try:
        index = Index.open(settings.index_root)
    except UnusableIndex as problem:
        problem.message = f"{problem.message} (corpus {corpus.root}, {len(files)} files)"
        raise
    documents = index.documents()
    skipped = index.skipped()
    difference = compare(files, documents, skipped)
    stats = index.stats()
    state = {
        "corpus": str(corpus.root),
        "index": str(settings.index_root),
        "model": index.manifest.model,
        "generation": stats.generation,
        "documents": stats.documents,
        "chunks": stats.chunks,
        "new": difference.new,
        "changed": difference.changed,
        "removed": difference.removed,
        "skipped": [asdict(file) for file in skipped],
    }
    index.close()
    return state


def print_status(state: dict[str, Any]) -> None:
    """Print what ``collect`` found."""
    click.echo(f"corpus      {state['corpus']}")
    click.echo(f"index       {state['index']}")
    click.echo(f"model       {state['model']}")
    click.echo(f"generation  {state['generation']}: {state['documents']} documents, {state['chunks']} chunks")
    differences = [f"{len(state[kind])} {kind}" for kind in ("new", "changed", "removed") if state[kind]]
    advice = f"{', '.join(differences)}; the next question or qa index takes them in" if differences else "up to date"
    click.echo(f"state       {advice}")
    for file in state["skipped"]:
        click.echo(f"skipped     {single_line(file['path'])}: {file['reason']}")
