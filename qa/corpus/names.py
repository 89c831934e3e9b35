"""What the names of a file and its folders say about an article: a readable name, and a date."""

from __future__ import annotations

import re
from datetime import date
from pathlib import PurePosixPath

from qa.corpus.dates import parse_date

_ISO = r"(?P<year>1[5-9]\d\d|20\d\d)(?P<mark>[-_.]?)(?P<month>\d\d)(?P=mark)(?P<day>\d\d)"
_TIME = r"(?:(?:[T_ -]|(?<=\d{8}))[0-2]\d[-:.h]?[0-5]\d(?:[-:.]?[0-5]\d)?Z?(?!\d))?"
_DATE_FIRST = re.compile(rf"[\s_-]*{_ISO}{_TIME}(?!\d)[\s_.,-]*")
_DATE_LAST = re.compile(rf"(?:^|[\s_.,-]+)(?P<bracket>\()?{_ISO}{_TIME}(?(bracket)\))[\s_-]*$")
_IDENTIFIER = re.compile(r"[\s_-]+(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{16,}$", re.IGNORECASE)
"""Appended by programs that export notes."""
_DOTTED_FIRST = re.compile(r"[\s_-]*(?P<date>\d{1,2}\.\d{1,2}\.(?:1[5-9]|20)\d\d)(?!\d)[\s_.,-]*")
_DOTTED_LAST = re.compile(r"(?:^|[\s_.,-]+)(?P<date>\d{1,2}\.\d{1,2}\.(?:1[5-9]|20)\d\d)[\s_-]*$")
"""Day, month and year."""
_TOKEN = re.compile(r"[^\W_]+")
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_NUMBERED = re.compile(r"([^\W\d_]+)\d+")

_GENERIC = set(
    "a an and article articles attachment chapter contents content copy default doc docs document documents draft"
    " drafts entry export file files home img image index main md new no note notes of output page pages paragraph part"
    " post posts readme report sample scan section tmp temp text texts the title txt unnamed untitled".split()
)
"""Words that say nothing about an article, even together."""
_GENERIC_FOLDERS = {
    *_GENERIC,
    *"archive blog corpus data folder markdown private public root site src static www".split(),
}
_MONTHS = set("january february march april may june july august september october november december".split())
_SHORTEST_NUMBERED = 4
"""Letters before a number that make it a name, as in Apollo11; fewer are a counter."""
_SHORTEST_HASH = 8
_SHORTEST_IDENTIFIER = 16


def name_of(path: str) -> str:
    """Return the readable name of the file, without its date; empty if it says nothing about the article."""
    return _readable(_stem(path), _GENERIC)


def folder_names(path: str) -> tuple[str, ...]:
    """Return the readable names of the folders above the file, outermost first, without those that say nothing."""
    folders = PurePosixPath(path).parts[:-1]
    names = (_readable(folder, _GENERIC_FOLDERS | _MONTHS) for folder in folders if not folder.startswith((".", "/")))
    return tuple(name for name in names if name)


def date_of(path: str) -> date | None:
    """Return the date at the start or end of the file's name, if there is one."""
    for match in _dates(_stem(path)):
        return _day(match)
    return None


def _stem(path: str) -> str:
    return PurePosixPath(path).stem


def _dates(name: str) -> list[re.Match[str]]:
    """Return the date at the start of ``name``, or else at its end."""
    matches = (
        _DATE_FIRST.match(name),
        _DATE_LAST.search(name),
        _DOTTED_FIRST.match(name),
        _DOTTED_LAST.search(name),
    )
    return [match for match in matches if match and _day(match)][:1]


def _day(match: re.Match[str]) -> date | None:
    dotted = match.groupdict().get("date")
    return parse_date(dotted or "{year}-{month}-{day}".format(**match.groupdict()))


def _readable(name: str, generic: set[str]) -> str:
    for match in _dates(name):
        name = name[: match.start()] + name[match.end() :]
    name = _IDENTIFIER.sub("", name)
    tokens = _TOKEN.findall(name)
    if _is_identifier(tokens) or not any(_says_something(token, generic) for token in tokens):
        return ""
    # A hyphen in a name with spaces is part of a word, as in "Jean-Luc Brink".
    separators = "_" if " " in name.strip() else "_-"
    return " ".join(re.sub(f"[{separators}]", " ", name).split())


def _says_something(token: str, generic: set[str]) -> bool:
    numbered = _NUMBERED.fullmatch(token)
    word = numbered[1] if numbered else token
    if not word.isalpha() or word.lower() in generic or _is_hash(token):
        return False
    shortest = _SHORTEST_NUMBERED if numbered else 2
    return len(word) >= shortest or not word.isascii()


def _is_identifier(tokens: list[str]) -> bool:
    """Whether the tokens are the parts of one identifier, as in a UUID."""
    joined = "".join(tokens)
    return len(joined) >= _SHORTEST_IDENTIFIER and _is_hash(joined)


def _is_hash(token: str) -> bool:
    return len(token) >= _SHORTEST_HASH and _HEX.fullmatch(token) is not None and not token.isalpha()
