"""What Markdown hides from its readers: comments, scripts, and what only a site generator understands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.datatypes import Offsets

_CLOSERS = {"%%": "%%", "<!--": "-->", "{%": "%}", "{{<": ">}}", "{{%": "%}}"}
"""What begins hidden text, and what ends it."""
_COMMENTS = ("%%", "<!--")
_OPENER = re.compile(
    r"(?P<fence>^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*(?P<ticks>```+|~~~+)[^\n]*\n)|(?P<code>`[^`\n]+`)"
    r"|(?P<admonition>^[ \t]*:::+[^\n]*$)|<(?P<tag>script|style)\b|%%|<!--|\{%|\{\{[<%]",
    re.MULTILINE | re.IGNORECASE,
)
_MARKERS = re.compile(r"[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*")
"""What precedes the text of a line: indentation, marks of quotes, and bullets."""
_FOLLOWS = re.compile(r"[ \t]*\S")
_LONGEST_MARKERS = 80
"""Longer markers are not recognised before hidden text."""
_FILLER = "\u200b"
"""A character that is invisible, but no white space, which would make the line code."""


def without_hidden(text: str, comments: bool) -> str:
    """Return Markdown with white space instead of what is hidden; all offsets stay.

    Of comments, only the marks are if ``comments``.
    """
    text = text.replace("\0", "\ufffd")
    parts: list[str] = []
    position = 0
    for start, end in _hidden(text, comments):
        parts += [text[position:start], _blank(text, start, end)]
        position = end
    return "".join([*parts, text[position:]])


def _hidden(text: str, comments: bool) -> Iterator[Offsets]:
    """Yield start and end of what is hidden, in order; code hides nothing."""
    unclosed: set[str] = set()
    position = 0
    while match := _OPENER.search(text, position):
        position = match.end()
        if match["code"]:
            continue
        if match["admonition"]:
            yield match.span()
            continue
        opener = match["ticks"] or (f"<{match['tag']}".lower() if match["tag"] else match[0])
        if opener in unclosed:
            continue
        closer = _closer(text, opener, match.end())
        if closer is None:
            # Searched once only: a file full of openers must not take quadratic time.
            unclosed.add(opener)
        elif match["ticks"]:
            position = closer[1]
        elif comments and opener in _COMMENTS:
            yield match.span()
            yield closer
            position = closer[1]
        else:
            yield match.start(), closer[1]
            position = closer[1]


def _closer(text: str, opener: str, position: int) -> Offsets | None:
    """Return start and end of what closes ``opener``, or None."""
    if opener[0] in "`~":
        match = re.compile(rf"^[ \t>]*{re.escape(opener)}[^\n]*$", re.MULTILINE).search(text, position)
    elif opener in _CLOSERS:
        start = text.find(_CLOSERS[opener], position)
        return (start, start + len(_CLOSERS[opener])) if start >= 0 else None
    else:
        match = re.compile(rf"</{opener[1:]}\s*>", re.IGNORECASE).search(text, position)
    return match.span() if match else None


def _blank(text: str, start: int, end: int) -> str:
    """Return white space, or fillers where text that follows on the line would otherwise be indented like code."""
    blank = re.sub(r"[^\r\n]", " ", text[start:end])
    before = re.split(r"[\r\n]", text[max(0, start - _LONGEST_MARKERS) : start])[-1]
    begins_line = len(blank.splitlines()) > 1 or _MARKERS.fullmatch(before)
    if begins_line and _FOLLOWS.match(text, end):
        width = len(blank) - len(blank.rstrip(" ")) - 1
        return blank[: len(blank) - width - 1] + _FILLER * width + " "
    return blank
