"""Days as people type them on the command line: "2026-11-01", "1 November", "Monday", "yesterday", "last week"."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from qa.corpus.dates import parse_date
from qa.errors import UsageError
from qa.questions.periods import periods_in
from qa.text.english.patterns import WEEKDAY

_AGO = re.compile(r"\b(?:day|week|month|year)s? ago$", re.IGNORECASE)
_DAYS_AGO = {"today": 0, "yesterday": 1}
_WEEKDAY = re.compile(rf"(?:last )?{WEEKDAY}", re.IGNORECASE)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def first_day(text: str, today: date) -> date:
    """Return the day that ``text`` names, or the first day of a week, month or year, counted back from ``today``.

    A weekday is the last one before today.

    Raises:
        UsageError: it names none, or one in the future.
    """
    day = _named(" ".join(text.split()), today)
    if day is None:
        raise UsageError(f"'{text}' is no date", 'Give a date such as 2026-11-01, "1 November", Monday or yesterday.')
    if day > today:
        raise UsageError(f"{day} has not come yet", "Give a day that has.")
    return day


def _named(text: str, today: date) -> date | None:
    if text.lower() in _DAYS_AGO:
        return today - timedelta(_DAYS_AGO[text.lower()])
    if _WEEKDAY.fullmatch(text):
        weekday = _WEEKDAYS.index(text.lower().split()[-1])
        return today - timedelta((today.weekday() - weekday) % 7 or 7)
    since = f"since {text}"
    match periods_in(since, today):
        case [named] if (named.start, named.end) == (0, len(since)):
            return named.period.first
    return parse_date(text) or _relative(text, today)


def _relative(text: str, today: date) -> date | None:
    """Return the day of "3 days ago" or "a month ago"."""
    if not _AGO.search(text):
        return None
    # Imported late: dateparser takes 0.16 s to import and 0.3 s for its first date.
    import dateparser

    noon = datetime.combine(today, time(12))
    parsed = dateparser.parse(text, languages=["en"], settings={"PARSERS": ["relative-time"], "RELATIVE_BASE": noon})
    return parsed.date() if parsed else None
