"""``qa status``: shows which corpus and index are in use, and whether the index is up to date."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from qa.corpus import Corpus
from qa.errors import UnusableIndex
from qa.index import Index
from qa.index.difference import compare
from qa.settings import Settings
from qa.text.english import counted
from qa.text.sanitizing import single_line


def collect(settings: Settings) -> dict[str, Any]:
    """Return the state of corpus and index; files are compared by size and modification time only.

    Raises:
        CorpusError: the corpus is not configured, missing or empty.
        UnusableIndex: there is no index, or it cannot be read.
    """
    corpus = Corpus(settings.corpus_root)
    files = corpus.require_files()
    try:
        index = Index.open(settings.index_root)
    except UnusableIndex as error:
        error.message = f"{error.message} (corpus {corpus.root}, {counted(len(files), 'file')})"
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
    """Print the state that ``collect`` returned."""
    click.echo(f"corpus      {state['corpus']}")
    click.echo(f"index       {state['index']}")
    click.echo(f"model       {state['model']}")
    content = f"{counted(state['documents'], 'document')}, {counted(state['chunks'], 'chunk')}"
    click.echo(f"generation  {state['generation']}: {content}")
    differences = [f"{len(state[kind])} {kind}" for kind in ("new", "changed", "removed") if state[kind]]
    changes = f"{', '.join(differences)}; the next question, or qa index, updates the index"
    click.echo(f"state       {changes if differences else 'up to date'}")
    for file in state["skipped"]:
        click.echo(f"skipped     {single_line(file['path'])}: {file['reason']}")
