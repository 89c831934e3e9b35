"""Building clean text from the characters of a file: what the reader sees, with the place of every character.

Ligatures, full-width forms, odd spaces, soft hyphens and decomposed accents are folded, so that search and reading
see the letters that people type.
"""

from __future__ import annotations

import re
import unicodedata

from qa.datatypes import CleanText, Offsets, Run
from qa.datatypes.clean_text import INSERTED

_INVISIBLE = "\u00ad\u200b\u2060\ufeff\r"
"""Soft hyphen, zero-width space, word joiner, byte order mark, and the other half of a line break."""
_ODD = re.compile(
    rf"(?![\ufb00-\ufb06])[^\W\d_](?:[{_INVISIBLE}]*[\u0300-\u036f])+"  # a letter and its accents
    r"|[\ufb00-\ufb06\uff01-\uff5e\u00a0\u2000-\u200a\u202f\u205f\u3000]"  # ligatures, full-width forms, spaces
    rf"|[{_INVISIBLE}]"
)
"""Characters that do not stand for themselves."""
_SURPLUS_SPACES = re.compile("(?<= ) +")


class CleanTextBuilder:
    """Collects clean text, piece by piece, from the text of a file."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._parts: list[str] = []
        self._runs: list[Run] = []
        self._length = 0

    def keep(self, start: int, end: int) -> None:
        """Add characters of the file, folded; line breaks become spaces."""
        position = start
        for match in _ODD.finditer(self._source, start, end):
            self._add(self._source[position : match.start()], position, match.start() - position)
            self._add(_folded(match[0]), match.start(), len(match[0]))
            position = match.end()
        self._add(self._source[position:end], position, end - position)

    def replace(self, text: str, start: int, end: int) -> None:
        """Add ``text``, which stands for these characters of the file as a whole."""
        self._add(text, start, end - start)

    def insert(self, text: str) -> None:
        """Add ``text`` that does not stand in the file."""
        self._add(text, INSERTED, 0)

    def append(self, clean: CleanText) -> None:
        """Add a clean text of the same file."""
        for index, run in enumerate(clean.runs):
            end = clean.runs[index + 1].start if index + 1 < len(clean.runs) else len(clean.text)
            self._add(clean.text[run.start : end], run.source, run.length, run.borrowed)

    def build(self) -> CleanText:
        """Return what was added, without white space at both ends."""
        clean = CleanText("".join(self._parts), tuple(self._runs))
        start, end = trimmed(clean.text, 0, len(clean.text))
        return clean if end - start == len(clean.text) else clean.cut(start, end)

    def _add(self, text: str, source: int, length: int, borrowed: bool = False) -> None:
        if not text:
            return
        text = text.replace("\n", " ")
        last = self._runs[-1] if self._runs else None
        size = self._length - last.start if last else 0
        continues = (
            last is not None
            and last.borrowed == borrowed
            and length == len(text)
            and last.length == size
            and last.source + size == source
            and INSERTED not in (source, last.source)
        )
        if last is not None and continues:
            self._runs[-1] = last._replace(length=size + length)
        else:
            self._runs.append(Run(self._length, source, length, borrowed))
        self._parts.append(text)
        self._length += len(text)


def cleaned(source: str, start: int, end: int) -> CleanText:
    """Return characters of a file that contain no markup as clean text."""
    builder = CleanTextBuilder(source)
    builder.keep(start, end)
    return builder.build()


def with_single_spaces(clean: CleanText, source: str) -> CleanText:
    """Return a clean text of the file ``source`` with one space instead of several."""
    builder = CleanTextBuilder(source)
    position = 0
    for match in _SURPLUS_SPACES.finditer(clean.text):
        builder.append(clean.cut(position, match.start()))
        position = match.end()
    builder.append(clean.cut(position, len(clean.text)))
    return builder.build() if position else clean


def trimmed(text: str, start: int, end: int) -> Offsets:
    """Return ``start`` and ``end`` without white space at both ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def folded(text: str) -> str:
    """Return ``text`` with odd characters folded, as in clean text."""
    return _ODD.sub(lambda match: _folded(match[0]), text)


def _folded(odd: str) -> str:
    shown = "".join(character for character in odd if character not in _INVISIBLE)
    return unicodedata.normalize("NFKC" if len(odd) == 1 or odd[0] >= "\ufb00" else "NFC", shown)
