"""What front matter and header lines have in common: lines with their offsets, and the names of fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from qa.datatypes import Field
from qa.text.sanitizing import single_line

LONGEST_HEAD = 20_000
"""Characters within which front matter or header lines must end."""
BYTE_ORDER_MARK = "\ufeff"

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\r|\n|\Z)")
_NAMES = {
    "title": "title headline subject",
    "author": "author authors by byline writer writers creator from written_by author_name",
    "date": "date published created pubdate pub_date publish_date publishdate published_at published_on published_date"
    " publication_date date_published datepublished pubdatetime created_at date_created posted posted_on sent",
    "updated": "updated modified lastmod last_modified last_modified_at last_updated updated_at date_modified"
    " datemodified dateupdated date_updated moddatetime",
    "source": "source outlet publication publisher site site_name sitename",
    "tags": "tags tag keywords keyword categories category",
    "url": "url permalink canonical canonical_url source_url original_url",
    "language": "language lang",
}
_CANONICAL = {alias: name for name, aliases in _NAMES.items() for alias in aliases.split()}
_LINK = re.compile(r"!?\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]|!?\[([^\[\]]*)\]\([^()\s]*\)")
"""Links as Obsidian and Markdown write them."""
_BY = re.compile(r"^(?:written )?by:? +", re.IGNORECASE)
"""What a byline begins with."""
_ADDRESS = re.compile(r"\s*<[^<>\s@]*@[^<>\s]*>")


class Line(NamedTuple):
    """A line of a text."""

    text: str
    """Its characters, without the line break."""
    start: int
    """First character."""
    end: int
    """One past the last character."""
    following: int
    """First character of the next line."""


class Entry(NamedTuple):
    """A key and its value as they stand in the file."""

    key: str
    """The key, as written."""
    value: str
    """The value, without quotation marks; the items of a list are joined with a comma."""
    start: int
    """First character of the line of the key."""
    end: int
    """One past the last character of the last line of the value."""


class Head(NamedTuple):
    """What stands above the body of an article."""

    fields: tuple[Field, ...]
    """The fields that have a value, in order."""
    body_start: int
    """First character of the body."""
    notice: str = ""
    """What was wrong with it, in one line; empty if nothing."""


def lines_of(text: str, start: int, end: int) -> Iterator[Line]:
    """Yield the lines between ``start`` and ``end``; the last of them is empty."""
    for match in _LINE.finditer(text, start, end):
        yield Line(match[1], match.start(), match.end(1), match.end())


def first_character(text: str) -> int:
    """Return where ``text`` begins after a byte order mark, if there is one."""
    return len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0


def line_end(text: str, position: int) -> int:
    """Return the end of the line that contains ``position``."""
    line = _LINE.match(text, position)
    return line.end(1) if line else len(text)


def canonical(key: str) -> str:
    """Return the name of the field with this key: one name for all keys that mean the same."""
    lower = single_line(key).lower()
    return _CANONICAL.get(re.sub(r"[ -]", "_", lower), lower)


def is_known(key: str) -> bool:
    """Whether the key is about the article and not part of its content."""
    return canonical(key) in _NAMES


def fields_of(entries: Iterable[Entry]) -> tuple[Field, ...]:
    """Return the entries that have a value as fields; a subject is the title only if nothing else is."""
    listed = list(entries)
    has_title = any(entry.value and entry.key.lower() in ("title", "headline") for entry in listed)
    fields = []
    for entry in listed:
        name = canonical(entry.key)
        if name == "title" and has_title and entry.key.lower() == "subject":
            name = "subject"
        value = single_line(_LINK.sub(lambda link: link[1] or link[2] or "", entry.value))
        if name == "author":
            value = _BY.sub("", _ADDRESS.sub("", value)) or value
        if value:
            fields.append(Field(name, value, entry.start, entry.end))
    return tuple(fields)
