"""Emphasis, links and code within a paragraph of Markdown, read from the markup that its clean text leaves out."""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.datatypes import CleanText

STRONG, ITALIC, CODE, LINK, STRUCK = "strong", "italic", "code", "link", "struck"

_MARKUP = re.compile(
    r"\[\^[^\]\s]*\]:?|\[![\w-]+\][-+]?|\{[^{}\n]*\}|<[^>\n]*>"  # footnotes, callouts, attributes, tags: no emphasis
    r"|(?P<closed>\](?:\([^)\n]*\)?|\[[^\]\n]*\])?\]?)|(?P<opened>!?\[\[(?:[^\]|\n]*\|)?|!?\[)"
    r"|(?P<strong>\*\*|__)|(?P<italic>[*_])|(?P<code>`+)|(?P<struck>~~)"
)
_STRUCK = re.compile(r"~~(?P<text>[^~\n]+)~~")
_LONGEST_CLOSING = 8
"""Characters of markup that may close emphasis at the end of a paragraph."""
_BEFORE = re.compile(r"[\s>]*(?:(?:[-+*]|\d{1,9}[.)])\s+)*(?:\[[ xX/-]\]\s+)?(?:#+\s+)?")
"""What stands before the text of a line: marks of quotes, of items and of tasks."""


class Emphasis(NamedTuple):
    """An emphasized stretch of a clean text."""

    start: int
    """Its first character."""
    end: int
    """One past the last."""
    kind: str
    """``strong``, ``italic``, ``code``, ``link`` or ``struck``."""


def emphasis_of(clean: CleanText, text: str, start: int) -> list[Emphasis]:
    """Return what is emphasized in a clean text.

    Args:
        clean: the text of a paragraph of Markdown.
        text: the text of the file.
        start: where the paragraph begins in the file, markup included.
    """
    opened: dict[str, int] = {}
    stretches: list[Emphasis] = []
    first = _BEFORE.match(text, start)
    end = first.end() if first else start
    for run, position, _, (low, high) in clean.pieces(0, len(clean.text)):
        if not run.is_native:
            opened.clear()
            continue
        _follow(text, end, low, position, opened, stretches)
        end = high
    _follow(text, end, end + _LONGEST_CLOSING, len(clean.text), opened, stretches)
    return stretches


def _follow(text: str, start: int, end: int, position: int, opened: dict[str, int], stretches: list[Emphasis]) -> None:
    """Open and close emphasis at ``position`` as the markup between ``start`` and ``end`` says."""
    for match in _MARKUP.finditer(text, start, end) if start < end else ():
        kind = LINK if match["closed"] or match["opened"] else match.lastgroup
        if kind is None:
            continue
        if kind in opened and not match["opened"]:
            stretches.append(Emphasis(opened.pop(kind), position, kind))
        elif not match["closed"]:
            opened[kind] = position


def with_struck(clean: CleanText, text: str, start: int, end: int) -> CleanText:
    """Return a clean text with what its writer struck, which readers see although it no longer counts.

    Args:
        clean: the text of a paragraph of Markdown.
        text: the text of the file.
        start: where the paragraph begins in the file, markup included.
        end: one past its last character.
    """
    if text.find("~~", start, end) < 0:
        return clean
    parts: list[CleanText] = []
    position = start
    for run, first, last, (low, high) in clean.pieces(0, len(clean.text)):
        if run.is_native:
            parts += _struck(text, position, low)
            position = high
        parts.append(clean.cut(first, last))
    return CleanText.join([*parts, *_struck(text, position, end)], "")


def _struck(text: str, start: int, end: int) -> list[CleanText]:
    """Return what is struck between two places in the file, with a space where one stands beside it."""
    parts = []
    for match in _STRUCK.finditer(text, start, end) if start < end else ():
        if match.start() > start and text[match.start() - 1] == " ":
            parts.append(CleanText.verbatim(" ", match.start() - 1))
        parts.append(CleanText.verbatim(match["text"], match.start("text")))
        if match.end() < end and text[match.end()] == " ":
            parts.append(CleanText.verbatim(" ", match.end()))
    return parts
