"""The headings, paragraphs, list items, tables, captions and footnotes that the lines of a PDF form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from qa.corpus.formats.extract import Part
from qa.corpus.formats.pdf_layout import Line
from qa.corpus.formats.pdf_style import HYPHENS, Style
from qa.corpus.formats.pdf_tables import table_at
from qa.corpus.formats.pdf_words import BULLETS
from qa.datatypes import BlockKind

_BULLET = re.compile(rf"(?:[{BULLETS}]|[-\u2013*o](?=\s))\s*")
_NUMBERED = re.compile(r"(?:\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
_CAPTION = re.compile(r"(?:(?:Fig(?:ure|\.)|Table|Chart|Map|Plate)\s*\d+\w?\s*[.:|\u2013\u2014-]|Photo(?:graph)?:)")
_NOTE = re.compile(r"(?:\d{1,3}|[*\u2020\u2021\u00a7])[.)]?\s?(?=[^\W\d_\"\u201c])")
_SENTENCE_END = re.compile(r"[.!?:;\u2026][\"'\u201d\u2019)\]]*\Z")
_FARTHER = 1.25
"""Of the usual distance of lines: a paragraph ends."""
_INDENT = 0.7
"""Of the font size: a line is indented."""
_LIKE_WIDTH = 0.15
"""How much the widths of two columns of the same text differ at most."""
_COLUMNS_BACK = 4
"""Columns and boxes that may stand between two pieces of a paragraph."""
_LONGEST_HEADING = 200
_MOST_HEADING_LINES = 4


@dataclass(slots=True)
class Draft:
    """A part in the making."""

    kind: BlockKind
    lines: list[Line] = field(default_factory=list)
    marker: str = ""
    """What stands in front of an item."""
    skip: int = 0
    """Characters of the first line that are its bullet or number."""
    rows: list[Part] = field(default_factory=list)

    @property
    def page(self) -> int:
        """The page on which it begins."""
        return self.lines[0].page


def parts_of(pages: Sequence[Sequence[Sequence[Line]]]) -> list[Part]:
    """Return the parts of a document.

    Args:
        pages: the columns of each page, each its lines.
    """
    style = Style([column for page in pages for column in page])
    drafts: list[Draft] = []
    ends: list[Draft] = []
    for page in pages:
        notes: list[Draft] = []
        for column in page:
            for is_first, draft in _drafts(column, style):
                if _is_note(draft, column, style):
                    notes.append(draft)
                    continue
                unfinished = _unfinished(ends[-_COLUMNS_BACK:], draft) if is_first else None
                if unfinished:
                    unfinished.lines += draft.lines
                else:
                    drafts.append(draft)
                last = unfinished or draft
            ends.append(last)
        drafts += notes
    return list(_parts(drafts, style))


def _drafts(lines: Sequence[Line], style: Style) -> Iterator[tuple[bool, Draft]]:
    """Yield the drafts of a column, and for each whether it is the first one."""
    is_first, index = True, 0
    current: Draft | None = None
    while index < len(lines):
        rows, end = table_at(lines, index) if len(lines[index].segments) > 1 else ([], index)
        if rows:
            if current:
                yield is_first, _finished(current, style)
                is_first = False
            yield is_first, Draft(BlockKind.ROW, list(lines[index:end]), rows=rows)
            current, is_first, index = None, False, end
            continue
        line = lines[index]
        if current and not _begins(current, line, style):
            current.lines.append(line)
        else:
            if current:
                yield is_first, _finished(current, style)
                is_first = False
            current = _begun(line, current)
        index += 1
    if current:
        yield is_first, _finished(current, style)


def _begun(line: Line, before: Draft | None) -> Draft:
    bullet = _BULLET.match(line.text)
    if bullet and bullet.end() < len(line.text):
        return Draft(BlockKind.ITEM, [line], "", bullet.end())
    number = _NUMBERED.match(line.text)
    if number and not line.bold:
        return Draft(BlockKind.ITEM, [line], number[0].strip(), number.end())
    return Draft(BlockKind.PARAGRAPH, [line])


def _begins(current: Draft, line: Line, style: Style) -> bool:
    """Whether a line begins another part than the one above it."""
    above = current.lines[-1]
    size = max(line.size, above.size)
    distance = line.y - above.y
    if distance <= 0 or abs(line.size - above.size) > 0.08 * size or line.bold != above.bold:
        return True
    if distance > _FARTHER * style.pitch(line.size) + 0.5:
        return True
    if _BULLET.match(line.text) or (_NUMBERED.match(line.text) and current.kind is BlockKind.ITEM):
        return True
    if style.is_large(line.size):
        return False
    shift = line.x0 - above.x0
    if current.kind is BlockKind.ITEM and len(current.lines) == 1:
        return shift < -_INDENT * size or (shift <= 0.1 * size and _had_space(above, line))
    if shift > _INDENT * size or (shift < -_INDENT * size and len(current.lines) > 1):
        return True
    return _had_space(above, line)


def _had_space(above: Line, line: Line) -> bool:
    """Whether the first word of a line would have fit on the one above, so that it was meant to end there."""
    if above.text.endswith(HYPHENS) and line.text[0].islower():
        return False
    return above.right - above.x1 > line.first_width + 0.6 * line.size


def _finished(draft: Draft, style: Style) -> Draft:
    """Return a draft with its kind, now that all of it is known."""
    text = draft.lines[0].text
    length = sum(len(line.text) for line in draft.lines)
    if _CAPTION.match(text):
        draft.kind, draft.skip = BlockKind.CAPTION, 0
        return draft
    if draft.kind is BlockKind.ITEM and not draft.marker and length <= draft.skip:
        draft.kind = BlockKind.PARAGRAPH
    if not any(char.isalpha() for char in text) or length > _LONGEST_HEADING or len(draft.lines) > _MOST_HEADING_LINES:
        return draft
    last = draft.lines[-1].text
    is_bold = all(line.bold for line in draft.lines) and not style.is_bold and not last.endswith((".", ",", ";", ":"))
    is_large = style.is_large(draft.lines[0].size) and not (last.endswith(".") and length > _LONGEST_HEADING / 2)
    if is_large or (is_bold and not style.is_small(draft.lines[0].size) and draft.kind is BlockKind.PARAGRAPH):
        draft.kind, draft.skip = BlockKind.HEADING, 0
    return draft


def _is_note(draft: Draft, column: Sequence[Line], style: Style) -> bool:
    """Whether a draft is a footnote: small, with its mark, and only the like below."""
    if not style.is_small(draft.lines[0].size) or not _NOTE.match(draft.lines[0].text):
        return False
    return all(style.is_small(line.size) for line in column if line.y > draft.lines[0].y)


def _unfinished(ends: Sequence[Draft], draft: Draft) -> Draft | None:
    """Return which of the last parts of the columns before a draft goes on with it: boxes may stand between them."""
    line = draft.lines[0]
    for distance, before in enumerate(reversed(ends)):
        above = before.lines[-1]
        if above.page < line.page - 1 or (distance and not line.text[0].islower()):
            return None
        if _goes_on(before, draft):
            return before
    return None


def _goes_on(before: Draft, draft: Draft) -> bool:
    """Whether a part at the end of a column goes on at the top of another one."""
    above, line = before.lines[-1], draft.lines[0]
    if draft.kind is not BlockKind.PARAGRAPH or before.kind not in (BlockKind.PARAGRAPH, BlockKind.ITEM):
        return False
    if abs(above.size - line.size) > 0.08 * line.size or above.bold != line.bold or _SENTENCE_END.search(above.text):
        return False
    width, next_width = above.right - above.left, line.right - line.left
    is_like = abs(width - next_width) < _LIKE_WIDTH * max(width, next_width)
    is_like = is_like or (len(draft.lines) == 1 and next_width < width)  # the only line of its column may be short
    if line.text[0].islower():
        return is_like or abs(above.left - line.left) < line.size
    return is_like and not _had_space(above, line)


def _parts(drafts: Sequence[Draft], style: Style) -> Iterator[Part]:
    group = 0
    previous: Draft | None = None
    for draft in drafts:
        if draft.kind in (BlockKind.ITEM, BlockKind.ROW):
            is_same = previous is not None and previous.kind is draft.kind is BlockKind.ITEM
            group += not is_same
        previous = draft
        locator = _place(draft.page)
        if draft.rows:
            yield from (row._replace(group=group, locator=locator) for row in draft.rows)
            continue
        text, turns = _text(draft, style)
        is_item, is_heading = draft.kind is BlockKind.ITEM, draft.kind is BlockKind.HEADING
        depth = style.level(draft.lines[0].size) if is_heading else 0
        marker = draft.marker if is_item else ""
        yield Part(draft.kind, text, depth, locator, group if is_item else 0, marker=marker, turns=tuple(turns))


def _text(draft: Draft, style: Style) -> tuple[str, list[tuple[int, str]]]:
    """Return the text of a draft, and where in it another page begins."""
    text, page = "", draft.page
    turns: list[tuple[int, str]] = []
    for line in draft.lines:
        content = line.text if text or line is not draft.lines[0] else line.text[draft.skip :]
        text = style.joined(text, content)
        if line.page != page:
            page = line.page
            turns.append((len(text) - len(content), _place(page)))
    return text, turns


def _place(page: int) -> str:
    return f"page {page}"
