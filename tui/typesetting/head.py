"""The head of an article: its title, source, date and other metadata."""

from __future__ import annotations

from collections.abc import Sequence

import qa
from qa.datatypes import Block, BlockKind, CleanText, Field, Run
from tui.typesetting.part import Part, Style, printable

_IN_LINE = ("source", "author", "date", "updated")
"""Fields that are shown in one line below the title."""


def head_of(document: qa.Document) -> tuple[list[Part], Sequence[Block]]:
    """Return the parts above the body, and the blocks of the body that are not among them."""
    blocks: Sequence[Block] = document.blocks
    title = document.field("title")
    parts = []
    is_titled = bool(blocks) and (blocks[0].kind is BlockKind.HEADING or document.has_title)
    if is_titled and _is_same(blocks[0].clean.text, document.title):
        # Metadata often repeats the heading, which is more likely to be cited.
        parts.append(Part(printable(blocks[0].clean), blocks[0].start, Style.TITLE, has_markup=True))
        blocks = blocks[1:]
    elif title is not None and title.start < title.end <= document.body_start:
        parts.append(Part(_value(document, title), title.start, Style.TITLE))
    elif document.has_title and (title is None or title.start == title.end):
        parts.append(Part(printable(CleanText.inserted(document.title)), 0, Style.TITLE))
    return [*parts, *_metadata(document)], blocks


def _metadata(document: qa.Document) -> list[Part]:
    fields = [field for field in document.fields if field.name != "title" and field.value]
    line = [_shown(document, field) for field in sorted(fields, key=_rank) if field.name in _IN_LINE]
    if document.source and not any(field.name in ("source", "author") for field in fields):
        line.insert(0, CleanText.inserted(document.source))
    if document.published and not any(field.name == "date" for field in fields):
        line.append(CleanText.inserted(document.published.isoformat()))
    parts = [Part(printable(CleanText.join(line, " · ")), 0, Style.MUTED)] if line else []
    for field in fields:
        if field.name not in _IN_LINE:
            named = CleanText.join((CleanText.inserted(f"{field.name}:"), _value(document, field)), " ")
            parts.append(Part(printable(named), field.start, Style.MUTED))
    return parts


def _rank(field: Field) -> int:
    return _IN_LINE.index(field.name) if field.name in _IN_LINE else len(_IN_LINE)


def _shown(document: qa.Document, field: Field) -> CleanText:
    value = _value(document, field)
    return CleanText.join((CleanText.inserted("updated"), value), " ") if field.name == "updated" else value


def _value(document: qa.Document, field: Field) -> CleanText:
    """Return the value of a field as it stands in the file, or in other characters that stand for it."""
    if field.end > document.body_start:  # then the body shows where it stands
        return printable(CleanText.inserted(field.value))
    position = document.text.find(field.value, field.start, field.end)
    if position >= 0:
        return printable(CleanText.verbatim(field.value, position))
    if field.end > field.start:
        return printable(CleanText(field.value, (Run(0, field.start, field.end - field.start),)))
    return printable(CleanText.inserted(field.value))


def _is_same(heading: str, title: str) -> bool:
    return heading.casefold().split() == title.casefold().split()
