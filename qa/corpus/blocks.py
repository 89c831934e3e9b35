"""The blocks of an article, divided as its format requires."""

from __future__ import annotations

from os.path import splitext

from qa.corpus.running_text import has_too_many_lines, running_text_blocks
from qa.datatypes import Block

MARKDOWN = frozenset({".markdown", ".md"})
"""Suffixes of Markdown files; all others are plain text."""


def blocks_of(path: str, text: str, start: int, comments: bool = False) -> list[Block]:
    """Return the blocks of the article at ``path`` from character ``start``, the end of its metadata, on.

    What Markdown hides in comments is included only if ``comments``.
    """
    if has_too_many_lines(text, start):
        return running_text_blocks(text, start)
    # The Markdown parser takes 0.05 s to import, and most corpora of plain text never need it.
    if splitext(path)[1].lower() in MARKDOWN:
        from qa.corpus.markdown import markdown_blocks

        return markdown_blocks(text, start, comments)
    from qa.corpus.plain_text import plain_text_blocks

    return plain_text_blocks(text, start)
