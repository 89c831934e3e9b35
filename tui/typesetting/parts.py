"""The parts of an article, top to bottom: its title and other metadata, its blocks, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from os.path import splitext

import qa
from qa.corpus.blocks import MARKDOWN
from qa.datatypes import Block, BlockKind, CleanText
from tui.typesetting.emphasis import with_struck
from tui.typesetting.head import head_of
from tui.typesetting.part import Part, Style, printable
from tui.typesetting.tables import table_parts

__all__ = ["Part", "parts_of"]

_LINE = re.compile(r"[^\r\n]+")
_LINE_BREAK = re.compile(r"\r\n?|\n")
_RULE = re.compile(r"\s*(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})")
_NUMBER = re.compile(r"[ \t>]*(\d{1,9}[.)])\s")
_NO_TEXT = re.compile(
    r"[ \t>]*(?:[-+*]|\d{1,9}[.)])?[ \t]*(?:(?:`{3,}|~{3,})[^`]*|(?:</?[A-Za-z!?][^>]*>\s*)*|\[[^\]]+\]:.*|[-=]+)?\s*"
)
"""A line of Markdown that readers do not see: what encloses code, tags, targets of links, what underlines a heading."""
_LINK_ONLY = re.compile(r"\s*(?:[-+*]|\d{1,9}[.)])?\s*\[(?P<text>[^\[\]]*)\]\(#[^()\s]*\)\s*")
"""An entry of a table of contents."""
_LONG = 90
"""Characters of a paragraph that has blank rows around it even if there are none in the file."""


def parts_of(document: qa.Document) -> list[Part]:
    """Return the parts of an article; nothing that its readers would see is left out."""
    parts, blocks = head_of(document)
    return [*parts, *_Body(document, blocks).parts]


class _Body:
    """Collects the parts of a body."""

    def __init__(self, document: qa.Document, blocks: Sequence[Block]) -> None:
        self.parts: list[Part] = []
        self._text = document.text
        self._is_markdown = splitext(document.path)[1].lower() in MARKDOWN
        self._visible = self._text
        if self._is_markdown:
            # The Markdown parser takes 0.05 s to import.
            from qa.corpus.hidden import without_hidden

            start = document.body_start
            self._visible = self._text[:start] + without_hidden(self._text[start:], comments=False)
        self._last: Block | None = None
        has_title_above = len(blocks) < len(document.blocks)
        position = document.blocks[0].end if has_title_above else document.body_start
        for group, together in groupby(blocks, key=lambda block: (block.kind, block.group)):
            position = self._add_group(*group, [*together], position)
        self._add_between(position, len(self._text), blocks[-1] if blocks else None, None)

    def _add_group(self, kind: BlockKind, group: int, blocks: Sequence[Block], position: int) -> int:
        """Add adjacent blocks of one kind and list or table; return the end of the last."""
        if kind is BlockKind.ROW and blocks[0].cells:
            self._add_between(position, blocks[0].start, self._last, blocks[0])
            rows = table_parts(self._text, position, blocks)
            self.parts += [replace(rows[0], space=True), *rows[1:]]
            self._last = blocks[-1]
            return blocks[-1].end
        indentation = min(map(self._indentation, blocks)) if kind is BlockKind.CODE else 0
        for block in blocks:
            self._add_between(position, block.start, self._last, block)
            self.parts.append(self._part(block, indentation, self._is_spaced(position, block)))
            self._last, position = block, max(position, block.end)
        return position

    def _part(self, block: Block, indentation: int, space: bool) -> Part:
        if block.kind is BlockKind.CODE:
            start = block.start + indentation
            code = printable(CleanText.verbatim(self._text[start : block.end], start))
            return Part(code, block.start, Style.CODE, "  ", space)
        style, lead = Style.TEXT, ""
        if block.kind is BlockKind.HEADING:
            style = Style.HEADING if block.depth <= 2 else Style.SUBHEADING
        elif block.kind is BlockKind.QUOTE:
            lead = "▌ "
        elif block.kind is BlockKind.ITEM:
            lead = self._item_lead(block)
        elif block.group:
            lead = "  " * max(1, block.depth)
        elif block.kind is BlockKind.CAPTION:
            style = Style.MUTED
        clean = block.clean
        if self._is_markdown:
            clean = with_struck(clean, self._text, block.start, block.end)
        return Part(printable(clean), block.start, style, lead, space, self._is_markdown)

    def _item_lead(self, block: Block) -> str:
        """Return the indentation and mark of a list item."""
        first = block.clean.in_file(0, len(block.clean.text))
        number = _NUMBER.match(self._text, block.start, first[0] if first else block.end)
        shown = f"{number[1]} " if number else "• "
        if block.checked is not None:
            shown = "[x] " if block.checked else "[ ] "
        return "  " * max(0, block.depth - self._is_markdown) + shown

    def _indentation(self, block: Block) -> int:
        line = self._text[block.start : block.end]
        return len(line) - len(line.lstrip(" \t"))

    def _is_spaced(self, position: int, block: Block) -> bool:
        """Whether a blank row stands before a block."""
        last = self._last
        if last is None or (block.kind, block.group) != (last.kind, last.group):
            is_list = last is not None and block.kind is last.kind is BlockKind.ITEM
            return not is_list or (block.depth <= 1 and self._breaks(position, block.start) > 1)
        if block.kind in (BlockKind.ITEM, BlockKind.CODE, BlockKind.ROW):
            return False
        is_long = max(len(block.clean.text), len(last.clean.text)) > _LONG
        return is_long or block.kind is BlockKind.HEADING or self._breaks(position, block.start) > 1

    def _breaks(self, start: int, end: int) -> int:
        return sum(1 for _ in _LINE_BREAK.finditer(self._text, start, end))

    def _add_between(self, start: int, end: int, above: Block | None, below: Block | None) -> None:
        """Add what stands between two blocks, such as a rule or a page number."""
        if above and below and above.kind is below.kind is BlockKind.CODE and above.group == below.group:
            empty = Part(CleanText("", ()), start, Style.CODE, "  ")
            self.parts += [empty] * (self._breaks(start, end) - 1)
            return
        for match in _LINE.finditer(self._visible, start, end):
            part = self._between(match[0], match.start(), below)
            if part is not None:
                follows = self.parts and self.parts[-1].style is Style.MUTED
                self.parts.append(replace(part, space=not follows))

    def _between(self, line: str, start: int, below: Block | None) -> Part | None:
        if not line.strip():
            return None
        if below and below.cells and _is_table_head(line, below.columns):
            return None
        if self._is_markdown:
            if _RULE.fullmatch(line):
                return Part(CleanText("", ()), start, Style.RULE)
            if _NO_TEXT.fullmatch(line):
                return None
            if link := _LINK_ONLY.fullmatch(line):
                text = CleanText.verbatim(link["text"], start + link.start("text"))
                return Part(printable(text), start, Style.TEXT, "• ")
        return Part(printable(CleanText.verbatim(line, start)), start, Style.MUTED)


def _is_table_head(line: str, columns: Iterable[str]) -> bool:
    """Whether a line above a table names its columns, or is drawn below them."""
    words = set(re.findall(r"\w+", " ".join(columns)))
    return set(re.findall(r"\w+", line)) <= words
