"""The Markdown parser, and the lines that its tokens count."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from qa.corpus.markdown_inline import inline_parser

_NEWLINE = re.compile(r"\r\n?|\n")


@cache
def markdown_parser(tables: bool = True) -> MarkdownIt:
    """Return a parser of blocks, whose inline text is parsed separately; without ``tables``, their rows are text."""
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("inline", ignoreInvalid=True)
    if not tables:
        markdown.disable("table")
    markdown.use(admon_plugin).use(deflist_plugin).use(footnote_plugin, inline=False, move_to_end=False)
    markdown.inline = inline_parser()
    return markdown


def line_offsets(text: str, start: int) -> list[tuple[int, int]]:
    """Return start and end of each line from character ``start`` on, without its line break."""
    offsets = []
    for match in _NEWLINE.finditer(text, start):
        offsets.append((start, match.start()))
        start = match.end()
    return [*offsets, (start, len(text))]
