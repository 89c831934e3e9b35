"""Days, months and years that a text names, as periods: "on 20 November", "since March", "between May and July 2023".

A day or month without a year is the latest one that is not after a reference day, such as that of the newest article.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from qa.text.english import written_out
from qa.text.english.patterns import DAY_OF_MONTH, MONTH, YEARS

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PART = (
    r"(?:(?:the )?(?P<part>(?:first|second|third|fourth|last) week|end|beginning|start|middle|early|mid|late)"
    r"(?: of| in)?[ -])?"
)
_POINT = re.compile(
    r"\b(?:(?P<iso>\d{4}-\d\d-\d\d)"
    rf"|{_PART}(?:(?P<day>{DAY_OF_MONTH})(?: of)? (?P<month>{MONTH})(?:,? (?P<year>[12]\d{{3}}))?"
    rf"|(?P<month_first>{MONTH})(?: (?P<day_last>{DAY_OF_MONTH})(?![\d:.,]\d|%))?"
    r"(?:,?(?: of)? (?P<year_last>[12]\d{3}))?"
    r"|(?P<relative>(?:this|last) (?:year|month|week))"
    r"|(?P<year_alone>1[5-9]\d\d|20\d\d)))(?![\w%-])(?!,\d)",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"(?:\b(?P<word>since|after|from|starting|before|until|till|up to|by|between|during|in|on|of|at|for|throughout"
    r"|within)"
    r"(?: the(?: (?:month|year|day) of)?)?)\s*$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:and|to|until|till|through|-|\u2013)\s*(?:the )?", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"may|march", re.IGNORECASE)
"""Months that are also ordinary words."""
_WEEKS = {"first week": (1, 7), "second week": (8, 14), "third week": (15, 21), "fourth week": (22, 28)}
_PARTS = _WEEKS | {"early": (1, 10), "beginning": (1, 10), "start": (1, 10), "mid": (11, 20), "middle": (11, 20)}
_LAST_DAYS = {"last week": 7, "late": 10, "end": 10}

_YEAR_AND_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_DAYS_BACK = {"today": 0, "yesterday": 1}


class Period(NamedTuple):
    """Days from the first to the last, both included; None if it is open."""

    first: date | None
    """The first day."""
    last: date | None
    """The last day."""

    @property
    def day(self) -> date | None:
        """The day, if it is only one."""
        return self.first if self.first == self.last else None

    @property
    def is_usual(self) -> bool:
        """Whether it is a day, a month or a year."""
        return " to " not in self.in_words() and self.first is not None and self.last is not None

    def __contains__(self, day: object) -> bool:
        if not isinstance(day, date):
            return False
        return (self.first or date.min) <= day <= (self.last or date.max)

    def overlaps(self, first: date, last: date) -> bool:
        """Whether a day from ``first`` to ``last`` belongs to it."""
        return (self.first or date.min) <= last and first <= (self.last or date.max)

    def in_words(self) -> str:
        """Return it in words: "November 2023", "20 November 2023", "since 1 March 2023"."""
        first, last = self
        if first and last:
            if first == last:
                return written_out(first)
            if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
                return str(first.year)
            if first == date(last.year, last.month, 1) and last == _month(last.year, last.month).last:
                return f"{first:%B %Y}"
            return f"{written_out(first)} to {written_out(last)}"
        return f"since {written_out(first)}" if first else f"until {written_out(last)}" if last else "any time"


@dataclass(frozen=True, slots=True)
class NamedPeriod:
    """A period as a text names it."""

    start: int
    """First character, the preposition included."""
    end: int
    """One past the last character."""
    period: Period
    """The period."""
    preposition: str
    """The preposition before it, in lower case; empty if there is none."""


def periods_in(text: str, reference: date) -> list[NamedPeriod]:
    """Return the periods that ``text`` names, in order.

    A year alone, or a month that is also an ordinary word, counts only after a preposition: "since 2021", "in May".

    Args:
        text: a question or a sentence.
        reference: the day relative to which the text is understood.
    """
    points = [point for match in _POINT.finditer(text) if (point := _named(text, match, reference)) is not None]
    return list(_joined(text, points, reference))


def parse_period(text: str, today: date) -> Period | None:
    """Return the day, month, year or week that a whole text names, also "today" and "yesterday"; None if it is none.

    Args:
        text: such as "March 2024" or "last week".
        today: the day relative to which it is understood.
    """
    named = " ".join(text.lower().split())
    if named in _DAYS_BACK:
        day = today - timedelta(_DAYS_BACK[named])
        return Period(day, day)
    if month := _YEAR_AND_MONTH.fullmatch(named):
        named = f"{_MONTHS[int(month[2]) - 1]} {month[1]}"
    for whole in (f"in {named}", named):  # a year alone needs a preposition
        periods = periods_in(whole, today)
        if len(periods) == 1 and (periods[0].start, periods[0].end) == (0, len(whole)):
            period = periods[0].period
            return period if period.first and period.last else None
    return None


@dataclass(frozen=True, slots=True)
class _Point:
    match: re.Match[str]
    start: int
    preposition: str


def _named(text: str, match: re.Match[str], reference: date) -> _Point | None:
    before = _BEFORE.search(text[: match.start()])
    preposition = before["word"].lower() if before else ""
    joined = _JOINED.search(text[: match.start()])
    if not (preposition or joined) and _needs_preposition(match):
        return None
    return _Point(match, before.start() if before else match.start(), preposition)


def _needs_preposition(match: re.Match[str]) -> bool:
    if match["year_alone"]:
        return True
    month = match["month_first"]
    return bool(month) and not match["day_last"] and not match["year_last"] and bool(_AMBIGUOUS.fullmatch(month))


def _joined(text: str, points: list[_Point], reference: date) -> Iterator[NamedPeriod]:
    """Yield the period of each point, and one period for two points that are joined: "between May and July"."""
    index = 0
    while index < len(points):
        point, following = points[index], points[index + 1] if index + 1 < len(points) else None
        between = text[point.match.end() : following.match.start()] if following else ""
        if following and point.preposition in ("between", "from") and _JOINED.fullmatch(between):
            last = _period(following.match, reference)
            first = _period(point.match, last.last if last and last.last else reference)
            if first and last:
                yield NamedPeriod(point.start, following.match.end(), Period(first.first, last.last), point.preposition)
            index += 2
            continue
        period = _period(point.match, reference)
        if period:
            yield NamedPeriod(point.start, point.match.end(), _bounded(period, point.preposition), point.preposition)
        index += 1


def _bounded(period: Period, preposition: str) -> Period:
    """Return the period that begins or ends with one: "since March", "before 2022"."""
    first, last = period
    if preposition in ("since", "starting"):
        return Period(first, None)
    if preposition == "after" and last:
        return Period(last + timedelta(1), None)
    if preposition == "before" and first:
        return Period(None, first - timedelta(1))
    if preposition in ("until", "till", "up to", "by"):
        return Period(None, last)
    return period


def _period(match: re.Match[str], reference: date) -> Period | None:
    """Return the period of a match; None if there is no such day."""
    period = _any_period(match, reference)
    return period if period and all(day is None or day.year in YEARS for day in period) else None


def _any_period(match: re.Match[str], reference: date) -> Period | None:
    try:
        if match["iso"]:
            day = date.fromisoformat(match["iso"])
            return Period(day, day)
        if match["relative"]:
            return _relative(match["relative"].lower(), reference)
        if match["year_alone"]:
            return Period(date(int(match["year_alone"]), 1, 1), date(int(match["year_alone"]), 12, 31))
        return _in_month(match, reference)
    except ValueError:
        return None


def _in_month(match: re.Match[str], reference: date) -> Period:
    month = _MONTHS.index((match["month"] or match["month_first"])[:3].lower()) + 1
    number = re.sub(r"\D", "", match["day"] or match["day_last"] or "")
    year = match["year"] or match["year_last"]
    stated = int(number) if number else 1
    latest = reference.year if (month, stated) <= (reference.month, reference.day) else reference.year - 1
    whole = _month(int(year) if year else latest, month)
    if number:
        day = date(whole.first.year, month, stated)
        return Period(day, day)
    return _part(whole, (match["part"] or "").lower())


class _Month(NamedTuple):
    first: date
    last: date


def _month(year: int, month: int) -> _Month:
    return _Month(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _part(month: _Month, part: str) -> Period:
    if part in _PARTS:
        first, last = _PARTS[part]
        return Period(month.first.replace(day=first), month.first.replace(day=last))
    if part in _LAST_DAYS:
        return Period(month.last - timedelta(_LAST_DAYS[part] - 1), month.last)
    return Period(*month)


def _relative(words: str, reference: date) -> Period:
    which, unit = words.split()
    back = int(which == "last")
    if unit == "year":
        return Period(date(reference.year - back, 1, 1), date(reference.year - back, 12, 31))
    if unit == "month":
        first = reference.replace(day=1)
        return Period(*_month(*((first - timedelta(1)).timetuple()[:2] if back else (first.year, first.month))))
    monday = reference - timedelta(reference.weekday() + 7 * back)
    return Period(monday, monday + timedelta(6))
