"""Extracts an article's metadata: title, source, publication date, and where its body begins.

Everything is derived from the text, never from the file name, so renaming a file does not change its metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from qa.corpus.dates import parse_date, published_in, without_date_mark
from qa.text.sanitizing import single_line
from qa.text.sentences import sentence_offsets

_HEAD = 1_000
"""Characters at the start of the body that are searched for metadata."""
_HEADER = 4_000
"""Characters within which header lines or front matter must end."""
_LONGEST_TITLE = 120
_LONGEST_WRAPPED_LINE = 100
"""If the next line is longer, it is a paragraph, and the line above it may be a title; else it may be wrapped text."""
_DISPLAY = 80
"""Maximum length of a first sentence used as title."""

_LINE = re.compile(r"([^\r\n]*)(\r\n|\r|\n|\Z)")
_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z -]{0,20}):[ \t]*(.*)")
_FRONT_MATTER = re.compile(r"\s*^---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"#{1,6}[ \t]+(.*?)[ \t]*#*$")
_UNDERLINE = re.compile(r"(?:=+|-+)\s*$")
_FURNITURE = re.compile(r"\W*$|\W*(?i:adverti[sz]e?ments?)\W*(?:$|By\b)|By\s*:?\s+[^\W\d_a-z]")
_BLOCK_MARK = re.compile(r"(?:[-*+•>|]|\d+[.)])\s|<")

_FIELDS = {"headline": "title", "published": "date", "by": "author"}
_KNOWN = {"title", "date", "source", "author"}
_NOBODY = {"", "unknown", "none", "n/a"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of an article."""

    title: str
    """Its title, or the beginning of its first sentence for display."""
    has_title: bool
    """Whether ``title`` is a real title."""
    source: str | None
    """The outlet it names, or else the author."""
    published: date | None
    """The publication date, if stated in full."""
    body_start: int
    """First character after header lines or front matter."""


def describe(text: str) -> Metadata:
    """Return the metadata of ``text``."""
    fields, body_start = _front_matter(text) or _header_lines(text) or ({}, 0)
    lines = [" ".join(line.split()) for line, _ in _lines(text[body_start : body_start + _HEAD])]
    field = single_line(fields.get("title", ""))
    title, has_title = (field, True) if field else _title(lines)
    published = parse_date(fields.get("date", "")) or published_in(lines)
    return Metadata(title, has_title, _source(fields), published, body_start)


def _source(fields: dict[str, str]) -> str | None:
    names = (single_line(fields.get(key, "")) for key in ("source", "author"))
    return next((name for name in names if name.lower() not in _NOBODY), None)


def _lines(text: str) -> Iterable[tuple[str, int]]:
    """Yield each line and the offset at which the next one begins."""
    return ((line[1], line.end()) for line in _LINE.finditer(text))


def _front_matter(text: str) -> tuple[dict[str, str], int] | None:
    """Return the fields of YAML front matter and its end; invalid front matter is treated as text."""
    block = _FRONT_MATTER.match(text[:_HEADER])
    if block is None:
        return None
    import yaml

    try:
        # BaseLoader reads all scalars as strings, so a title such as 2024 or Yes is unchanged.
        loaded = yaml.load(block[1], Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError):
        return None
    if not isinstance(loaded, dict):
        return None
    fields: dict[str, str] = {}
    for key, value in loaded.items():
        items = value if isinstance(value, list) else [value]
        name = str(key).lower()
        fields.setdefault(_FIELDS.get(name, name), ", ".join(item for item in items if isinstance(item, str)))
    return fields, block.end()


def _header_lines(text: str) -> tuple[dict[str, str], int] | None:
    """Return the fields of ``Key: value`` lines at the top, and the end of the last line with a known key."""
    fields: dict[str, str] = {}
    end = 0
    for line, following in _lines(text[:_HEADER]):
        if not line.strip() and not fields:
            continue
        pair = _HEADER_LINE.fullmatch(line.strip())
        if pair is None:
            break
        name = _FIELDS.get(pair[1].lower(), pair[1].lower())
        fields.setdefault(name, pair[2])
        if name in _KNOWN:
            end = following
    if not fields.get("title") and not fields.get("date"):
        return None
    blank = re.compile(r"\s*").match(text, end)
    return fields, blank.end() if blank else end


def _title(lines: list[str]) -> tuple[str, bool]:
    """Return the title above the text and True, or else the beginning of the first sentence and False."""
    for number, line in enumerate(lines):
        candidate = without_date_mark(line).strip()
        if _FURNITURE.match(candidate):
            continue
        heading = _HEADING.match(candidate)
        if heading and not _FURNITURE.match(heading[1]):
            return single_line(heading[1]), True
        if _is_title(candidate, lines[number + 1 :]):
            return single_line(candidate), True
        return _beginning(candidate), False
    return _beginning(" ".join(lines)), False


def _is_title(line: str, after: list[str]) -> bool:
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
    sentences = sentence_offsets(clean[:_HEAD])
    sentence = clean[slice(*sentences[0])] if sentences else clean
    if len(sentence) <= _DISPLAY:
        return sentence
    cut = sentence[: _DISPLAY + 1].rpartition(" ")[0] or sentence[:_DISPLAY]
    return cut.rstrip(" ,;:–—-") + "…"
