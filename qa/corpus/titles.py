"""Titles: which line above the text is the title, and how it reads without markup."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from qa.corpus.dates import without_date_mark
from qa.text.sanitizing import single_line
from qa.text.sentences import sentence_offsets

_LONGEST_TITLE = 120
_LONGEST_WRAPPED_LINE = 100
"""If the next line is longer, it is a paragraph, and the line above it may be a title; else it may be wrapped text."""
_DISPLAY = 80
"""Maximum length of a first sentence used as title."""
_LONGEST_FIELD = 500
"""Characters of a title in front matter that are shown."""

_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*$")
_UNDERLINE = re.compile(r"(?:=+|-+)\s*$")
_PICTURE = r"!\[[^\[\]]*\]\([^()]*\)"
_FURNITURE = re.compile(
    r"\W*$|\W*(?i:adverti[sz]e?ments?)\W*(?:$|By\b)|By\s*:?\s+[^\W\d_a-z]"
    rf"|<!--(?:(?!-->).)*-->$|%%[^%]*%%$|(?:{_PICTURE}|\[{_PICTURE}\]\([^()]*\)|\s)+$"
)
"""Lines that are not part of the text: advertisements, bylines, comments, pictures."""
_BLOCK_MARK = re.compile(r"(?:[-*+•>|]|\d+[.)])\s|<|[a-z][\w-]*:\s|[\w -]{1,30}::")
"""What begins a list item, quote, table or property: not a title."""

_MARKUP = [
    (re.compile(r"!\[([^\[\]]*)\]\([^()]*\)"), r"\1"),
    (re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]"), r"\1"),
    (re.compile(r"\[\^[^\[\]\s]+\]"), ""),
    (re.compile(r"\[([^\[\]]+)\]\([^()]*\)"), r"\1"),
    (re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)"), r"\2"),
    (re.compile(r"(?<![\w\\*~=])(\*{1,3}|~~|==)(?=[^\s*~=])(.+?)(?<=[^\s*~=\\])\1(?![\w*~=])"), r"\2"),
    (re.compile(r"(?<![\w\\])(_{1,3})(?=[^\s_])(.+?)(?<=[^\s_\\])\1(?!\w)"), r"\2"),
    (re.compile(r"\s*\{#[\w-]+\}$"), ""),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
]
"""Pictures, links, footnotes, code, emphasis, anchors and escaped characters."""


class Title(NamedTuple):
    """A title, and where it stands."""

    text: str
    """The title, or the beginning of the first sentence."""
    line: int | None
    """The line that is the title, counted from 0; None if the text is only the beginning of a sentence."""


def title_above(lines: Sequence[str]) -> Title:
    """Return the title above the text, or else the beginning of the first sentence."""
    for number, line in enumerate(lines):
        candidate = single_line(without_date_mark(line))
        if _FURNITURE.match(candidate):
            continue
        heading = _HEADING.match(candidate)
        if heading and not _FURNITURE.match(heading[1]):
            return Title(without_markup(heading[1]), number)
        if _is_title(candidate, lines[number + 1 :]):
            return Title(without_markup(candidate), number)
        return Title(_beginning(candidate), None)
    return Title(_beginning(" ".join(lines)), None)


def without_markup(title: str) -> str:
    """Return a title on one line, without the marks of links, pictures, code and emphasis."""
    plain = single_line(title[:_LONGEST_FIELD])
    for pattern, replacement in _MARKUP:
        plain = pattern.sub(replacement, plain)
    return single_line(plain) or single_line(title)


def _is_title(line: str, after: Sequence[str]) -> bool:
    if len(line) > _LONGEST_TITLE or not after or not any(after) or _BLOCK_MARK.match(line):
        return False
    if line.rstrip("\"'”’)]*_").endswith((".", ",", ";", ":")):
        return False
    following = after[0].strip()
    if not following or _UNDERLINE.match(following):
        return True
    return len(following) > len(line) and (len(following) > _LONGEST_WRAPPED_LINE or len(following) >= 2 * len(line))


def _beginning(line: str) -> str:
    """Return the first sentence of ``line``, truncated at a word boundary if it is long."""
    clean = single_line(line).lstrip(" .,;:–—-")
    sentences = sentence_offsets(clean)
    sentence = without_markup(clean[slice(*sentences[0])] if sentences else clean)
    if len(sentence) <= _DISPLAY:
        return sentence
    cut = sentence[: _DISPLAY + 1].rpartition(" ")[0] or sentence[:_DISPLAY]
    return cut.rstrip(" ,;:–—-") + "…"
