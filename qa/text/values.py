"""Values that a phrase states: a number, a time or a name, and whether two of them cannot both be right.

A less exact value agrees with a more exact one ("July 2020" with "12 July 2020", "about 300" with 312, "Osk" with
"Karin Osk"), and values of different kinds or units are not compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from qa.text.english import word_list, word_set
from qa.text.english.patterns import DAY_OF_MONTH, MONTH, WEEKDAY, YEARS
from qa.text.words import related_stems, stem, words

Interval = tuple[float, float]
"""The least and the greatest number that a number with its rounding, or a time with its exactness, may mean."""

INFINITE = float("inf")
ROUNDING = 0.1
"""Share by which a number may be wrong that is said to be about right."""
BEFORE = 24
"""Characters before a phrase that may say how exact it is."""

_NUMERALS = {word: number for number, word in enumerate(word_list("numerals"))} | {
    word: 10.0 * (tens + 2)
    for tens, word in enumerate(("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"))
}
_SCALES = {
    "dozen": 12.0, "hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "mn": 1e6,
    "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
}  # fmt: skip
_NUMERAL = rf"(?:{'|'.join(_NUMERALS)})"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<figure>\d+(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)(?:st|nd|rd|th)?(?![\d])"
    rf"|\b(?P<numeral>{_NUMERAL}(?:[ -]{_NUMERAL})?)\b|\b(?P<one>an?)(?= (?:dozen|hundred|thousand|million|billion)\b)",
    re.IGNORECASE,
)
_SCALE = re.compile(
    r"[ -]?(dozen|hundred|thousand|million|billion|trillion)s?\b|(?-i:(k|m|mn|bn|b|tn|M|K|B)\b)", re.IGNORECASE
)
_ABOUT = re.compile(
    r"\b(?:about|around|approximately|approx\.?|some|roughly|nearly|almost|circa|ca?\.|estimated|close to|just \w+)\W*$"
    r"|~\s*$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"\b(?<!no )(?:more than|over|at least|above|upwards? of|exceed\w*|no fewer than|no less than)\W*$", re.IGNORECASE
)
_AT_MOST = re.compile(r"\b(?<!no )(?:less than|fewer than|under|at most|up to|below|no more than)\W*$", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|since|from|post)\W*$", re.IGNORECASE)
_BEFORE = re.compile(r"\b(?:before|until|till|by|prior to)\W*$", re.IGNORECASE)
_CURRENCIES = {"$": "dollar", "\u20ac": "euro", "\u00a3": "pound", "\u00a5": "yen", "\u20b9": "rupee"}
_CURRENCY = re.compile(rf"(?:US|AU?|CA?|NZ|HK)?([{''.join(_CURRENCIES)}])\s?$")
_UNIT = re.compile(r"[ -]?(%|per ?cent\b|percent\b|[A-Za-z]+)")
_ABBREVIATIONS = {
    "%": "percent", "per cent": "percent", "km": "kilometre", "m": "metre", "cm": "centimetre", "mm": "millimetre",
    "mi": "mile", "ft": "foot", "feet": "foot", "in": "inch", "inches": "inch", "kg": "kilogram", "g": "gram",
    "lb": "pound", "lbs": "pound", "h": "hour", "hr": "hour", "hrs": "hour", "min": "minute", "mins": "minute",
    "meter": "metre", "kilometer": "kilometre", "centimeter": "centimetre", "liter": "litre", "l": "litre",
}  # fmt: skip
_UNITS = frozenset(stem(word) for word in word_set("units")) | {"percent", "yen", "rupe"}

_YEAR = re.compile(r"(?<![\w.,$\u20ac\u00a3])([12]\d{3})(s?)(?![\w%]|,\d|\.\d|-[A-Za-z])")
_CENTURY = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)[ -]century\b", re.IGNORECASE)
_MONTH = re.compile(MONTH)
_DAY = re.compile(rf"\b({DAY_OF_MONTH})(?: of)? {MONTH}|{MONTH} ({DAY_OF_MONTH})\b(?!:)")
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_WEEKDAY = re.compile(WEEKDAY)
_CLOCK = re.compile(r"\b(\d{1,2})(?:[:.](\d\d))?\s?([ap])\.?m\b|\b(\d{1,2}):(\d\d)\b", re.IGNORECASE)
_RANGE = re.compile(r"\s*(?:[-\u2013\u2014]|to|and|through|until)\s*", re.IGNORECASE)
_MONTHS = {f"{date(2000, month, 1):%b}": month for month in range(1, 13)}
_CAPITALISED = re.compile(r"[^\W\d_]*[A-Z][\w.\u2019'-]*|\d+")
_TITLES = frozenset(
    word for name in ("offices", "roles") for item in word_list(name) for word in words(item)
) | {"mr", "mrs", "ms", "dr", "sir", "the", "of", "and", "de", "a", "an", "vice", "former", "st"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """What a phrase states."""

    numbers: tuple[Interval, ...] = ()
    """Its numbers."""
    decimals: int = 0
    """How many decimals they have; $7 may stand for $6.99."""
    unit: str = ""
    """The stem of what they count or measure, if it is known."""
    times: tuple[tuple[str, tuple[Interval, ...]], ...] = ()
    """The parts of its time that are known, such as ``year`` or ``clock``."""
    name: frozenset[str] = frozenset()
    """The words of its name, folded, without titles."""
    acronym: str = ""
    """The initials of its name."""

    @property
    def kind(self) -> str:
        """Return ``time``, ``number`` or ``name``, or an empty string if it is none of them."""
        return "time" if self.times else "number" if self.numbers else "name" if self.name else ""


def value_of(text: str, start: int, end: int, is_quantity: bool) -> Value:
    """Return the value that the phrase between two characters of ``text`` states.

    Args:
        text: a text.
        start: first character of the phrase.
        end: one past the last character.
        is_quantity: whether a number is asked for, so that 1900 is no year.
    """
    times = () if is_quantity else tuple(_times(text, start, end))
    if times:
        return Value(times=times)
    numbers = list(_numbers(text, start, end))
    capitalised = [word for word in _CAPITALISED.findall(text[start:end]) if word[0].isdigit() or word[0].isupper()]
    first = text[start:end].split(" ", 1)[0]
    if numbers and (is_quantity or first not in capitalised or first[:1].isdigit()):
        decimals = max(len(figure) for figure in re.findall(r"\d(?:\.(\d+))?(?!\d)", text[start:end]) or [""])
        return Value(tuple(interval for interval, _ in numbers), decimals, numbers[0][1])
    named = [word for piece in capitalised for word in words(piece) if word not in _TITLES and len(word) > 1]
    if not any(not word.isdigit() for word in named):
        return Value()
    return Value(name=frozenset(named), acronym="".join(word[0] for word in named))


def contradict(first: Value, second: Value) -> bool:
    """Whether two values are of one kind, and cannot both be right."""
    if not first.kind or first.kind != second.kind:
        return False
    if first.times:
        known = dict(second.times)
        return any(not _overlap(own, known[part]) for part, own in first.times if part in known)
    if first.numbers:
        measured = first.unit in _UNITS or second.unit in _UNITS
        if measured and first.unit and second.unit and first.unit != second.unit:
            return False
        return not _overlap(_rounded(first, second), _rounded(second, first))
    return not (_names(first, second) or _names(second, first))


def _names(first: Value, second: Value) -> bool:
    """Whether all words of one name are in another, or the first is the acronym of the other."""
    within = all(
        word in second.name or any(related_stems(stem(word), stem(w)) for w in second.name) for word in first.name
    )
    return within or first.name == {second.acronym}


def _rounded(value: Value, other: Value) -> list[Interval]:
    """Return the numbers of a value, a whole one with what it may be rounded from if another has decimals."""
    margin = 0.5 if value.decimals < other.decimals and not value.decimals else 0.0
    return [(low - margin, high + margin) for low, high in value.numbers]


def _overlap(first: Sequence[Interval], second: Sequence[Interval]) -> bool:
    """Whether two values may be the same; "over 7" and "over 9" are not, nor are "1914 to 1916" and "1914 to 1918"."""
    if len(first) == len(second) > 1:
        return all(_overlap([own], [other]) for own, other in zip(first, second, strict=True))
    return any(
        own == other
        if INFINITE in map(abs, own) and INFINITE in map(abs, other)
        else own[0] <= other[1] and other[0] <= own[1]
        for own in first
        for other in second
    )


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[Interval, str]]:
    """Yield each number with what it counts; a number of words, such as "two hundred", is one."""
    position = start
    for match in _NUMBER.finditer(text, start, end):
        if match.start() < position:
            continue
        value = _read(match)
        position, scale = match.end(), 1.0
        while scaled := _SCALE.match(text, position):
            scale *= _SCALES[(scaled[1] or scaled[2]).lower()]
            position = scaled.end()
        before = text[max(0, match.start() - BEFORE) : match.start()]
        currency = _CURRENCY.search(before)
        before = before[: currency.start()] if currency else before
        unit = _CURRENCIES[currency[1]] if currency else _unit(text, position)
        decimals = len((match["figure"] or "").partition(".")[2])
        margin = 0.5 * scale * 10**-decimals if scale > 1 and match["figure"] else 0.0
        yield _widened(value * scale, max(margin, ROUNDING * value * scale * bool(_ABOUT.search(before))), before), unit


def _read(match: re.Match[str]) -> float:
    if match["figure"]:
        return float(match["figure"].replace(",", ""))
    return (
        float(sum(_NUMERALS[word] for word in re.split(r"[ -]", match["numeral"].lower()))) if match["numeral"] else 1.0
    )


def _widened(value: float, margin: float, before: str) -> Interval:
    return _bounded(value - margin, value + margin, before, _AT_LEAST, _AT_MOST)


def _bounded(low: float, high: float, before: str, least: re.Pattern[str], most: re.Pattern[str]) -> Interval:
    """Return an interval without an upper end behind "more than", or without a lower one behind "up to"."""
    if least.search(before):
        return low, INFINITE
    return (-INFINITE, high) if most.search(before) else (low, high)


def _unit(text: str, position: int) -> str:
    match = _UNIT.match(text, position)
    word = match[1].lower() if match else ""
    return stem(_ABBREVIATIONS.get(word, word))


def _times(text: str, start: int, end: int) -> Iterator[tuple[str, tuple[Interval, ...]]]:
    """Yield the parts of a time that a phrase states."""
    phrase = text[start:end]
    parts: dict[str, list[Interval]] = {
        "year": list(_years(text, start, end)),
        "month": [(number, number) for match in _MONTH.finditer(phrase) for number in [_MONTHS[match[0][:3]]]],
        "day": [(number, number) for match in _DAY.finditer(phrase) for number in [_day_number(match[1] or match[2])]],
        "weekday": [(number, number) for match in _WEEKDAY.finditer(phrase) for number in [_weekday_number(match[0])]],
        "clock": [(minutes, minutes) for match in _CLOCK.finditer(phrase) for minutes in [_minutes(match)]],
    }
    for iso in _ISO.finditer(phrase):
        for part, digits in zip(("year", "month", "day"), iso.groups(), strict=True):
            parts[part].append((int(digits), int(digits)))
    for part, intervals in parts.items():
        if intervals:
            yield part, tuple(intervals)


def _years(text: str, start: int, end: int) -> Iterator[Interval]:
    """Yield the years of a phrase; a decade, a century and a range are one interval."""
    last: tuple[int, int] | None = None
    for match in _YEAR.finditer(text, start, end):
        year = int(match[1])
        if year not in YEARS:
            continue
        low, high = year, year + 9 * bool(match[2])
        if last and _RANGE.fullmatch(text[last[1] : match.start()]):
            yield last[0], high
        last = low, match.end()
        yield _widened_year(low, high, text[max(0, match.start() - BEFORE) : match.start()])
    for match in _CENTURY.finditer(text, start, end):
        yield 100 * (int(match[1]) - 1), 100 * int(match[1])


def _widened_year(low: int, high: int, before: str) -> Interval:
    margin = 2 if _ABOUT.search(before) else 0
    return _bounded(low - margin, high + margin, before, _AFTER, _BEFORE)


def _day_number(text: str) -> int:
    return int(text.rstrip("stndrh"))


def _weekday_number(text: str) -> int:
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(text[:3])


def _minutes(match: re.Match[str]) -> int:
    if match[4]:
        return 60 * int(match[4]) + int(match[5])
    return 60 * (int(match[1]) % 12 + 12 * (match[3].lower() == "p")) + int(match[2] or 0)
