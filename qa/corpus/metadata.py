"""Extracts an article's metadata, the place of each field, and where the body begins.

What the text states counts first: front matter or header lines, then the first lines of the body. The names of the
file and its folders count where the text says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qa.corpus.dates import date_marks, parse_date
from qa.corpus.fields import Head, Line, first_character, line_end, lines_of
from qa.corpus.front_matter import front_matter
from qa.corpus.header_lines import header_lines
from qa.corpus.names import date_of, name_of
from qa.corpus.titles import title_above, without_markup
from qa.datatypes import Field

_HEAD = 1_000
"""Characters at the start of the body that are searched for metadata."""
_LINES_WITH_BYLINE = 12
_LINES_BELOW_TITLE = 5
_NOBODY = {"", "unknown", "none", "n/a"}

_WEB_ADDRESS = re.compile(r"https?://(?:[^\s/@]*@)?(?:www\.)?(?P<host>[^\s/:?#@]+)(?:[:/?#]\S*)?", re.IGNORECASE)
_NAME_PART = r"(?:[^\W\d_a-z][\w.'’-]*|(?:van|von|de|da|del|della|den|der|di|du|el|la|le|bin|al|ter|ten|zu)\b)"
_PERSON = rf"[^\W\d_a-z][\w.'’-]*(?: {_NAME_PART}){{1,4}}"
_BYLINE = re.compile(
    rf"[\W_]*(?:[Ww]ritten )?(?:[Bb]y|BY) ?:? (?P<author>{_PERSON}(?:(?:, {_PERSON}){{0,4}},? (?:and|&) {_PERSON})?"
    r"|(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b)[^\W\d_a-z][\w.'’-]*(?=[\W_]*$))"
    r"(?:[\W_]*$|(?:,| ?[|·•–—(/]| -) ?[^\W_a-z].{0,80}(?<!\.)$)"
)
"""Who wrote the article: one name or several, which end the line or come before a role, an outlet or a date."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """The metadata of an article."""

    title: str
    """Its title, or else the name of its file, or the beginning of its first sentence for display."""
    has_title: bool
    """Whether ``title`` is a title or a name."""
    source: str | None
    """The outlet it names, or else the author."""
    published: date | None
    """The publication date, if stated in full."""
    body_start: int
    """First character after header lines or front matter."""
    fields: tuple[Field, ...] = ()
    """Its fields, in the order of the file; those that only the file's name states begin and end at 0."""
    notice: str = ""
    """What was wrong with its front matter, in one line; empty if nothing."""


def describe(text: str, path: str = "", head: Head | None = None) -> Metadata:
    """Return the metadata of the article ``text`` saved at ``path``; ``head`` if what stands above it is known."""
    head = head or front_matter(text) or header_lines(text) or Head((), 0)
    start = max(head.body_start, first_character(text))
    lines = [
        line._replace(text=" ".join(line.text.split())) for line in lines_of(text, start, min(len(text), start + _HEAD))
    ]
    fields = [_without_markup(field) for field in head.fields]
    fields += _address(fields)
    published, dates = _published(fields, text, lines, path)
    title, title_fields = _title(fields, text, lines, path)
    authors = _byline(text, lines, title) if _first(fields, "author") is None else []
    return Metadata(
        title,
        bool(title_fields) or _first(fields, "title") is not None,
        _source(fields),
        published,
        head.body_start,
        tuple(sorted([*fields, *dates, *title_fields, *authors], key=lambda field: (field.start, field.end))),
        head.notice,
    )


def _without_markup(field: Field) -> Field:
    return field._replace(value=without_markup(field.value)) if field.name == "title" else field


def _first(fields: Sequence[Field], name: str) -> Field | None:
    return next((field for field in fields if field.name == name), None)


def _at(name: str, value: str, text: str, line: Line) -> Field:
    """Return a field that stands on a line of the body, of which ``line`` may be only the beginning."""
    return Field(name, value, line.start, line_end(text, line.end))


def _title(fields: Sequence[Field], text: str, lines: Sequence[Line], path: str) -> tuple[str, list[Field]]:
    """Return the title, and the field for it unless it is one of ``fields`` or only the beginning of a sentence."""
    stated = _first(fields, "title")
    if stated:
        return stated.value, []
    title = title_above([line.text for line in lines])
    if title.line is not None:
        return title.text, [_at("title", title.text, text, lines[title.line])]
    name = name_of(path)
    return (name, [Field("title", name, 0, 0)]) if name else (title.text, [])


def _published(fields: Sequence[Field], text: str, lines: Sequence[Line], path: str) -> tuple[date | None, list[Field]]:
    """Return the publication date, and the dates that are not among ``fields``.

    The date of an update counts only if there is no other.
    """
    day = next(_days(fields, "date"), None)
    if day:
        return day, []
    new: dict[str, Field] = {}
    days: dict[str, date] = {}
    for mark in date_marks(line.text for line in lines):
        name = "updated" if mark.is_update else "date"
        if name not in new:
            new[name], days[name] = _at(name, mark.text, text, lines[mark.line]), mark.day
    named = date_of(path)
    if named and "date" not in new:
        new["date"], days["date"] = Field("date", named.isoformat(), 0, 0), named
    day = days.get("date") or next(_days(fields, "updated"), None) or days.get("updated")
    return day, list(new.values())


def _days(fields: Sequence[Field], name: str) -> Iterator[date]:
    days = (parse_date(field.value) for field in fields if field.name == name)
    return (day for day in days if day)


def _byline(text: str, lines: Sequence[Line], title: str) -> list[Field]:
    """Return who wrote the article, from its first lines or those below its title, above which a menu may stand."""
    headlines = [number for number, line in enumerate(lines) if line.text.lstrip("# ") == title]
    below = lines[headlines[0] + 1 :][:_LINES_BELOW_TITLE] if headlines else ()
    for line in (*lines[:_LINES_WITH_BYLINE], *below):
        match = _BYLINE.match(line.text)
        if match:
            return [_at("author", match["author"].rstrip(" *_"), text, line)]
    return []


def _source(fields: Sequence[Field]) -> str | None:
    """Return the outlet, of a source that is an address the host, or else the author."""
    named = (_first(fields, key) for key in ("source", "author"))
    values = (field.value for field in named if field and field.value.lower() not in _NOBODY)
    return next((_host(value) or value for value in values), None)


def _address(fields: Sequence[Field]) -> list[Field]:
    """Return the field for the address of the article if its source is one, as web clippers write it."""
    source = _first(fields, "source")
    if source is None or not _host(source.value) or _first(fields, "url"):
        return []
    return [source._replace(name="url")]


def _host(value: str) -> str:
    """Return the host in a web address, without "www."; empty if a text is none."""
    match = _WEB_ADDRESS.fullmatch(value)
    return match["host"].lower() if match else ""
