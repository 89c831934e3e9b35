"""Markdown divided into blocks by a CommonMark parser, with tables, tasks, footnotes, admonitions and wikilinks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from markdown_it.token import Token

from qa.corpus.hidden import without_hidden
from qa.corpus.markdown_inline import LONGEST, InlineSource, clean_html, clean_lines
from qa.corpus.markdown_parser import line_offsets, markdown_parser
from qa.corpus.rows import row_text
from qa.corpus.speakers import speaker_line
from qa.datatypes import Block, BlockKind, CleanText
from qa.text.clean_text import CleanTextBuilder, cleaned
from qa.text.sentences import wrapped_groups

_CLOSING = re.compile(r"\s+#+\s*$")
"""The closing marks of a heading, if attributes follow them."""
_TASK = re.compile(r"\[([ xX/-])\](?:[ \t]+|$)")
_ANCHOR = re.compile(r"(?:\d+[.)] *)?\[[^\[\]\n]*\]\(#[^()\s]*\)")
"""A link to a heading of the same article, and nothing else."""
_BOLD = re.compile(r"(\*\*|__)(?![\s*_])[^*_\n]{1,60}(?<![\s*_.!?:;,])\1")
"""A short line in bold, without a full stop."""
_BOLD_DEPTH = 7
"""The level of a heading in bold, below all real ones."""
_CALLOUT = re.compile(r"\[![\w-]+\]")
_MOST_CELLS = 100_000
"""Cells of the tables of an article; with more, their rows are lines of text. Each takes the parser 2 kB."""
_MOST_COLUMNS = 100
"""Columns of a table whose names are repeated in each row."""
_LONGEST_HEADING = 500
"""Characters of a heading; a longer one is a paragraph."""
_CELL = re.compile(r"(?:\\.|[^|\\])*")


def markdown_blocks(text: str, start: int = 0, comments: bool = False) -> list[Block]:
    """Return the blocks of Markdown from character ``start`` on, in order; nothing is ever an error.

    What the writer hid in comments is included only if ``comments``.
    """
    return _BlockParser(text[:start] + without_hidden(text[start:], comments), start).blocks


class _BlockParser:
    """Collects the blocks of a document from the tokens of its Markdown."""

    def __init__(self, text: str, start: int) -> None:
        self.blocks: list[Block] = []
        self._text = text
        self._lines = line_offsets(self._text, start)
        self._env: dict[str, Any] = {}
        self._headings: list[tuple[int, str]] = []
        self._groups = 0
        self._containers: list[str] = []
        self._lists: list[int] = []
        self._marker: int | None = None
        self._speaker: CleanText | None = None
        overlong = [number for number, (low, high) in enumerate(self._lines) if high - low > LONGEST]
        lines = [
            "" if number in overlong else self._text[slice(*offsets)] for number, offsets in enumerate(self._lines)
        ]
        parser = markdown_parser(tables=self._text.count("|", start) <= _MOST_CELLS)
        self._collect(parser.parse("\n".join(lines), self._env))
        if overlong:
            self._add_plain(overlong)

    def _add_plain(self, numbers: Sequence[int]) -> None:
        """Add lines that are too long for Markdown as paragraphs below the headings that they stand under."""
        blocks = self.blocks
        starts = [block.start for block in blocks]
        for number in numbers:
            start, end = self._lines[number]
            above = bisect_right(starts, start) - 1
            headings = _headings_below(blocks[above]) if above >= 0 else ()
            if clean := cleaned(self._text, start, end):
                self.blocks.append(Block(BlockKind.PARAGRAPH, clean, start, end, headings))
        self.blocks.sort(key=lambda block: block.start)

    def _collect(self, tokens: list[Token]) -> None:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                index = self._table(tokens, index)
                continue
            if token.type == "heading_open":
                self._heading(token, tokens[index + 1])
                index += 2
            elif token.type == "inline" and token.map:
                self._paragraph(token)
            elif token.type in ("fence", "code_block") and token.map:
                self._code(token)
            elif token.type == "html_block" and token.map:
                self._html(token)
            else:
                self._enter_or_leave(token)
            index += 1

    def _enter_or_leave(self, token: Token) -> None:
        """Keep track of the lists and quotes around a block."""
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self._groups += 1
            self._lists.append(self._groups)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open" and token.map:
            self._marker = self._lines[token.map[0]][0]
        elif token.type == "list_item_close":
            self._marker = None
        elif token.type in ("blockquote_open", "dd_open"):
            self._containers.append(token.type)
        elif token.type in ("blockquote_close", "dd_close"):
            self._containers.pop()

    def _heading(self, token: Token, inline: Token) -> None:
        level = int(token.tag[1:])
        clean = self._joined(self._clean(inline))
        closing = _CLOSING.search(clean.text)
        if token.map:
            self._open_section(level, clean.cut(0, closing.start()) if closing else clean, *self._range(token.map))

    def _open_section(self, level: int, clean: CleanText, start: int, end: int) -> None:
        """Add a heading, if it has any text, and end the sections of its level and below."""
        self._headings = [(depth, title) for depth, title in self._headings if depth < level]
        if len(clean.text) > _LONGEST_HEADING:
            self._add(BlockKind.PARAGRAPH, clean, start, end)
        elif clean:
            self._add(BlockKind.HEADING, clean, start, end, depth=level)
            self._headings.append((level, clean.text))

    def _paragraph(self, inline: Token) -> None:
        """Add a paragraph: as one block if its lines are wrapped, else as a block for each line."""
        if _ANCHOR.fullmatch(inline.content):
            return  # an entry of a table of contents
        first = self._first_line(inline)
        starts = self._lines[first : first + inline.content.count("\n") + 1]
        lines = self._clean(inline)
        if _BOLD.fullmatch(inline.content) and not self._lists:
            # People write such a line instead of a heading.
            self._open_section(_BOLD_DEPTH, self._joined(lines), *starts[0])
            return
        raw = [self._text[start:end] for start, end in starts]
        kind, marker = self._kind(inline), self._marker
        self._marker = None
        group, depth = (self._lists[-1], len(self._lists)) if self._lists else (0, 0)
        start = starts[0][0] if marker is None else marker
        end = starts[-1][1]
        whole = kind is BlockKind.ITEM or len(lines) != len(raw)
        for together in [range(len(lines))] if whole else wrapped_groups(raw):
            clean = self._joined([lines[number] for number in together])
            low, high = (start, end) if whole else (starts[together[0]][0], starts[together[-1]][1])
            checked, clean = _task(clean) if kind is BlockKind.ITEM else (None, clean)
            name = speaker_line(clean.text) if kind is BlockKind.PARAGRAPH else None
            if name:
                self._speaker = None
            if clean:
                self._add(kind, clean, low, high, group=group, depth=depth, checked=checked)
            if name:
                self._speaker = clean.cut(*name)

    def _kind(self, inline: Token) -> BlockKind:
        if inline.content.startswith("![") and inline.content.endswith(")") and "\n" not in inline.content:
            return BlockKind.CAPTION
        if self._lists:
            return BlockKind.PARAGRAPH if self._marker is None else BlockKind.ITEM
        if "blockquote_open" in self._containers and not _CALLOUT.match(inline.content):
            return BlockKind.QUOTE
        return BlockKind.PARAGRAPH

    def _code(self, token: Token) -> None:
        """Add a block for each line of code; its content says which lines are code, and leaves out quote marks."""
        first = (token.map or (0, 0))[0] + (token.type == "fence")
        self._groups += 1
        for (start, end), line in zip(self._lines[first:], token.content.split("\n"), strict=False):
            position = self._text.rfind(line.strip(), start, end)
            if clean := cleaned(self._text, max(position, start), end if line.strip() else start):
                self._add(BlockKind.CODE, clean, start, end, group=self._groups)

    def _html(self, token: Token) -> None:
        first, last = token.map or (0, 0)
        lines = self._lines[first:last]
        for (start, end), clean in zip(lines, clean_html(self._text, lines), strict=True):
            if clean:
                self._add(BlockKind.PARAGRAPH, clean, start, end)

    def _table(self, tokens: list[Token], index: int) -> int:
        """Add the rows of a table; return the index after it."""
        self._groups += 1
        columns: tuple[str, ...] = ()
        while tokens[index].type != "table_close":
            token = tokens[index]
            if token.type == "tr_open" and token.map:
                start, end = self._range(token.map)
                cells = self._cells(start, end)
                if not columns:
                    columns = tuple(cell.text[:_LONGEST_HEADING] for cell in cells[:_MOST_COLUMNS])
                elif len(cells) > _MOST_COLUMNS:
                    self._add(BlockKind.ROW, row_text(self._text, cells, ()), start, end, group=self._groups)
                elif any(cells[: len(columns)]):
                    cells = (cells + [CleanText("", ())] * len(columns))[: len(columns)]
                    clean = row_text(self._text, cells, columns)
                    self._add(BlockKind.ROW, clean, start, end, group=self._groups, cells=tuple(cells), columns=columns)
            index += 1
        return index + 1

    def _cells(self, start: int, end: int) -> list[CleanText]:
        """Return the cells of a table row."""
        low, high = start, end
        while low < high and self._text[low] in " \t>":
            low += 1
        while high > low and self._text[high - 1].isspace():
            high -= 1
        low += self._text[low:high].startswith("|")
        high -= self._text[low:high].endswith("|") and not self._text[low:high].endswith("\\|")
        cells = []
        while low <= high:
            match = _CELL.match(self._text, low, high)
            stop = match.end() if match else high
            source = InlineSource(self._text[low:stop], [low])
            cells.append(self._joined(clean_lines(markdown_parser(), self._env, source, self._text)))
            low = stop + 1
        return cells

    def _clean(self, inline: Token) -> list[CleanText]:
        first = self._first_line(inline)
        starts = []
        for number, line in enumerate(inline.content.split("\n"), first):
            low, high = self._lines[min(number, len(self._lines) - 1)]
            position = self._text[low:high].rfind(line.rstrip() or line)
            starts.append(low + max(position, 0))
        return clean_lines(markdown_parser(), self._env, InlineSource(inline.content, starts), self._text)

    def _first_line(self, inline: Token) -> int:
        """Return the line that an inline text begins in; the parser strips lines of odd white space before it."""
        first, end = inline.map or (0, 1)
        beginning = inline.content.partition("\n")[0].rstrip()
        lines = (number for number in range(first, end) if beginning in self._text[slice(*self._lines[number])])
        return next(lines, first)

    def _joined(self, lines: Sequence[CleanText]) -> CleanText:
        """Return lines as one text, with a space for each line break."""
        builder = CleanTextBuilder(self._text)
        end = 0
        for line in lines:
            offsets = line.in_file(0, len(line.text))
            if offsets is None:
                continue
            if end:
                builder.replace(" ", end, max(end, offsets[0]))
            builder.append(line)
            end = offsets[1]
        return builder.build()

    def _range(self, lines: list[int]) -> tuple[int, int]:
        first, last = lines[0], max(lines[0], min(lines[1], len(self._lines)) - 1)
        return self._lines[first][0], self._lines[last][1]

    def _add(self, kind: BlockKind, clean: CleanText, start: int, end: int, **details: Any) -> None:
        headings = tuple(title for _, title in self._headings)
        speaker = None if kind in (BlockKind.HEADING, BlockKind.QUOTE) else self._speaker
        self.blocks.append(Block(kind, clean, start, end, headings, speaker=speaker, **details))


def _headings_below(block: Block) -> tuple[str, ...]:
    """Return the headings that what follows a block stands under."""
    return (*block.headings, block.clean.text) if block.kind is BlockKind.HEADING else block.headings


def _task(item: CleanText) -> tuple[bool | None, CleanText]:
    match = _TASK.match(item.text)
    if match is None:
        return None, item
    return match[1] not in " /", item.cut(match.end(), len(item.text))
