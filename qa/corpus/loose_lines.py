"""Reads front matter that is neither valid YAML nor TOML, by the look of each line."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.corpus.fields import Entry, Line, is_known

_KEY = r"[^\W\d][\w.$@/-]*(?: [\w.$@/-]+){0,3}"
_IS_KEY = re.compile(rf"[$@]?{_KEY}")
_KEY_LINES = {
    ":": re.compile(rf"([\"']?)([$@]?{_KEY})\1[ \t]*:(?:[ \t]+(.*)|$)"),
    "=": re.compile(rf"([\"']?)([$@]?{_KEY})\1[ \t]*=[ \t]*(.*)"),
}
_ITEM = re.compile(r"\s*[-*][ \t]+(.*)")
_NAME = re.compile(r"[\"']?name[\"']?\s*[:=]\s*(.*)")
_MAPPING = re.compile(r"\{.*?\bname[\"']?\s*[:=]\s*([^,}]*)")
_NESTED_KEY = re.compile(rf"{_KEY}\s*[:=](?:\s|$)")
_BLOCK_SCALAR = re.compile(r"[|>][+-]?\d?")
_QUOTES = "\"'"


def is_key(text: str) -> bool:
    """Whether ``text`` can be the key of a field: a few words at most."""
    return _IS_KEY.fullmatch(text) is not None


def looks_like_fields(lines: Iterable[Line], separator: str) -> bool:
    """Whether most of the lines state fields, or the first of them states a usual field; else they are prose."""
    keys = others = 0
    starts_with_known_key = False
    for line in lines:
        pair = _key_line(line, separator)
        if pair:
            starts_with_known_key |= not keys and not others and is_known(pair[2])
            keys += 1
        elif line.text[:1].strip() and not _ITEM.match(line.text) and line.text[0] not in "#[]{}":
            others += 1
    return others < keys or starts_with_known_key


def read_loosely(lines: Iterable[Line], separator: str) -> list[Entry]:
    """Return the entries of the lines; what is neither a key nor a list item continues the value above it."""
    entries: list[Entry] = []
    values: list[list[str]] = []
    for line in lines:
        stripped = line.text.strip()
        pair = _key_line(line, separator)
        if pair:
            entries.append(Entry(pair[2], "", line.start, line.end))
            values.append(_values(pair[3] or ""))
        elif stripped and entries and not stripped.startswith("#"):
            entries[-1] = entries[-1]._replace(end=line.end)
            _continue(values[-1], line.text)
    joined = [", ".join(value for value in several if value) for several in values]
    return [entry._replace(value=value) for entry, value in zip(entries, joined, strict=True)]


def _key_line(line: Line, separator: str) -> re.Match[str] | None:
    """Return the parts of a line with a key; an indented key is part of the value above it."""
    return _KEY_LINES[separator].fullmatch(line.text.rstrip())


def _continue(values: list[str], line: str) -> None:
    """Add a line below a key to the values of the key."""
    item = _ITEM.fullmatch(line)
    content = (item[1] if item else line).strip()
    name = _NAME.fullmatch(content)
    if name:
        values.append(_unquoted(name[1]))
    elif item:
        values += _values(content)
    elif _NESTED_KEY.match(content):
        return
    elif values and content not in ("]", "}"):
        values[-1] = f"{values[-1]} {content}".rstrip(_QUOTES)
    else:
        values += _values(content)


def _values(text: str) -> list[str]:
    """Return the values that stand on one line."""
    text = text.strip()
    mapping = _MAPPING.match(text)
    if mapping:
        return [_unquoted(mapping[1])]
    if text.startswith("[") and not text.startswith("[[") and "](" not in text:
        return [_unquoted(item) for item in text.strip("[]").split(",") if item.strip()]
    if _BLOCK_SCALAR.fullmatch(text) or text in ("]", "}"):
        return []
    return [_unquoted(text)] if text else []


def _unquoted(text: str) -> str:
    """Return ``text`` without the quotation marks around it, even if the second is missing."""
    text = text.strip().rstrip(",")
    if text[:1] in tuple(_QUOTES):
        quote = text[0]
        return text[1:].removesuffix(quote).replace("''" if quote == "'" else '\\"', quote).strip()
    return text
