"""The text of a page as PDFium has it: stretches of words on one baseline, with their places and fonts."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_BOLD = re.compile(r"bold|black|heavy|demi|bx\d|-bd\b", re.IGNORECASE)
_BOLD_WEIGHT = 650
_HYPHENS = frozenset((0x02, 0xFFFE))
"""What PDFium has for a hyphen at the end of a line."""
_WIDEST_SPACE = 1.0
"""Of two words of a stretch, in font sizes; columns are farther apart."""
_NAME_LENGTH = 128
BULLETS = "\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u25a0\u25a1\u2043\u2219\u00b7"
"""Signs in front of the items of a list."""
_MARK = re.compile(rf"[{BULLETS}*o\u2013-]|\(?(?:\d{{1,3}}|[a-z])[.)]")
"""What stands in front of an item, at some distance."""
_MARK_DISTANCE = 3.5
"""Of an item from its mark, in font sizes."""


class Word(NamedTuple):
    """A word on a page, turned upright; coordinates in points, from top to bottom."""

    text: str
    x0: float
    x1: float
    y: float
    """Of its baseline."""
    size: float
    """Of its font."""
    bold: bool
    turn: int
    """How it is rotated on the page, in right angles."""


@dataclass(slots=True)
class Segment:
    """Words beside each other, with no wide gap between them, as the file has them in a row."""

    words: list[Word]
    order: int
    """Its number in the file."""
    text: str = field(init=False)
    x0: float = field(init=False)
    x1: float = field(init=False)
    y: float = field(init=False)
    size: float = field(init=False)
    bold: bool = field(init=False)

    def __post_init__(self) -> None:
        words = self.words
        self.text = " ".join(word.text for word in words)
        self.x0, self.x1 = words[0].x0, max(word.x1 for word in words)
        sizes: Counter[float] = Counter()
        baselines: Counter[float] = Counter()
        for word in words:
            sizes[word.size] += len(word.text)
            baselines[word.y] += len(word.text)
        self.size = max(sizes, key=sizes.__getitem__)
        self.y = max(baselines, key=baselines.__getitem__)
        self.bold = sum(len(word.text) for word in words if word.bold) * 2 > sum(sizes.values())


class PageText(NamedTuple):
    """The text of a page."""

    segments: list[Segment]
    height: float
    """Of the page as it is shown, in points."""
    unmapped: int
    """Words whose letters are not known."""


def page_text(page: pdfium.PdfPage) -> PageText:
    """Return the text of a page; what stands across the others, such as a stamp in the margin, is left out."""
    textpage = page.get_textpage()
    try:
        words, unmapped = _Words(textpage.raw).read()
    finally:
        textpage.close()
    turns = Counter(word.turn for word in words)
    turn = turns.most_common(1)[0][0] if turns else 0
    left, bottom, right, top = page.get_bbox()
    origin = (top, right, -bottom, -left)[turn]
    upright = [word._replace(y=origin - word.y) for word in words if word.turn == turn]
    height = top - bottom if turn % 2 == 0 else right - left
    return PageText(_segments(upright), height, unmapped)


class _Words:
    """Reads the words of a page with few calls for each: PDFium answers each question about a character on its own."""

    def __init__(self, page: Any) -> None:
        self._page = page
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._matrix, self._box = raw.FS_MATRIX(), raw.FS_RECTF()
        self._name, self._flags = ctypes.create_string_buffer(_NAME_LENGTH), ctypes.c_int()

    def read(self) -> tuple[list[Word], int]:
        """Return the words, and how many of them cannot be read."""
        words: list[Word] = []
        letters: list[str] = []
        unmapped = first = 0
        count = raw.FPDFText_CountChars(self._page)
        for index in range(count + 1):
            code = raw.FPDFText_GetUnicode(self._page, index) if index < count else 32
            is_hyphen = code in _HYPHENS
            char = "-" if is_hyphen else chr(code) if code < 0xD800 or code > 0xDFFF else "\ufffd"
            if not char.isspace():
                first = first if letters else index
                letters.append(char)
            if (char.isspace() or is_hyphen) and letters:
                text = "".join(letters)
                letters = []
                word = self._word(text, first, index if is_hyphen else index - 1)
                unmapped += self._is_unmapped(text, first)
                if word:
                    words.append(word)
        return words, unmapped

    def _is_unmapped(self, text: str, first: int) -> bool:
        if len(text) > 1 and any(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " " for char in text):
            return True
        return bool(raw.FPDFText_HasUnicodeMapError(self._page, first) == 1)

    def _word(self, text: str, first: int, last: int) -> Word | None:
        page, x, y, matrix, box = self._page, self._x, self._y, self._matrix, self._box
        found = raw.FPDFText_GetCharOrigin(page, first, x, y) and raw.FPDFText_GetMatrix(page, first, matrix)
        if not found or not raw.FPDFText_GetLooseCharBox(page, last, box):
            return None
        scale = math.hypot(matrix.c, matrix.d)
        turn = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
        size = round(raw.FPDFText_GetFontSize(page, first) * scale, 1)
        if len(text) == 1 and "\uf000" <= text <= "\uf0ff":  # a sign of a symbol font, which lists use as bullets
            text = "\u2022"
        start, up = _turned(x.value, y.value, turn)
        ends = (_turned(box.left, box.bottom, turn)[0], _turned(box.right, box.top, turn)[0])
        return Word(text, start, max(*ends, start), round(up, 1), size, self._is_bold(first), turn)

    def _is_bold(self, index: int) -> bool:
        raw.FPDFText_GetFontInfo(self._page, index, self._name, _NAME_LENGTH, self._flags)
        name = self._name.value.decode("latin-1")
        return bool(_BOLD.search(name)) or raw.FPDFText_GetFontWeight(self._page, index) >= _BOLD_WEIGHT


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return coordinates on a page that is turned so that the text is upright."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _segments(words: list[Word]) -> list[Segment]:
    groups: list[list[Word]] = []
    for word in words:
        last = groups[-1][-1] if groups else None
        size = max(word.size, last.size) if last else 0
        is_mark = last and len(groups[-1]) == 1 and _MARK.fullmatch(last.text)
        widest = size * (_MARK_DISTANCE if is_mark else _WIDEST_SPACE)
        if last and abs(word.y - last.y) < size * 0.4 and -size * 0.3 < word.x0 - last.x1 < widest:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [Segment(group, order) for order, group in enumerate(groups)]
