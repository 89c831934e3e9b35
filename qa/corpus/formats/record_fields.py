"""Fields of records by their usual names: which is the text, which the title, and so on."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from qa.corpus.formats.extract import Extract
from qa.corpus.formats.plain_html import is_html, plain_html, without_html

TEXTS: Final = tuple(
    "articlebody fulltext fullcontent bodytext text body content contenttext contenthtml contentencoded maintext"
    " article story transcript selftext markdown".split()
)
"""Names of fields with the text of an article, best first; as ``key_of`` returns them."""
SHORT_TEXTS: Final = tuple("description summary abstract excerpt answer message comment review post notes note".split())
"""Names of fields with a short text, or with something else in records that are no articles."""
_NAMES: Final = {
    "title": "title headline heading subject name question",
    "author": "author authors byline creator dccreator writer from by",
    "date": "date datepublished published publishedat publishedon publicationdate pubdate publishdate publisheddate"
    " datecreated created createdat createdutc posted postedat isodate timestamp time",
    "updated": "updated updatedat modified datemodified modifiedat lastmodified",
    "source": "source outlet publisher publication site sitename website feed newspaper",
    "url": "url link permalink canonicalurl sourceurl href",
    "language": "language lang inlanguage locale",
    "tags": "tags keywords categories category section topics topic",
}
"""Names of the other fields, best first."""
_INSIDE = tuple("rendered name title text value content raw cdata en".split())
"""Names of the value that stands for a nested object, best first."""
_MILLISECONDS, _MICROSECONDS = 1e11, 1e14
"""Numbers from which a time counts milliseconds or microseconds instead of seconds."""
_DIGITS = re.compile(r"\d{9,16}(?:\.\d+)?")

Record = Mapping[str, Any]


def key_of(name: str) -> str:
    """Return the name of a field as all spell it who write ``full_text``, ``fullText`` or ``Full text``."""
    return re.sub(r"[\W_]+", "", name.lower())


def text_key(records: Iterable[Record]) -> str | None:
    """Return which field is the text of most records, in the spelling of ``key_of``; None if there is none."""
    counts: dict[str, int] = {}
    for record in records:
        for key in {key_of(name) for name, value in record.items() if text_of(value).strip()}:
            counts[key] = counts.get(key, 0) + 1
    half = max(counts.values(), default=0) / 2
    return next((key for key in (*TEXTS, *SHORT_TEXTS) if counts.get(key, 0) >= max(half, 1)), None)


def field_text(record: Record, key: str) -> str:
    """Return the value of a field as text; empty if the record has no such field."""
    return next((text_of(value) for name, value in record.items() if key_of(name) == key), "")


def text_of(value: Any) -> str:
    """Return a value as text: that of an object is what it is called, the values of a list are paragraphs."""
    if isinstance(value, Mapping):
        keys = {key_of(str(name)): inner for name, inner in value.items()}
        return next((text_of(keys[key]) for key in _INSIDE if keys.get(key)), "")
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(text_of, value)))
    return "" if value is None or isinstance(value, bool) else str(value)


def record_extract(record: Record, text: str, number: int, used: Iterable[str] = ()) -> Extract:
    """Return a record as an article.

    Args:
        record: its fields.
        text: of the article.
        number: of the record, from 1; 0 for the only one of its file.
        used: names of fields that have nothing else to say, as ``key_of`` returns them.
    """
    keys = {key_of(str(name)): value for name, value in reversed(list(record.items())) if key_of(str(name)) not in used}
    fields = []
    for name, aliases in _NAMES.items():
        value = next((shown for key in aliases.split() if (shown := _value(name, keys.get(key)))), "")
        if value and value != text:
            fields.append((name, value))
    locator = f"record {number}" if number else ""
    if is_html(text):
        parts = [part._replace(locator=locator) for part in plain_html(text)]
        return Extract(fields=tuple(fields), parts=tuple(parts), number=number)
    return Extract(fields=tuple(fields), text=without_html(text), locator=locator, number=number)


def _value(name: str, value: Any) -> str:
    if name in ("date", "updated"):
        return _date(value)
    if isinstance(value, list):
        return ", ".join(filter(None, (without_html(" ".join(text_of(inner).split())) for inner in value)))
    return without_html(" ".join(text_of(value).split()))


def _date(value: Any) -> str:
    """Return a date as it is written, or the day of a number of seconds or milliseconds since 1970, in UTC."""
    text = text_of(value).strip()
    if not _DIGITS.fullmatch(text) and not isinstance(value, float):
        return text if not isinstance(value, int) else ""
    seconds = float(text)
    if not math.isfinite(seconds):
        return ""
    if seconds >= _MICROSECONDS:
        seconds /= 1_000_000
    elif seconds >= _MILLISECONDS:
        seconds /= 1_000
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if 1e8 < seconds < 4e9 else ""
