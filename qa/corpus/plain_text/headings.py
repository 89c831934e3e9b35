"""Which lines are headings. A wrong heading is worse than none: whatever is in doubt is a paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from qa.corpus.plain_text.items import marker_of
from qa.corpus.plain_text.lines import Line, begins_lower
from qa.corpus.speakers import TURN

_LONGEST = 90
_MOST_WORDS = 12
_FEW_WORDS = 8
_FEW_CAPITALS = 5
"""Words of a heading that only its capitals show; longer ones in news are links to other articles."""
_UNDERLINE_DEPTHS = {"=": 1, "-": 2, "~": 3}
_CAPITALS_DEPTH = 1
_SHORT_LINE_DEPTH = 2

_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})(?P<dot>\.?)\s+(?=[A-Z])")
_PART = re.compile(
    r"(?P<kind>book|volume|part|chapter|act|canto|appendix|section|scene)\s+"
    r"(?:\d{1,3}|[ivxlcdm]{1,8}|[a-z]|the (?:first|last)|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?:\.?\Z|(?P<separator>[.:]|\s?[\u2013\u2014-]+)\s)",
    re.IGNORECASE,
)
_PART_DEPTHS = {"book": 1, "volume": 1, "part": 1, "section": 3, "scene": 3}
_CHAPTER_DEPTH = 2
_LINK_WORDS = frozenset(
    "advertisement advertisements app click comments newsletter read related share subscribe".split()
)
"""Words of the links between the paragraphs of web pages."""
_ADDRESS = re.compile(r"@|://|www\.")


class Headings:
    """Recognises the headings among the lines of a document."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._copies = Counter(line.text for line in lines if line.width <= _LONGEST)
        gaps = Counter(line.gap for line in lines if line.gap)
        self._usual_gap = min((gap for gap, count in gaps.items() if count == max(gaps.values())), default=1)
        self._numbered = {match["number"] for index in range(len(lines)) if (match := self._number(index))}

    def depth(self, index: int) -> int:
        """Return the level of the heading at ``index``, from 1; 0 if it is none."""
        line = self._lines[index]
        if line.width > _LONGEST or index + 1 == len(self._lines):
            return 0
        if TURN.match(line.text) and not self._introduces_list(index):
            return 0
        if self.is_underlined(index):
            return _UNDERLINE_DEPTHS[self._lines[index + 1].text[0]]
        if not self._is_alone(index) or line.text.count(" ") >= _MOST_WORDS:
            return 0
        return self._part_depth(line) or self._numbered_depth(index) or self._unmarked_depth(index)

    def is_part(self, index: int) -> bool:
        """Whether the line is a heading such as "CHAPTER IV", whose title may stand below."""
        return bool(self._part_depth(self._lines[index]))

    def is_underlined(self, index: int) -> bool:
        """Whether the line is underlined by the next one."""
        if index + 1 >= len(self._lines):
            return False
        line, below = self._lines[index], self._lines[index + 1]
        mark = below.text[0]
        return (
            below.gap == 0
            and line.gap > 0
            and mark in _UNDERLINE_DEPTHS
            and len(below.text) > 2
            and set(below.text) == {mark}
            and any(character.isalnum() for character in line.text)
            and abs(len(below.text) - len(line.text)) <= max(3, len(line.text) // 4)
        )

    def _is_alone(self, index: int) -> bool:
        line, below = self._lines[index : index + 2]
        return line.gap > 0 and (below.gap > 0 or self._introduces_list(index))

    def _introduces_list(self, index: int) -> bool:
        return self._lines[index].text[-1] == ":" and marker_of(self._lines[index + 1]) is not None

    def _part_depth(self, line: Line) -> int:
        match = _PART.match(line.text)
        if (
            not match
            or begins_lower(line)
            or (match["separator"] and _ends_with(line, ".!?,;:") and not line.text.isupper())
        ):
            return 0
        return _PART_DEPTHS.get(match["kind"].casefold(), _CHAPTER_DEPTH)

    def _number(self, index: int) -> re.Match[str] | None:
        """Return the number of a line that may be a heading; of single numbers the neighbours must not be numbered."""
        line = self._lines[index]
        if line.width > _LONGEST or index + 1 == len(self._lines) or not self._is_alone(index):
            return None
        match = _NUMBERED.match(line.text)
        if not match or _ends_with(line, ".!?,;:") or line.text.count(" ") >= _MOST_WORDS:
            return None
        dots = match["number"].count(".")
        if not dots and not match["dot"]:
            return None
        neighbours = [_NUMBERED.match(other.text) for other in self._lines[max(0, index - 1) : index + 2 : 2]]
        if index == 0:
            neighbours = [_NUMBERED.match(self._lines[1].text)]
        return None if any(other and other["number"].count(".") == dots for other in neighbours) else match

    def _numbered_depth(self, index: int) -> int:
        match = self._number(index)
        return match["number"].count(".") + 1 if match and len(self._numbered) > 1 else 0

    def _unmarked_depth(self, index: int) -> int:
        """Return the level of a line that only capitals or blank lines show to be a heading."""
        line, below = self._lines[index : index + 2]
        text = line.text
        words = text.casefold().rstrip(":").split()
        if self._copies[text] > 1 or _ADDRESS.search(text) or not _LINK_WORDS.isdisjoint(words):
            return 0
        if not text[0].isalnum() or not (text[-1].isalnum() or text[-1] in ')"\u201d:'):
            return 0
        if text.isupper():
            is_short = len(words) <= (_MOST_WORDS if line.gap > 1 else _FEW_CAPITALS)
            ends = text[-1] != ":" or self._introduces_list(index)
            letters = sum(1 for character in text if character.isalpha())
            return _CAPITALS_DEPTH if is_short and ends and letters >= 4 and 2 * letters > len(text) else 0
        is_set_off = line.gap > max(1, self._usual_gap) and len(below.text) > len(text)
        is_title = text[0].isupper() and len(words) <= _FEW_WORDS and ": " not in text
        return _SHORT_LINE_DEPTH if is_set_off and is_title and text[-1] not in ':"\u201d' else 0


def _ends_with(line: Line, marks: str) -> bool:
    return line.text[-1] in marks
