"""The text of a page as PDFium has it: stretches of words on one baseline, with their places and fonts."""

from __future__ import annotations

import ctypes
import math
import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

_BOLD = re.compile(r"bold|black|heavy|demi|bx\d|-bd\b", re.IGNORECASE)
_BOLD_WEIGHT = 650
_HYPHENS = frozenset((0x02, 0xFFFE))
"""What PDFium has for a hyphen at the end of a line."""
_WIDEST_SPACE = 1.0
"""Between two words of a stretch, in font sizes; columns are farther apart."""
_WIDER = 1.5
"""Than the narrowest gap of the line: the gap between columns and cells."""
_MANY_WORDS = 5
"""Words of a line of text; with fewer, all gaps may be those of a table."""
_WIDEST_JUSTIFIED = 1.6
"""Between words of justified text."""
_NARROWEST_CELL = 0.55
"""From the cell of a table to the next, where the file has no space."""
_WIDEST_GAP = 0.75
"""The same in text without spaces in the file, however wide the usual gap is."""
_KERNING = 0.08
"""Narrower gaps are within a word, although PDFium takes them for a space."""
_CAPITAL_KERNING = 0.22
"""The same behind a single capital letter."""
_SAME_LINE, _RAISED = 0.4, 0.6
"""How far apart the baselines of a line may be, in font sizes: of one size, or of two."""
_SMALL = 0.85
"""Of the size of the text: the number of a footnote."""
_LONGEST_MARK = 3
_NAME_LENGTH = 128
BULLETS = "\u2022\u2023\u25aa\u25ab\u25cf\u25cb\u25e6\u25a0\u25a1\u2043\u2219\u00b7"
"""Signs in front of the items of a list."""
_MARK = re.compile(rf"[{BULLETS}*o\u2013-]|\(?(?:\d{{1,3}}|[a-z])[.)]")
"""What stands in front of an item, at some distance."""
_SMALLEST_DOT, _LARGEST_DOT = 1.5, 8.0
"""Points that a drawn bullet is wide."""
_DOT_DISTANCE = 2.0
"""Of an item from the middle of a drawn bullet, in font sizes."""
_MOST_OBJECTS = 5_000
"""Objects of a page that are looked at: charts have more."""
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
    spaced: bool
    """Whether a space stands before it in the file, and not only on the page."""


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
        self.x0, self.x1 = words[0].x0, max(word.x1 for word in words)
        sizes: Counter[float] = Counter()
        baselines: Counter[float] = Counter()
        for word in words:
            sizes[word.size] += len(word.text)
            baselines[word.y] += len(word.text)
        self.size = max(sizes, key=sizes.__getitem__)
        self.y = max(baselines, key=baselines.__getitem__)
        self.text = " ".join(word.text for word in words if not self._is_mark(word)) or words[0].text
        self.bold = sum(len(word.text) for word in words if word.bold) * 2 > sum(sizes.values())

    def _is_mark(self, word: Word) -> bool:
        """Whether a word is the raised number of a footnote."""
        is_raised = word.size < _SMALL * self.size and word.y < self.y - 0.1 * self.size
        return is_raised and word.text.isdecimal() and len(word.text) <= _LONGEST_MARK


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
    dots = _dots(page) if turn == 0 else []
    return PageText(_segments(_with_bullets(upright, [(x, origin - y) for x, y in dots])), height, unmapped)


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
        spaced = False
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
                word = self._word(text, first, index if is_hyphen else index - 1, spaced)
                spaced = False
                unmapped += self._is_unmapped(text, first)
                if word:
                    words.append(word)
            if char == " " and index < count:
                spaced = raw.FPDFText_IsGenerated(self._page, index) == 0
        return words, unmapped

    def _is_unmapped(self, text: str, first: int) -> bool:
        if len(text) > 1 and any(char == "\ufffd" or "\ue000" <= char <= "\uf8ff" or char < " " for char in text):
            return True
        return bool(raw.FPDFText_HasUnicodeMapError(self._page, first) == 1)

    def _word(self, text: str, first: int, last: int, spaced: bool) -> Word | None:
        page, x, y, matrix, box = self._page, self._x, self._y, self._matrix, self._box
        has_origin = raw.FPDFText_GetCharOrigin(page, first, x, y) and raw.FPDFText_GetMatrix(page, first, matrix)
        if not has_origin or not raw.FPDFText_GetLooseCharBox(page, last, box):
            return None
        scale = math.hypot(matrix.c, matrix.d)
        turn = round(math.atan2(matrix.b, matrix.a) / (math.pi / 2)) % 4
        size = round(raw.FPDFText_GetFontSize(page, first) * scale, 1)
        if len(text) == 1 and "\uf000" <= text <= "\uf0ff":  # a sign of a symbol font, which lists use as bullets
            text = "\u2022"
        start, up = _turned(x.value, y.value, turn)
        ends = (_turned(box.left, box.bottom, turn)[0], _turned(box.right, box.top, turn)[0])
        return Word(text, start, max(*ends, start), round(up, 1), size, self._is_bold(first), turn, spaced)

    def _is_bold(self, index: int) -> bool:
        raw.FPDFText_GetFontInfo(self._page, index, self._name, _NAME_LENGTH, self._flags)
        name = self._name.value.decode("latin-1")
        return bool(_BOLD.search(name)) or raw.FPDFText_GetFontWeight(self._page, index) >= _BOLD_WEIGHT


def _turned(x: float, y: float, turn: int) -> tuple[float, float]:
    """Return coordinates on a page that is turned so that the text is upright."""
    return ((x, y), (y, -x), (-x, -y), (-y, x))[turn]


def _dots(page: pdfium.PdfPage) -> list[tuple[float, float]]:
    """Return the centres of small drawn shapes, which are bullets if an item follows."""
    dots = []
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(min(raw.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        drawn = raw.FPDFPage_GetObject(page.raw, index)
        if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_PATH:
            continue
        if raw.FPDFPageObj_GetBounds(drawn, left, bottom, right, top):
            width, height = right.value - left.value, top.value - bottom.value
            if _SMALLEST_DOT < width < _LARGEST_DOT and abs(width - height) < width / 4:
                dots.append(((left.value + right.value) / 2, (bottom.value + top.value) / 2))
    return dots


def _with_bullets(words: list[Word], dots: list[tuple[float, float]]) -> list[Word]:
    """Return the words with a bullet in front of each that has a drawn one beside it."""
    marked: list[Word] = []
    for word in words:
        last = marked[-1] if marked else None
        begins = last is None or abs(last.y - word.y) > word.size * 0.4 or word.x0 - last.x1 > word.size
        for x, y in dots if begins else ():
            if 0 < word.x0 - x < _DOT_DISTANCE * word.size and 0 < word.y - y < word.size * 0.7:
                marked.append(word._replace(text="\u2022", x0=x, x1=word.x0 - word.size / 4))
                break
        marked.append(word)
    return marked


def _segments(words: list[Word]) -> list[Segment]:
    groups: list[list[Word]] = []
    widest_gap = _widest_gap(words)
    for line in _lines(words):
        least = min((gap for before, word in pairwise(line) if (gap := _gap(before, word)) > _KERNING), default=0)
        groups.append(line[:1])
        for word in line[1:]:
            last = groups[-1][-1]
            gap = _gap(last, word)
            widest = _WIDEST_SPACE if word.spaced else widest_gap
            if len(groups[-1]) == 1 and _MARK.fullmatch(last.text):
                widest = _MARK_DISTANCE
            elif len(line) >= _MANY_WORDS:  # justified text has wide gaps everywhere
                widest = max(widest, min(least * _WIDER, _WIDEST_JUSTIFIED))
            if not -0.3 < gap < widest:
                groups.append([word])
            elif not word.spaced and _is_kerned(last.text, word.text, gap):
                groups[-1][-1] = last._replace(text=last.text + word.text, x1=word.x1)
            else:
                groups[-1].append(word)
    return [Segment(group, order) for order, group in enumerate(groups)]


def _lines(words: list[Word]) -> list[list[Word]]:
    """Return the words of each line, as far as the file has them in a row."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        tolerance = _SAME_LINE if last and last.size == word.size else _RAISED
        if last and abs(word.y - last.y) <= max(word.size, last.size) * tolerance:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _gap(before: Word, word: Word) -> float:
    """Return how far apart two words are, in font sizes."""
    size = max(before.size, word.size)
    return (word.x0 - before.x1) / size if size else 0


def _widest_gap(words: list[Word]) -> float:
    """Return the widest gap of words where the file has no space, in font sizes: cells of a table are farther apart."""
    if sum(word.spaced for word in words) * 2 > len(words):
        return _NARROWEST_CELL
    pairs = ((before, word) for before, word in pairwise(words) if before.y == word.y and word.size)
    gaps = sorted(gap for before, word in pairs if 0 < (gap := (word.x0 - before.x1) / word.size) < _WIDEST_SPACE)
    usual = gaps[len(gaps) // 2] if gaps else 0
    return min(max(2 * usual, _NARROWEST_CELL), _WIDEST_GAP)


def _is_kerned(before: str, after: str, gap: float) -> bool:
    """Whether PDFium has taken the gap behind a capital letter for a space, as in "T he"."""
    if not after[0].islower() or not before[-1].isalpha():
        return False
    return gap < _KERNING or (gap < _CAPITAL_KERNING and len(before) == 1 and before.isupper() and before not in "AIO")
