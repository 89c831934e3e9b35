"""Plain text, divided into blocks by its layout: blank lines, indentation, marks and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa.corpus.plain_text import mail
from qa.corpus.plain_text.furniture import without_furniture
from qa.corpus.plain_text.headings import Headings
from qa.corpus.plain_text.items import item_text, items_from, starts_list
from qa.corpus.plain_text.lines import Line, Source, is_decoration, lines_of
from qa.corpus.plain_text.tables import Table, table_at
from qa.corpus.plain_text.turns import with_speakers
from qa.corpus.plain_text.wrapping import paragraphs
from qa.corpus.rows import row_text
from qa.corpus.speakers import speaker_line
from qa.datatypes import Block, BlockKind, CleanText, Offsets
from qa.text.clean_text import cleaned

__all__ = ["plain_text_blocks"]


def plain_text_blocks(text: str, start: int = 0) -> list[Block]:
    """Divide ``text`` into blocks, from character ``start``, the end of its header lines.

    Left out are tables of contents, page numbers, running heads, lines that are only drawn, and what stands below a
    mail: signatures and legal notices.
    """
    return with_speakers(_Division(text, start).blocks())


class _Division:
    """The state of dividing one text, from top to bottom."""

    def __init__(self, text: str, start: int) -> None:
        self._source = Source(text)
        self._lines = without_furniture(list(lines_of(text, start)))
        self._headings = Headings(self._lines)
        self._blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []
        """Level and text of the headings above."""
        self._groups = 0
        sender = mail.sender(text, 0, start)
        self._is_mail = sender is not None
        self._speaker = self._name(sender)
        self._quoted: dict[int, CleanText | None] = {}
        """Who is quoted, by the number of marks before the quoted text."""
        self._after_part = 0
        """The level of a heading such as "CHAPTER IV" if it was the last line, else 0."""

    def blocks(self) -> list[Block]:
        """Return the blocks of the text."""
        index = 0
        while index < len(self._lines):
            index = (
                self._mail_headers(index)
                or self._signature(index)
                or self._decoration(index)
                or self._quotes(index)
                or self._post(index)
                or self._table(index)
                or self._heading(index)
                or self._items(index)
                or self._paragraphs(index)
            )
        return self._blocks

    def _mail_headers(self, index: int) -> int:
        """Add the header lines of another mail, whose sender speaks from here on."""
        first = index
        line = self._lines[index]
        separator = mail.separator_sender(line) if line.gap else None
        if separator or mail.is_original_message(line):
            index += 1
        is_start = index < len(self._lines) and (self._lines[index].gap > 0 or index > first)
        end = mail.headers_end(self._lines, index) if is_start else index
        if end == first or (end == index and not separator):
            return self._original_message(first)
        self._is_mail = True
        self._path, self._quoted = [], {}
        sender = mail.sender(self._source.text, line.start, self._lines[end - 1].end)
        self._speaker = None
        for header in self._lines[first:end]:
            if not mail.is_original_message(header):
                self._add([header])
        self._speaker = self._name(sender or separator)
        return end

    def _original_message(self, index: int) -> int:
        if not mail.is_original_message(self._lines[index]):
            return 0
        self._speaker = None
        return self._skip(index + 1)

    def _signature(self, index: int) -> int:
        """Skip the signature of a mail, up to the next mail or quoted text."""
        if not self._is_mail or not mail.is_signature(self._lines[index]):
            return 0
        index += 1
        while index < len(self._lines) and not self._starts_mail(index) and not self._is_quote(index):
            index += 1
        return self._skip(index)

    def _starts_mail(self, index: int) -> bool:
        line = self._lines[index]
        return mail.is_original_message(line) or (
            line.gap > 0 and (mail.separator_sender(line) is not None or mail.headers_end(self._lines, index) > index)
        )

    def _is_quote(self, index: int) -> bool:
        return self._lines[index].text[0] == ">" or bool(mail.attribution_at(self._lines, index, self._source.text))

    def _decoration(self, index: int) -> int:
        return self._skip(index + 1) if is_decoration(self._lines[index]) else 0

    def _quotes(self, index: int) -> int:
        """Add quoted text, with who said it; the line that names them is skipped."""
        end = index
        while end < len(self._lines):
            introduced = mail.attribution_at(self._lines, end, self._source.text)
            depth = mail.quote_depth(self._lines[end])
            if introduced:
                name, end = introduced
                self._quoted = {level: who for level, who in self._quoted.items() if level <= depth}
                self._quoted[depth + 1] = self._name(name)
            elif depth:
                end = self._quote(end, depth)
            else:
                break
        return self._skip(end) if end > index else 0

    def _quote(self, index: int, depth: int) -> int:
        """Add one quoted paragraph or more with the same number of marks."""
        lines: list[Line] = []
        end = index
        while end < len(self._lines) and mail.quote_depth(self._lines[end]) == depth:
            line = mail.unquoted(self._lines[end])
            if line is None or (end > index and self._lines[end].gap):
                end += line is None
                break
            if end > index and mail.attribution_at(self._lines, end, self._source.text):
                break
            lines.append(line)
            end += 1
        by_start = {line.start: self._lines[index + number].start for number, line in enumerate(lines)}
        for paragraph in paragraphs(lines) if lines else ():
            clean = self._source.clean(paragraph)
            first = by_start[paragraph[0].start]
            self._append(Block(BlockKind.QUOTE, clean, first, paragraph[-1].end, speaker=self._quoted.get(depth)))
        return end

    def _post(self, index: int) -> int:
        """Add the line above a forum post, whose author speaks from here on."""
        line = self._lines[index]
        name = speaker_line(line.text) if line.gap else None
        if not name or table_at(self._source.text, self._lines, index):
            return 0
        self._speaker = None
        self._add([line])
        self._speaker = self._name((line.start + name[0], line.start + name[1]))
        return self._skip(index + 1)

    def _table(self, index: int) -> int:
        table = table_at(self._source.text, self._lines, index)
        if table:
            self._add_table(table)
            return self._skip(table.end)
        return 0

    def _add_table(self, table: Table) -> None:
        text = self._source.text
        self._groups += 1
        columns = tuple(cleaned(text, *cell).text for cell in table.columns)
        for line, offsets in table.rows:
            cells = tuple(cleaned(text, *cell) for cell in offsets)
            block = Block(
                BlockKind.ROW,
                row_text(text, cells, columns),
                line.start,
                line.end,
                group=self._groups,
                speaker=self._speaker,
                cells=cells,
                columns=columns,
            )
            self._append(block)

    def _heading(self, index: int) -> int:
        depth = self._headings.depth(index)
        if not depth:
            return 0
        is_part = self._headings.is_part(index)
        if self._after_part and not is_part:
            depth = max(depth, self._after_part + 1)
        self._after_part = depth if is_part else 0
        line = self._lines[index]
        end = index + 1 + self._headings.is_underlined(index)
        while self._path and self._path[-1][0] >= depth:
            self._path.pop()
        if depth == 1 and not self._is_mail:
            self._speaker = None
        clean = self._source.clean([line])
        self._append(Block(BlockKind.HEADING, clean, line.start, self._lines[end - 1].end, depth=depth))
        self._path.append((depth, clean.text))
        return self._skip(end)

    def _items(self, index: int) -> int:
        if not starts_list(self._lines, index):
            return 0
        items, end = items_from(self._lines, index, self._ends_list)
        for item in items:
            self._groups += item.starts_list
            block = Block(
                BlockKind.ITEM,
                item_text(self._source, item.lines),
                item.start,
                item.lines[-1].end,
                group=self._groups,
                depth=item.depth,
                checked=item.checked,
                speaker=self._speaker,
            )
            self._append(block)
        return self._skip(end)

    def _ends_list(self, index: int) -> bool:
        return self._starts_other(index) or bool(self._headings.depth(index))

    def _starts_other(self, index: int) -> bool:
        """Whether the line is no part of the paragraph or list above it."""
        line = self._lines[index]
        return (
            (line.gap == 0 and is_decoration(line))
            or self._is_quote(index)
            or self._starts_mail(index)
            or (self._is_mail and mail.is_signature(line))
            or (line.gap > 0 and speaker_line(line.text) is not None)
        )

    def _paragraphs(self, index: int) -> int:
        end = index + 1
        while end < len(self._lines) and not self._lines[end].gap and not self._starts_block(end):
            end += 1
        for paragraph in paragraphs(self._lines[index:end]):
            self._add(paragraph)
        return end

    def _starts_block(self, index: int) -> bool:
        return (
            self._starts_other(index)
            or starts_list(self._lines, index)
            or table_at(self._source.text, self._lines, index) is not None
        )

    def _add(self, lines: Sequence[Line]) -> None:
        """Add a paragraph, unless it is a legal notice below a mail."""
        clean = self._source.clean(lines)
        if not (self._is_mail and mail.is_legal_notice(clean.text)):
            self._append(Block(BlockKind.PARAGRAPH, clean, lines[0].start, lines[-1].end, speaker=self._speaker))

    def _append(self, block: Block) -> None:
        if block.clean:
            self._blocks.append(replace(block, headings=tuple(text for _, text in self._path)))
        if block.kind is not BlockKind.HEADING:
            self._after_part = 0

    def _name(self, offsets: Offsets | None) -> CleanText | None:
        return cleaned(self._source.text, *offsets) if offsets else None

    def _skip(self, index: int) -> int:
        """Note that a paragraph begins at ``index``, since something else stands above it."""
        if index < len(self._lines) and not self._lines[index].gap:
            self._lines[index] = self._lines[index]._replace(gap=1)
        return index
