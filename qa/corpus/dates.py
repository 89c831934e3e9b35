"""Publication dates, as articles state them: date lines, bylines and datelines.

Dates are never guessed: one without a year, or an ambiguous one such as 03/04/2024, is ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from qa.text.english.patterns import YEARS

_NUMERIC = re.compile(r"(?:(\d{4})[-/](\d{1,2})[-/](\d{1,2})|(\d{1,2})([-/.])(\d{1,2})\5(\d{4}))(?!\d)")
_WORD = r"[^\W\d_]{3,9}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    r"(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    rf"|{_WORD}\s+{_DAY},?\s+\d{{4}}|{_DAY}\s+(?:of\s+)?{_WORD},?\s+\d{{4}})(?!\d)"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_TIME = r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?\s*(?:[ap]\.?m\.?\b)?\s*(?:(?-i:GMT|UTC|[A-Z]{1,3}T)\b)?"
_THEN_TIME = rf"(?:[\s,|–—-]+(?:at\s+)?{_TIME})?"
_NO_PROSE = r"(?!,?\s+(?!(?:at|by|updated)\b)(?-i:[a-z]))"
"""A date mark ends its line or is followed by the article; if its sentence continues, it is ordinary prose."""

_LABEL = r"(?:first\s+|last\s+|originally\s+)?(?P<label>published|posted|updated|modified|dated?)"
_LABELLED = re.compile(
    rf"\W*{_LABEL}\b(?:\s+(?:on|at|online))?\s*[:|–—-]?\s*(?:{_TIME},?\s*)?{_WEEKDAY}{_DATE}{_NO_PROSE}{_THEN_TIME}",
    re.IGNORECASE,
)
_ALONE = re.compile(rf"\W*{_WEEKDAY}{_DATE}(?:T\S+)?{_THEN_TIME}\W*$", re.IGNORECASE)
_DATELINE = re.compile(
    rf"\s*(?P<city>[^\W\d_][\w .'’-]{{1,40}}?)(?:,\s*[\w .'’-]{{2,30}})?,\s*{_DATE}\s*(?:\([^)]{{2,30}}\))?\s*[–—-]",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    rf"\s*by\b.{{2,80}}?(?:[,|·•–—-]|(?P<label>updated|published|posted)\s*:?)\s*{_WEEKDAY}{_DATE}{_NO_PROSE}",
    re.IGNORECASE,
)
_MAIL_DATE = re.compile(r"(?:[A-Z][a-z]{2},\s*)?\d{1,2}\s+[A-Z][a-z]{2}\s+\d{4}\s+\d{1,2}:\d{2}")
_UPDATES = {"updated", "modified"}


class DateMark(NamedTuple):
    """A date that a line states."""

    line: int
    """The line, counted from 0."""
    text: str
    """The date as written."""
    day: date
    """The date itself."""
    is_update: bool
    """Whether the article was updated on that day, not published."""


def date_marks(lines: Iterable[str]) -> Iterator[DateMark]:
    """Yield the dates of publication and of updates that the lines state."""
    for number, line in enumerate(lines):
        mark = _date_mark(line)
        day = parse_date(mark["date"]) if mark else None
        if mark and day:
            label = (mark.groupdict().get("label") or "").lower()
            yield DateMark(number, mark["date"], day, label in _UPDATES)


def without_date_mark(line: str) -> str:
    """Return ``line`` without the date at its start, if any."""
    mark = _ALONE.match(line) or _LABELLED.match(line)
    return line[mark.end() :] if mark else line


def parse_date(text: str) -> date | None:
    """Return the first full date in ``text``, if it is unambiguous."""
    day = _any_date(text)
    return day if day and day.year in YEARS else None


def _any_date(text: str) -> date | None:
    numeric = _NUMERIC.search(text)
    if numeric:
        return _numeric_date(numeric)
    worded = re.search(_DATE, text)
    if worded is None:
        return None
    if _MAIL_DATE.match(text):
        return _mail_date(text)
    # Imported late: dateparser takes 0.16 s to import and 0.3 s for its first date, needed only for worded dates.
    import dateparser

    parsed = dateparser.parse(
        worded["date"],
        languages=["en"],
        settings={"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"]},
    )
    return parsed.date() if parsed else None


def _mail_date(text: str) -> date | None:
    """Return the day of a date as mails state it, in the sender's time zone."""
    from email.utils import parsedate_to_datetime

    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, OverflowError):
        return None


def _date_mark(line: str) -> re.Match[str] | None:
    dateline = _DATELINE.match(line)
    if dateline and dateline["city"].isupper():
        return dateline
    return _LABELLED.match(line) or _ALONE.match(line) or _BYLINE.match(line)


def _numeric_date(match: re.Match[str]) -> date | None:
    if match[1]:
        return _date(match[1], match[2], match[3])
    readings = {_date(match[7], match[6], match[4]), _date(match[7], match[4], match[6])} - {None}
    return readings.pop() if len(readings) == 1 else None


def _date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
