"""Lines of plain text, and clean text made of several of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from qa.datatypes import CleanText
from qa.text.clean_text import CleanTextBuilder, folded
from qa.text.english.patterns import ABBREVIATION_END

_LINE = re.compile(r"[^\n\r\f\v\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\n\r\f\v\u2028\u2029]")
_TAB = 4

_DIVIDED = re.compile(r"([^\W_]+)[-\u2010\u00ad]\Z")
_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.!?:\u2026][\"'\u201d\u2019)\]_*]*\Z")
_TITLE_END = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|Capt|Col|Gen|Lt|Sgt|Rev|Hon|vs|cf|No|Vol|pp?|[A-Z])\.\Z")
_DECORATION = frozenset("=*~_#+-\u2010\u2011\u2012\u2013\u2014\u2015\u2022\u00b7\u2500\u2501\u2550")


class Line(NamedTuple):
    """A line with at least one visible character."""

    start: int
    """Its first visible character in the file."""
    end: int
    """One past its last visible character."""
    text: str
    """The characters between."""
    indent: int
    """Columns before it; a tab goes to the next multiple of 4."""
    gap: int
    """Blank lines before it; 1 for the first line."""
    page: bool = False
    """Whether a form feed stands between it and the line before."""

    @property
    def width(self) -> int:
        """The column that it ends in."""
        return self.indent + len(self.text)

    def after(self, length: int) -> Line:
        """Return the rest of this line after ``length`` characters and the white space that follows them."""
        text = self.text[length:].lstrip()
        return self._replace(start=self.end - len(text), text=text, indent=self.indent + len(self.text) - len(text))


def lines_of(text: str, start: int) -> Iterator[Line]:
    """Yield the lines that are not blank, from character ``start``."""
    previous = start
    for match in _LINE.finditer(text, start):
        visible = match[0].strip()
        if not visible:
            continue
        before = match[0][: match[0].index(visible[0])]
        first = match.start() + len(before)
        is_first = previous == start
        breaks = sum(1 for _ in _BREAK.finditer(text, previous, first))
        yield Line(
            first,
            first + len(visible),
            visible,
            len(before.expandtabs(_TAB)),
            1 if is_first else breaks - 1,
            not is_first and text.find("\f", previous, first) >= 0,
        )
        previous = first + len(visible)


class Source:
    """The text of a file, from which clean text is made."""

    def __init__(self, text: str) -> None:
        self.text = text

    def clean(self, lines: Sequence[Line]) -> CleanText:
        """Return lines that were broken only to fit on the page, with spaces for the line breaks."""
        builder = CleanTextBuilder(self.text)
        for line, following in pairwise(lines):
            self.keep_before(builder, line, following)
        builder.keep(lines[-1].start, lines[-1].end)
        return builder.build()

    def keep_before(self, builder: CleanTextBuilder, line: Line, following: Line) -> None:
        """Add a line and the space after it; a word that is divided by a hyphen is put together."""
        divided = _DIVIDED.search(line.text[-60:]) if following.text[:1].islower() else None
        if divided is None or not divided[1][-1].isalpha():
            builder.keep(line.start, line.end)
            builder.replace(" ", line.end, line.end + 1)
            return
        rest = _LETTERS.match(following.text)
        whole = folded(divided[1] + (rest[0] if rest else "")).casefold()
        builder.keep(line.start, line.end - 1 if whole in self._words else line.end)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_LETTERS.findall(folded(self.text).casefold()))


def begins_lower(line: Line) -> bool:
    """Whether the first letter or digit is a lower-case letter."""
    return next((character for character in line.text if character.isalnum()), "").islower()


def begins_upper(line: Line) -> bool:
    """Whether the first letter or digit is a capital."""
    return next((character for character in line.text if character.isalnum()), "").isupper()


def ends_sentence(line: Line) -> bool:
    """Whether a sentence, or an introduction with a colon, ends with this line."""
    tail = line.text[-20:]
    return bool(_SENTENCE_END.search(tail)) and not (_TITLE_END.search(tail) or ABBREVIATION_END.search(tail))


def is_decoration(line: Line) -> bool:
    """Whether the line is only drawn, such as ``-----`` or ``* * *``."""
    drawn = line.text.replace(" ", "").replace("\t", "")
    return len(drawn) > 2 and _DECORATION.issuperset(drawn)
