"""``qa show FILE[:LINE[-LINE]]``: prints an article with the given lines marked."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
from pathlib import Path

import click

from qa.cli.output import bold, dim, on_terminal, print_json
from qa.corpus import Corpus, is_file_name
from qa.errors import UsageError
from qa.settings import Settings
from qa.text.english import counted
from qa.text.sanitizing import single_line, strip_controls

_LOCATION = re.compile(r"(?P<file>.*?)(?::(?P<first>\d{1,20})(?:-(?P<last>\d{1,20}))?)?", re.DOTALL)


def print_article(settings: Settings, location: str, as_json: bool) -> None:
    """Print the article at ``location``, which is ``FILE[:LINE[-LINE]]``.

    Raises:
        CorpusError: there is no corpus.
        UsageError: the article or the line does not exist.
    """
    corpus = Corpus.configured(settings)
    path, first, last = _parse(location, corpus)
    document = corpus.show(path)
    lines = document.text.removesuffix("\n").split("\n")
    if first is not None and not (1 <= first <= last <= len(lines)):
        hint = "Give a line or range within the file, such as FILE:3 or FILE:3-5."
        raise UsageError(f"{path} has {counted(len(lines), 'line')}", hint)
    marked = range(first, last + 1) if first is not None else range(0)
    if as_json:
        metadata = {
            "path": path,
            "title": document.title,
            "published": document.published,
            "encoding": document.encoding,
        }
        print_json(metadata | {"marked": list(marked), "lines": [line.rstrip("\r") for line in lines]})
        return
    day = f" · {document.published.isoformat()}" if document.published else ""
    click.echo(bold(single_line(document.title)) + day)
    click.echo(dim(single_line(path)) + "\n")
    for number, line in enumerate(lines, 1):
        _print_line(number, strip_controls(line), number in marked, len(str(len(lines))))


def _parse(location: str, corpus: Corpus) -> tuple[str, int | None, int]:
    """Split ``FILE[:LINE[-LINE]]``; the file is relative to the corpus, or else to the current folder."""
    files = corpus.require_files()
    if location in files:
        return location, None, 0
    match = _LOCATION.fullmatch(location)
    assert match is not None, "every string matches"
    name = match["file"]
    if name not in files:
        candidates = _paths_in_corpus(name, corpus)
        if not candidates:
            hint = "To see which corpus is in use, run: qa status"
            raise UsageError(f"'{name}' is not in the corpus {corpus.root}", hint)
        name = next((path for path in candidates if path in files), candidates[-1])
    if name not in files:
        hint = "Give its path as the sources of an answer show it."
        raise UsageError(f"'{name}' is not an article in the corpus {corpus.root}", hint)
    if match["first"] is None:
        return name, None, 0
    return name, int(match["first"]), int(match["last"] or match["first"])


def _paths_in_corpus(name: str, corpus: Corpus) -> list[str]:
    """Return the paths in the corpus that a path relative to the current folder may mean: with its links or without."""
    if not is_file_name(name):
        return []
    root = os.path.realpath(corpus.root)
    # Path.absolute() leaves the dots, and Path.resolve() fails for a link to itself.
    files = (Path(os.path.abspath(name)), Path(os.path.realpath(name)))  # noqa: PTH100
    return [file.relative_to(root).as_posix() for file in files if file.is_relative_to(root)]


def _print_line(number: int, line: str, marked: bool, digits: int) -> None:
    gutter = f"{'>' if marked else ' '} {number:>{digits}}  "
    if on_terminal():
        width = max(20, shutil.get_terminal_size().columns)
        body = textwrap.fill(line, width, initial_indent=gutter, subsequent_indent=" " * len(gutter)) or gutter.rstrip()
    else:
        body = (gutter + line).rstrip()
    click.echo(bold(body) if marked else body)
