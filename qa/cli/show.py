"""``qa show FILE[:LINE[-LINE]]``: prints an article, or the given lines marked and the paragraphs around them."""

from __future__ import annotations

import shutil
import textwrap
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from qa.cli.locations import LineRange, parse_location
from qa.cli.output import bold, dim, on_terminal, print_json
from qa.cli.pager import print_paged
from qa.corpus import Corpus
from qa.datatypes import Document
from qa.errors import UsageError
from qa.settings import Settings
from qa.text.sanitizing import single_line, strip_controls


def print_article(
    settings: Settings, location: str, as_json: bool, context: int | None = 3, may_page: bool = True
) -> None:
    """Print the article at ``location``, which is ``FILE[:LINE[-LINE]]``.

    Args:
        settings: the settings in effect.
        location: which article and lines.
        as_json: whether to print all of it as JSON.
        context: paragraphs to print before and after the lines; None for all.
        may_page: whether a pager may be used on a terminal.

    Raises:
        CorpusError: there is no corpus.
        UsageError: the article or the line does not exist, or ``context`` is negative.
    """
    if context is not None and context < 0:
        raise UsageError("--context must be 0 or more", "Correct it, or leave it out.")
    corpus = Corpus.configured(settings)
    path, marked = parse_location(location, corpus)
    document = corpus.show(path)
    lines = document.text.removesuffix("\n").split("\n")
    if marked:
        marked.require_in(path, len(lines))
    if as_json:
        print_json(_as_json(document, lines, marked))
        return
    shown = range(1, len(lines) + 1)
    if marked and context is not None:
        shown = _around(marked, document, lines, context)
    text = [*_heading(document, shown, len(lines))]
    marked_row = 0
    for number in shown:
        if marked and number == marked.first:
            marked_row = len(text) + 1
        is_marked = marked is not None and marked.first <= number <= marked.last
        text += _numbered(number, lines[number - 1], is_marked, len(str(len(lines))))
    print_paged("".join(f"{line}\n" for line in text), marked_row, may_page)


def _as_json(document: Document, lines: Sequence[str], marked: LineRange | None) -> dict[str, object]:
    return {
        "path": document.path,
        "title": document.title,
        "published": document.published,
        "source": document.source,
        "author": document.value("author"),
        "url": document.value("url"),
        "encoding": document.encoding,
        "marked": list(range(marked.first, marked.last + 1)) if marked else [],
        "lines": [line.rstrip("\r") for line in lines],
    }


def _around(marked: LineRange, document: Document, lines: Sequence[str], context: int) -> range:
    """Return the numbers of the marked lines and of the lines of ``context`` blocks before and after them."""
    if not context:
        return range(marked.first, marked.last + 1)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    blocks = [
        LineRange(bisect_right(starts, block.start), bisect_right(starts, max(block.start, block.end - 1)))
        for block in document.blocks
    ]
    before = sorted(block.first for block in blocks if block.last < marked.first)[-context:]
    after = sorted(block.last for block in blocks if block.first > marked.last)[:context]
    first = before[0] if len(before) == context else 1
    last = after[-1] if len(after) == context else len(lines)
    inside = [block for block in blocks if block.last >= marked.first and block.first <= marked.last]
    return range(min(first, marked.first, *(block.first for block in inside)), max(last, marked.last) + 1)


def _heading(document: Document, shown: range, count: int) -> Iterator[str]:
    day = document.published.isoformat() if document.published else None
    details = dict.fromkeys(filter(None, (document.source, document.value("author"), day)))
    part = "" if len(shown) == count else f" · lines {shown.start}-{shown.stop - 1} of {count}"
    yield bold(single_line(document.title)) + "".join(f" · {single_line(detail)}" for detail in details)
    yield dim(single_line(document.path) + part)
    yield ""


def _numbered(number: int, line: str, is_marked: bool, digits: int) -> list[str]:
    """Return the rows of a line of the article, wrapped on a terminal."""
    gutter = f"{'>' if is_marked else ' '} {number:>{digits}}  "
    text = strip_controls(line)
    if not on_terminal():
        return [(gutter + text).rstrip()]
    width = max(20, shutil.get_terminal_size().columns)
    rows = textwrap.wrap(text, width, initial_indent=gutter, subsequent_indent=" " * len(gutter))
    return [bold(row) if is_marked else row for row in rows or [gutter.rstrip()]]
