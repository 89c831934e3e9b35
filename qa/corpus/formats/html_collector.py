"""Collects parts from the blocks and the text of a tree, as they begin and end."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from qa.corpus.formats.extract import Part
from qa.corpus.formats.html_tables import Cell, Row, row_parts, spanned
from qa.corpus.formats.html_tree import Element
from qa.datatypes import BlockKind
from qa.text.sentences import wrapped_groups

_BOLD_DEPTH = 7
"""The level of a heading in bold, below all real ones, as in Markdown."""
_LONGEST_BOLD = 60
"""Characters of a line in bold that is a heading."""
_LONGEST_HEADING = 500
"""Characters of a heading; a longer one is a paragraph."""
_SPACE = re.compile(r"\s+")
_TASK = re.compile(r"\s*([☐☑☒])\s*")
_POWER = re.compile(r"[0-9+−-]{1,6}")
_SUPERSCRIPT = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_SOFT = str.maketrans("", "", "\u00ad\u2060\ufeff")
"""Characters that only say where a line may break."""


class Walked(NamedTuple):
    """A part and where it comes from."""

    part: Part
    """The part."""
    element: Element
    """The innermost block that holds all of it."""
    linked: float
    """Which share of its characters is in links, from 0 to 1."""


@dataclass(slots=True)
class _List:
    """A list that is open."""

    group: int
    depth: int
    terms: list[str] = field(default_factory=list)
    """The terms that the next definition is about."""
    defined: bool = False
    """Whether there was a definition after the terms."""


@dataclass(slots=True)
class _Item:
    """An item that is open: of a list, or a definition."""

    of: _List
    begun: bool = False
    """Whether it has text already."""
    checked: bool | None = None


@dataclass(slots=True)
class _Line:
    """A line of text that is being collected."""

    pieces: list[str] = field(default_factory=list)
    length: int = 0
    """Characters that are no white space."""
    bold: int = 0
    """How many of them are bold."""
    linked: int = 0
    """How many of them are in links."""
    depth: int = 0
    """The level of a heading that the size of all its characters stands for; 0 for none."""

    def text(self) -> str:
        """Return it on one line."""
        return _SPACE.sub(" ", "".join(self.pieces)).strip()


class Collector:
    """Keeps track of what is open, and collects parts."""

    def __init__(self) -> None:
        self.parts: list[Walked] = []
        """What has been collected."""
        self.kinds: list[BlockKind] = []
        """The kinds of the quotes and captions that are open."""
        self.sizes: list[int] = []
        """The levels of headings that the sizes of fonts stand for."""
        self.heading = 0
        """The level of the heading that is open; 0 if none is."""
        self.bold = self.links = self.raised = self.code = self.notes = 0
        """How many elements of each sort are open."""
        self._lines = [_Line()]
        self._open: list[Element] = []
        self._lists: list[_List] = []
        self._items: list[_Item] = []
        self._in_term = False
        self._rows: list[Row] | None = None
        self._in_head = False
        self._cell: Element | None = None
        self._groups = 0

    def add(self, text: str | None) -> None:
        """Add text to the line."""
        if not text:
            return
        text = text.translate(_SOFT)
        if self.raised and _POWER.fullmatch(text.strip()):
            text = text.strip().translate(_SUPERSCRIPT)
        if self.code and not self._cell:
            first, *others = text.replace("\r", "").split("\n")
            self._lines[-1].pieces.append(first)
            self._lines += [_Line([line]) for line in others]
            return
        line = self._lines[-1]
        length = len(text) - sum(map(len, _SPACE.findall(text)))
        depth = self.sizes[-1] if self.sizes else 0
        if length:
            line.depth = depth if not line.length else min(line.depth, depth)
        line.pieces.append(text)
        line.length += length
        line.bold += length if self.bold else 0
        line.linked += length if self.links else 0

    def break_line(self) -> None:
        """Begin another line."""
        if self._cell is not None:
            self._lines[-1].pieces.append(" ")
        else:
            self._lines.append(_Line())

    def open(self, block: Element) -> None:
        """Begin a block."""
        self.flush()
        self._open.append(block)

    def close(self) -> None:
        """End a block."""
        self.flush()
        self._open.pop()

    def open_list(self) -> None:
        """Begin a list."""
        self._groups += 1
        self._lists.append(_List(self._groups, len(self._lists)))

    def close_list(self) -> None:
        """End a list."""
        ended = self._lists.pop()
        if ended.terms and not ended.defined:
            self._append(Part(BlockKind.PARAGRAPH, ", ".join(ended.terms)), 0)

    def open_item(self) -> None:
        """Begin an item of a list, or a definition."""
        if not self._lists:
            self._groups += 1
        self._items.append(_Item(self._lists[-1] if self._lists else _List(self._groups, 0)))

    def close_item(self) -> None:
        """End it."""
        item = self._items.pop()
        item.of.defined = True

    def open_term(self) -> None:
        """Begin a term, which the next definition is about."""
        self._in_term = bool(self._lists)
        if self._lists and self._lists[-1].defined:
            self._lists[-1].terms.clear()
            self._lists[-1].defined = False

    def close_term(self) -> None:
        """End it."""
        self._in_term = False

    def check(self, done: bool) -> None:
        """Make the item a task."""
        if self._items and not self._items[-1].begun:
            self._items[-1].checked = done

    def open_table(self) -> None:
        """Begin a table of data."""
        self._rows = []

    def open_table_part(self, element: Element, name: str) -> None:
        """Begin the head, a row or a cell of a table; nothing if it is layout."""
        if self._rows is None:
            return
        if name == "thead":
            self._in_head = True
        elif name == "tr":
            self._rows.append(Row(element, self._in_head))
        elif self._rows:
            self._cell = element

    def close_table_part(self, element: Element, name: str) -> None:
        """End it."""
        if name == "thead":
            self._in_head = False
        elif self._rows and self._cell is element:
            line, self._lines, self._cell = self._lines[0], [_Line()], None
            bold = 0 < line.length == line.bold
            across, down = spanned(element, "colspan"), spanned(element, "rowspan")
            self._rows[-1].cells.append(Cell(line.text(), name == "th", bold, across, down))

    def close_table(self) -> None:
        """End a table of data."""
        self._groups += 1
        rows, self._rows = self._rows or [], None
        for part, element in row_parts(rows, self._groups):
            self.parts.append(Walked(part, element, 0.0))

    def flush(self) -> None:
        """Make parts of the text so far."""
        if self._cell is not None:
            self._lines[-1].pieces.append(" ")
            return
        lines, self._lines = self._lines, [_Line()]
        if self.code:
            self._add_code(lines)
        elif any(line.length for line in lines):
            self._add_text(lines)

    def _add_code(self, lines: list[_Line]) -> None:
        text = "\n".join("".join(line.pieces) for line in lines).strip("\n")
        if text.strip():
            self._groups += 1
            self._append(Part(BlockKind.CODE, text, group=self._groups), 0.0)

    def _add_text(self, lines: list[_Line]) -> None:
        item = self._items[-1] if self._items and not self.notes else None
        whole = " ".join(line.text() for line in lines if line.length)
        linked = sum(line.linked for line in lines) / sum(line.length for line in lines)
        if self.heading and len(whole) <= _LONGEST_HEADING:
            self._append(Part(BlockKind.HEADING, whole, self.heading), linked)
        elif self._in_term:
            self._lists[-1].terms.append(whole)
        elif item and not item.begun:
            self._add_item(item, whole, linked)
        elif item:
            self._append(Part(BlockKind.PARAGRAPH, whole, item.of.depth, group=item.of.group), linked)
        else:
            self._add_lines(lines)

    def _add_item(self, item: _Item, text: str, linked: float) -> None:
        task = _TASK.match(text)
        if task:
            text, item.checked = text[task.end() :], task[1] != "☐"
        if item.of.terms:
            text = f"{', '.join(item.of.terms)}: {text}"
        item.begun = True
        self._append(Part(BlockKind.ITEM, text, item.of.depth, "", item.of.group, checked=item.checked), linked)

    def _add_lines(self, lines: list[_Line]) -> None:
        """Add a heading for each line that only looks like one, and paragraphs of the lines between."""
        kind = self.kinds[-1] if self.kinds else BlockKind.PARAGRAPH
        paragraph: list[_Line] = []
        for line in [*lines, _Line()]:
            depth = _depth_of(line) if kind is BlockKind.PARAGRAPH and not self.notes else 0
            if line.length and not depth:
                paragraph.append(line)
                continue
            for group in wrapped_groups([each.text() for each in paragraph]) if paragraph else ():
                together = [paragraph[number] for number in group]
                linked = sum(each.linked for each in together) / sum(each.length for each in together)
                self._append(Part(kind, " ".join(each.text() for each in together)), linked)
            paragraph = []
            if depth:
                self._append(Part(BlockKind.HEADING, line.text(), depth), line.linked / line.length)

    def _append(self, part: Part, linked: float) -> None:
        self.parts.append(Walked(part, self._open[-1] if self._open else None, linked))


def _depth_of(line: _Line) -> int:
    """Return the level of a heading that only its looks make one, or 0."""
    text = line.text()
    if not line.length or len(text) > _LONGEST_BOLD or text[-1] in ".!?:;," or not any(map(str.isalpha, text)):
        return 0
    return line.depth or (_BOLD_DEPTH if line.bold == line.length else 0)
