"""Records: each object of a JSON file, or line of JSON Lines or CSV, is an article, if it has running text."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from qa.corpus.decoding import decode
from qa.corpus.formats.extract import Extract
from qa.corpus.formats.record_fields import SHORT_TEXTS, TEXTS, Record, field_text, key_of, record_extract, text_key
from qa.corpus.formats.tables import table_extracts
from qa.corpus.formats.worker import LONGEST
from qa.corpus.loaders import UnreadableFile

NO_TEXT = "no field of running text, such as text or body"
_WORDS = 5
"""Words that the texts of records have on average, if they are texts."""
_WORDS_OF_SHORT = 12
"""The same for fields such as ``description``, which are labels in many files."""
_WORDS_OF_ONE = 40
"""Words of such a field if the file has a single object, as files of settings and packages do."""
_LISTS = tuple("articles items posts entries results records documents docs stories data rows feed".split())
"""Names of the list of records, if an object has several lists."""
_MANY = 20
"""Line numbers that a notice lists."""


def load(data: bytes, name: str) -> Iterator[Extract]:
    """Yield the records of a file.

    Raises:
        UnreadableFile: it is broken, or has no running text.
    """
    text = decode(data)[0]
    suffix = name.lower().rpartition(".")[2]
    if suffix in ("csv", "tsv"):
        yield from table_extracts(text, NO_TEXT)
        return
    if suffix == "json":
        yield from _of_json(text)
    else:
        yield from _of_lines(text)


def _of_json(text: str) -> Iterator[Extract]:
    try:
        value = _parsed(text)
    except ValueError as problem:
        if text.lstrip().startswith("{") and "\n" in text.strip():
            yield from _of_lines(text, f"is no JSON: {problem}")
            return
        raise UnreadableFile(f"is no JSON: {problem}") from None
    records = _records_in(value)
    if records is not None:
        yield from _articles(records)
    elif isinstance(value, dict):
        yield from _articles([value], is_single=True)
    else:
        raise UnreadableFile(NO_TEXT)


def _of_lines(text: str, problem_of_all: str = "is no JSON Lines: no line is an object") -> Iterator[Extract]:
    """Yield the records of JSON Lines; a broken line does not cost the others."""
    records: list[Record] = []
    broken = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = _parsed(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            broken.append(number)
        records.append(value if isinstance(value, dict) else {})
    if len(broken) * 2 > len(records) or not records:
        raise UnreadableFile(problem_of_all)
    shown = ", ".join(map(str, broken[:_MANY])) + (" …" if len(broken) > _MANY else "")
    yield from _articles(records, f"lines that are no JSON: {shown}" if broken else "")


def _parsed(text: str) -> Any:
    return json.loads(text, parse_int=_whole)


def _whole(digits: str) -> int | float:
    """Return a whole number; a very long one, which Python refuses to convert, is no number of anything."""
    return int(digits) if len(digits) < 20 else float(digits)


def _records_in(value: Any, depth: int = 2) -> list[Record] | None:
    """Return the list of records with texts that a value is or holds; None without one, or if it is a record itself."""
    if isinstance(value, list):
        listed: list[Record] = [item if isinstance(item, dict) else {} for item in value]
        return listed if text_key(listed) else None
    if not isinstance(value, dict) or not depth or text_key([value]) in TEXTS:
        return None
    lists = {key_of(str(name)): records for name, inner in value.items() if (records := _records_in(inner, depth - 1))}
    named = next((lists[name] for name in _LISTS if name in lists), None)
    return named or max(lists.values(), key=len, default=None)


def _articles(records: Sequence[Record], notice: str = "", *, is_single: bool = False) -> Iterator[Extract]:
    key = text_key(records)
    if key is None:
        raise UnreadableFile(NO_TEXT)
    keys = [key if field_text(record, key).strip() else text_key([record]) or key for record in records]
    texts = [field_text(record, own) for record, own in zip(records, keys, strict=True)]
    counts = [len(text.split()) for text in texts if text.strip()]
    least = (_WORDS_OF_ONE if is_single else _WORDS_OF_SHORT) if key in SHORT_TEXTS else _WORDS
    if not counts or sum(counts) < least * len(counts):
        raise UnreadableFile(NO_TEXT)
    if empty := sum(not text.strip() for text in texts):
        notice = notice or f"{empty} of {len(texts)} records have no text"
    for number, (record, own, text) in enumerate(zip(records, keys, texts, strict=True), 1):
        if not text.strip():
            continue
        if len(text) > LONGEST and not is_single:
            text, notice = text[:LONGEST], f"record {number} cut off after {LONGEST:,} characters"
        extract = record_extract(record, text, 0 if is_single else number, (own,))
        yield _with_notice(extract, notice)
        notice = ""


def _with_notice(extract: Extract, notice: str) -> Extract:
    return replace(extract, notice=notice) if notice else extract
