"""``qa index --to``: copies an index to servers, or back to a folder."""

from __future__ import annotations

import click

from qa.cli.options import Options
from qa.cli.output import print_json
from qa.cli.progress import indexing_progress
from qa.corpus import Corpus
from qa.errors import UsageError
from qa.index.copying import copy_index
from qa.index.locations import storage_of
from qa.settings_servers import is_address
from qa.text.english import counted
from qa.text.sanitizing import single_line


def copy(options: Options, to: str, replaces: bool) -> None:
    """Copy the index of the settings to ``to``, and print what was copied; ``--vectors`` goes with PostgreSQL.

    Raises:
        UsageError: both are folders or both on servers, or there is an index already.
        UnusableIndex: the source cannot be read.
        QAError: the target cannot be written.
    """
    given = options.overrides().get("index")
    if given == to:
        raise UsageError("The index is there already", "Name another folder or database after --to.")
    if given is not None and is_address(given) and is_address(to):
        raise _same_kind("on servers")
    if is_address(to):
        source, target = options.settings(vectors=None), options.settings(index=to)
    else:
        source, target = options.settings(), options.settings(index=to, vectors=None)
    if (source.server is None) == (target.server is None):
        raise _same_kind("folders" if source.server is None else "on servers")
    corpus, into = Corpus.configured(source), storage_of(target)
    with indexing_progress() as progress:
        manifest = copy_index(storage_of(source), into, corpus, replaces, progress)
    if options.as_json:
        print_json({"index": into.name, "documents": manifest.documents, "chunks": manifest.chunks})
    else:
        content = f"{counted(manifest.documents, 'document')}, {counted(manifest.chunks, 'chunk')}"
        click.echo(single_line(f"{content} copied to {into.name}"))


def _same_kind(kind: str) -> UsageError:
    return UsageError(f"Both are {kind}", "Copy a folder as any other, and servers with pg_dump; see docs/large.md.")
