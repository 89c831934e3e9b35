"""Puts an extract together as a text with blocks: its metadata as header lines, then its parts.

The text exists nowhere else, so every character of it is ours to place: a block is a line of its own, and its clean
text is that line. Metadata stand above, where they can be cited like everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qa.corpus.blocks import blocks_of
from qa.corpus.fields import Entry, Head, fields_of
from qa.corpus.formats.extract import Extract, Part
from qa.corpus.rows import row_text
from qa.datatypes import Block, BlockKind, CleanText, Locator, Offsets
from qa.text.clean_text import CleanTextBuilder, trimmed
from qa.text.sanitizing import disarm, single_line

_LONGEST_FIELD = 2_000
"""Characters of a value of metadata; a list of keywords may be long."""
_CELL_SEPARATOR = " | "


class Assembled(NamedTuple):
    """An extract as a text."""

    text: str
    """The text: header lines, an empty line, the body."""
    head: Head
    """The metadata, and where the body begins."""
    blocks: tuple[Block, ...]
    """The body, in order."""
    locators: tuple[Locator, ...]
    """Where a person finds the parts of the body, by start."""


def assemble(extract: Extract) -> Assembled:
    """Return an extract as a text with its metadata, blocks and places."""
    entries: list[Entry] = []
    text = ""
    for name, value in extract.fields:
        value = single_line(value)[:_LONGEST_FIELD]
        if value:
            line = f"{name.capitalize()}: {value}"
            entries.append(Entry(name, value, len(text), len(text) + len(line)))
            text += f"{line}\n"
    text += "\n" if text else ""
    head = Head(fields_of(entries), len(text), extract.notice)
    if extract.parts:
        return _Assembly(text).run(extract.parts, head)
    return _with_text(extract, text, head)


def _with_text(extract: Extract, top: str, head: Head) -> Assembled:
    """Return the extract of a text that stands as it is below the header lines."""
    body = disarm(extract.text.replace("\r\n", "\n").replace("\r", "\n")).strip("\n") + "\n"
    text = top + body
    blocks = blocks_of("a.md" if extract.markdown else "a.txt", text, len(top))
    return Assembled(text, head, tuple(blocks), tuple(_locators(extract, text, len(top))))


def _locators(extract: Extract, text: str, start: int) -> Iterator[Locator]:
    if not extract.locator:
        return
    if not extract.lines:
        yield Locator(start, extract.locator)
        return
    position = start
    for number, line in enumerate(text[start:].split("\n"), 1):
        if line.strip():
            yield Locator(position, f"{extract.locator}, line {number}")
        position += len(line) + 1


class _Assembly:
    """Collects text, blocks and places, part by part."""

    def __init__(self, top: str) -> None:
        self._lines: list[str] = [top] if top else []
        self._length = len(top)
        self._pending: list[tuple[Part, int, list[Offsets]]] = []
        """Parts with the beginning of their line, and the stretches of their text: one, or one for each cell."""
        self._locators: list[Locator] = []

    def run(self, parts: tuple[Part, ...], head: Head) -> Assembled:
        """Return the text of all parts below what is there already."""
        previous: Part | None = None
        for part in parts:
            self._add(part, previous)
            previous = part
        text = "".join(self._lines)
        return Assembled(text, head, tuple(self._blocks(text)), tuple(self._locators))

    def _add(self, part: Part, previous: Part | None) -> None:
        if part.locator and (not self._locators or self._locators[-1].name != part.locator):
            self._locators.append(Locator(self._length, part.locator))
        joins = previous is not None and part.group and part.group == previous.group
        if previous is not None and not joins:
            self._write("\n")
        if part.kind is BlockKind.ROW:
            if not joins and any(part.columns):
                self._write(_CELL_SEPARATOR.join(map(single_line, part.columns)) + "\n")
            self._add_row(part)
            return
        lines = part.text.split("\n") if part.kind is BlockKind.CODE else [part.text]
        for line in lines:
            shown = disarm(line.replace("\t", "    ")).rstrip() if part.kind is BlockKind.CODE else single_line(line)
            start = self._length
            if part.kind is BlockKind.ITEM:
                self._write(f"{'  ' * part.depth}{single_line(part.marker) or '-'} ")
            self._pending.append((part, start, [(self._length, self._length + len(shown))]))
            for position, locator in part.turns:
                before = single_line(part.text[:position])
                self._locators.append(Locator(self._length + len(before) + bool(before), locator))
            self._write(f"{shown}\n")

    def _add_row(self, part: Part) -> None:
        stretches = []
        start = self._length
        for number, cell in enumerate(map(single_line, part.cells)):
            if number:
                self._write(_CELL_SEPARATOR)
            stretches.append((self._length, self._length + len(cell)))
            self._write(cell)
        self._pending.append((part, start, stretches))
        self._write("\n")

    def _write(self, text: str) -> None:
        self._lines.append(text)
        self._length += len(text)

    def _blocks(self, text: str) -> Iterator[Block]:
        headings: list[tuple[int, str]] = []
        for part, first, stretches in self._pending:
            cells = [_clean(text, *stretch) for stretch in stretches]
            if not any(cells):
                continue
            clean = row_text(text, cells, part.columns) if part.kind is BlockKind.ROW else cells[0]
            start, end = trimmed(text, first, stretches[-1][1])
            if part.kind is BlockKind.HEADING:
                headings = [(level, name) for level, name in headings if level < part.depth]
            yield Block(
                part.kind,
                clean,
                start,
                end,
                tuple(name for _, name in headings),
                part.group,
                part.depth,
                part.checked,
                cells=tuple(cells) if part.columns else (),
                columns=part.columns,
            )
            if part.kind is BlockKind.HEADING:
                headings.append((part.depth, clean.text))


def _clean(text: str, start: int, end: int) -> CleanText:
    builder = CleanTextBuilder(text)
    builder.keep(start, end)
    return builder.build()
