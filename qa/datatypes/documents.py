"""Documents, their blocks, and the chunks that they are indexed as."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import NamedTuple

from qa.datatypes.clean_text import CleanText, Offsets


class Field(NamedTuple):
    """A field of metadata, such as the author, and its place in the file."""

    name: str
    """Its name in lower case; ``title``, ``author``, ``date``, ``source`` and ``tags`` have several names in files."""
    value: str
    """Its value, on one line."""
    start: int
    """First character of the line or lines that state it."""
    end: int
    """One past the last character; equal to ``start`` if only the file's name states it."""


class Locator(NamedTuple):
    """Where a person finds a part of an article that is not stored as text, such as "page 3"."""

    start: int
    """First character of the extracted text that is there; the part ends where the next one begins."""
    name: str
    """The place in words; empty if there is no better one than the line."""


class BlockKind(Enum):
    """The kinds of blocks."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "list item"
    ROW = "table row"
    QUOTE = "quote"
    CAPTION = "caption"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a document that no sentence, phrase or chunk boundary ignores."""

    kind: BlockKind
    """Its kind."""
    clean: CleanText
    """Its text without markup; for a table row, each cell with the name of its column."""
    start: int
    """First character of the file that belongs to it, markup included."""
    end: int
    """One past the last character."""
    headings: tuple[str, ...] = ()
    """The headings that it stands under, outermost first; those above it if it is a heading itself."""
    group: int = 0
    """A number that the items of one list or the rows of one table share; 0 if it is neither."""
    depth: int = 0
    """How deep an item is nested in other lists, 0 for none; the level of a heading, from 1."""
    checked: bool | None = None
    """Whether a task is done; None if the block is not a task."""
    speaker: CleanText | None = None
    """The name of who says this, if the text states it elsewhere, as a mail's ``From:`` line does."""
    cells: tuple[CleanText, ...] = ()
    """The cells of a table row, without the names of their columns."""
    columns: tuple[str, ...] = ()
    """The names of the columns, as many as cells; empty if the table has none."""


@dataclass(frozen=True, slots=True)
class Document:
    """One article, read and decoded, or extracted from a file that is not plain text."""

    path: str
    """Path relative to the corpus, with forward slashes; of an article in a file of several, ``FILE#NUMBER``."""
    text: str
    """The decoded text, with the file's line endings, or the extracted text; all offsets count its characters."""
    encoding: str
    """The encoding it was decoded from, or the name of the format it was extracted from."""
    content_hash: str
    """SHA-256 of the file's bytes, hexadecimal."""
    size: int
    """Bytes on disk."""
    mtime_ns: int
    """Modification time, nanoseconds since the epoch."""
    title: str = ""
    """Its title, or else the name of its file, or the beginning of its first sentence."""
    source: str | None = None
    """The outlet or author it names."""
    published: date | None = None
    """The publication date, if stated in full."""
    body_start: int = 0
    """First character of the body, after header lines or front matter."""
    has_title: bool = False
    """Whether ``title`` is a title or a name; only then is it part of the header."""
    fields: tuple[Field, ...] = ()
    """Its metadata, in the order of the file."""
    notice: str = ""
    """What was wrong with its metadata, in one line; empty if nothing."""
    blocks: tuple[Block, ...] = ()
    """Its body, in order."""
    ctime_ns: int = 0
    """When the file was last changed in any respect; -1 if it may have changed since it was read."""
    locators: tuple[Locator, ...] = ()
    """Where a person finds the parts of an extracted text, by start; empty for a text file."""

    def locators_in(self, start: int, end: int) -> tuple[Locator, ...]:
        """Return the places of a stretch of an extracted text; the first one may begin before it."""
        first = max(bisect_right(self.locators, start, key=lambda locator: locator.start) - 1, 0)
        after = bisect_left(self.locators, end, key=lambda locator: locator.start)
        return self.locators[first:after]

    def field(self, name: str) -> Field | None:
        """Return the first field of this name that has a value."""
        return next((field for field in self.fields if field.name == name and field.value), None)

    def value(self, name: str) -> str | None:
        """Return the value of the first field of this name that has one."""
        field = self.field(name)
        return field.value if field else None


def locator_at(locators: Sequence[Locator], position: int) -> str:
    """Return the name of the last of ``locators`` that begins at or before a character; empty if there is none."""
    number = bisect_right(locators, position, key=lambda locator: locator.start) - 1
    return locators[number].name if number >= 0 else ""


class BlockRange(NamedTuple):
    """The part of a chunk's clean text that belongs to one block."""

    start: int
    """First character in the clean text."""
    end: int
    """One past the last character."""
    kind: BlockKind
    """The kind of the block."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A chunk as the reader sees it: clean, divided into blocks and sentences."""

    clean: CleanText
    """The text without markup."""
    sentences: tuple[Offsets, ...] = ()
    """Start and end of each sentence in the clean text."""
    blocks: tuple[BlockRange, ...] = ()
    """Its blocks, in order."""
    context: str = ""
    """What it is about: the names of folders and file, the title, and the headings above."""
    locators: tuple[Locator, ...] = ()
    """Where a person finds its parts in a file that is not plain text, by their start in the extracted text."""

    @property
    def text(self) -> str:
        """The clean text."""
        return self.clean.text

    def parts(self) -> Iterator[tuple[BlockRange, Offsets]]:
        """Yield each block with its stretches between inserted characters, such as the cells of a table row."""
        stretches = self.clean.stretches()
        for block in self.blocks:
            for start, end in stretches:
                low, high = max(start, block.start), min(end, block.end)
                if low < high:
                    yield block, (low, high)

    def block_at(self, position: int) -> BlockRange | None:
        """Return the block that contains this character of the clean text."""
        return next((block for block in self.blocks if block.start <= position < block.end), None)


NO_LAYOUT = Layout(CleanText("", ()))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A stretch of a document as indexed: ``document.text[start:end] == text``."""

    path: str
    """The document's path."""
    start: int
    """First character in the document."""
    end: int
    """One past the last character."""
    text: str
    """The characters themselves."""
    line_start: int
    """Line of the first character, counting from 1."""
    content_hash: str
    """SHA-256 of header and clean text, hexadecimal: chunks of equal hash have equal vectors."""
    header: str
    """What the chunk is about, with source and date: embedded and searched together with it."""
    keywords: str
    """Author and tags of the document: searched together with it."""
    layout: Layout
    """The text as the reader sees it."""

    @property
    def id(self) -> str:
        """Stable key of the chunk in both stores."""
        return f"{self.path}:{self.start}-{self.end}"
