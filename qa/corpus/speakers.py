"""Who speaks: lines that name the author of a forum post, of quoted mail, or of a turn in an interview."""

from __future__ import annotations

import re

from qa.datatypes import Offsets

TURN = re.compile(
    r"(?P<name>[A-Z][A-Z.'\u2019-]+(?: [A-Z][A-Z.'\u2019-]*){0,4}"  # BRANDT, MR BRANDT
    r"|[A-Z][\w.'\u2019-]+(?: [A-Z][\w.'\u2019-]*){1,3})"  # Karin Brandt
    r"(?: \([^()\n]{1,40}\))?:(?=\s|\Z)"
)
"""The beginning of what somebody says in an interview, a play or minutes, with the name."""

_LONGEST_LINE = 160
_WORD = r"[^\W_][\w.'\u2019@-]*"
_NAME = rf"(?P<name>{_WORD}(?: {_WORD}){{0,4}}?)"
_LINES = (
    re.compile(rf"{_NAME} ?[|\u00b7\u2022] ?(?P<date>.+)"),
    re.compile(rf"{_NAME} (?:wrote|posted|replied|commented)(?: this)?(?: on|,)? (?P<date>.+)"),
    re.compile(rf"[Pp]ost(?:ed)? by:? {_NAME}(?:,| on| at| [\u00bb|\u00b7-]) (?P<date>.+)"),
)
_DATE_SEPARATOR = re.compile(r"[\s|,\u00b7\u2022\u00bb()]+")
_DATE_WORD = re.compile(
    r"#?\d[\d:./+\u2013-]*(?:st|nd|rd|th|am|pm|AM|PM|Z|h|m|T[\d:.]+(?:Z|[+-][\d:]+)?)?\.?:?|[+-]\d{2}:?\d{2}"
    r"|(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)(?:uary|ruary|ch|il|ust|ember|tember|ober)?[.:]?"
    r"|(?:Mon|Tue|Tues|Wed|Wednes|Thu|Thurs|Fri|Sat|Satur|Sun)(?:day)?[.:]?"
    r"|at|on|of|the|[ap]\.?m\.?:?|UTC:?|GMT:?|[A-Z]{2,4}T:?|(?:second|minute|hour|day|week|month|year)s?|ago:?"
    r"|[Tt]oday:?|[Yy]esterday:?|-|\u2013|\u2014|:",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"\b(?:\d{4}|\d{1,2}[:/.-]\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b|ago|today|yesterday)",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    "by date day home last note page photo post posted published time title today update updated version "
    "he she they it we you i who".split()
)

_VERB = re.compile(r"\b(?:wrote|writes|said|says|a \u00e9crit|escribi\u00f3|ha scritto)\s?:\Z")
_QUOTING = re.compile(r"(?:Quoting|.{0,60}\bschrieb)\s+(?P<name>[^:<\n]{1,80}?)\s*(?:<[^<>\s]*>\s*)?:\Z")
_ADDRESS = re.compile(r"\s*[<(\[](?P<address>[^<>()\[\]\s]+@[^<>()\[\]\s]+)[>)\]]\s*\Z")
_COMMENT = re.compile(r"\S+(?:@| at )\S+\s+\((?P<name>[^()]+)\)\s*")
_TIME_WORDS = re.compile(r"(?:(?:[ap]\.?m\.?|UTC|GMT|[A-Z]{2,4}T|at|on|In|On)\b\.?[\s:]*)+(?=\S)", re.IGNORECASE)


def speaker_line(line: str) -> Offsets | None:
    """Return start and end of the name in a line above a post: "name | date", "name wrote on date", "Posted by name".

    None if the line is of no such kind. It begins with its first visible character.
    """
    if len(line) > _LONGEST_LINE:
        return None
    for pattern in _LINES:
        match = pattern.fullmatch(line.rstrip())
        if match and _is_name(match["name"]) and _is_date(match["date"]):
            return match.span("name")
    return None


def attribution(line: str) -> Offsets | None:
    """Return start and end of the name in a line before quoted text: "On Monday, Lena Fisk wrote:".

    Without a name it is the address; None if the line is of no such kind.
    """
    post = speaker_line(line)
    if post:
        return post
    quoting = _QUOTING.match(line)
    verb = None if quoting else _VERB.search(line, max(0, len(line) - 20))
    if not quoting and not verb:
        return None
    start, end = quoting.span("name") if quoting else (0, verb.start() if verb else 0)
    address = _ADDRESS.search(line, max(start, end - 200), end)
    start, end = _last_words(line, start, address.start() if address else end)
    if start < end:
        return start, end
    return address.span("address") if address else None


def name_in_address(line: str) -> Offsets | None:
    """Return start and end of the name in ``Lena Fisk <lena@example.org>``, or of the address if it has none."""
    comment = _COMMENT.fullmatch(line)
    if comment:
        return comment.span("name")
    address = _ADDRESS.search(line, max(0, len(line) - 200))
    start, end = _stripped(line, 0, address.start() if address else len(line))
    if start < end:
        return start, end
    return address.span("address") if address else None


def _last_words(line: str, start: int, end: int) -> Offsets:
    """Return the words after the last date, comma or address before ``end``."""
    while end > start and (line[end - 1].isspace() or line[end - 1] in ",\"'"):
        end -= 1
    first = end
    while first > start and not line[first - 1].isdigit() and line[first - 1] not in ",<>()":
        first -= 1
    first, end = _stripped(line, first, end)
    time = _TIME_WORDS.match(line, first, end)
    return _stripped(line, time.end() if time else first, end)


def _stripped(line: str, start: int, end: int) -> Offsets:
    while start < end and (line[start].isspace() or line[start] in "\"'.:"):
        start += 1
    while end > start and (line[end - 1].isspace() or line[end - 1] in "\"',"):
        end -= 1
    return start, end


def _is_name(name: str) -> bool:
    """Whether this may be the name of a person or account: one word, or several that begin with a capital."""
    parts = name.split()
    if parts[0].casefold() in _NOT_NAMES or not any(letter.isalpha() for letter in name):
        return False
    return len(parts) == 1 or (parts[0][0].isupper() and parts[-1][0].isupper())


def _is_date(text: str) -> bool:
    """Whether the text is only a date, perhaps with a time and the number of a post."""
    parts = [part for part in _DATE_SEPARATOR.split(text) if part]
    return _DATED.search(text) is not None and all(_DATE_WORD.fullmatch(part) for part in parts)
