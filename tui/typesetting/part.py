"""A part of an article: what is drawn as one paragraph, heading, item, line of code or row of a table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from qa.datatypes import CleanText, Run
from qa.datatypes.clean_text import INSERTED
from qa.text.sanitizing import mask_controls

_TAB = " " * 4
_PIECE = re.compile("[^\u200b\t\r\n]+|\t")


class Style(Enum):
    """How a part looks."""

    TITLE = "title"
    HEADING = "heading"
    SUBHEADING = "subheading"
    TEXT = "text"
    CODE = "code"
    MUTED = "muted"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an article that begins a row of the screen."""

    clean: CleanText
    """What is drawn, with the place in the file of each character."""
    start: int
    """First character in the file that belongs to it, markup included."""
    style: Style = Style.TEXT
    """How it looks."""
    lead: str = ""
    """What is drawn before it, such as a bullet; further rows are indented by as much."""
    space: bool = False
    """Whether a blank row stands before it."""
    has_markup: bool = False
    """Whether the characters that are left out in it are Markdown."""
    cells: tuple[CleanText, ...] = ()
    """The cells of a table row; ``clean`` is the row in one line."""
    widths: tuple[int, ...] = ()
    """The widest cell of each column of the table."""


def printable(clean: CleanText) -> CleanText:
    """Return a text without control characters, with spaces for tabs; all others keep their places in the file."""
    masked = mask_controls(clean.text)
    if masked == clean.text and not re.search("[\t\u200b\r\n]", masked):
        return clean
    texts: list[str] = []
    runs: list[Run] = []
    length = 0
    for match in _PIECE.finditer(masked):
        for run, first, last, (low, high) in clean.pieces(*match.span()):
            text = _TAB if match[0] == "\t" else clean.text[first:last]
            runs.append(Run(length, INSERTED if run.source == INSERTED else low, high - low, run.borrowed))
            texts.append(text)
            length += len(text)
    return CleanText("".join(texts), tuple(runs))
