"""What a loader extracts from a file that is not plain text, as plain values that can be stored and sent.

Loaders need not know about offsets: ``assembly.py`` puts the text together and says where everything is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import NamedTuple

from qa.datatypes import BlockKind


class Part(NamedTuple):
    """A part of an article that no sentence ignores: a heading, a paragraph, a list item, a table row."""

    kind: BlockKind
    """Its kind."""
    text: str = ""
    """Its text; white space counts as one space, except the line breaks of code. Not used for a row."""
    depth: int = 0
    """The level of a heading, from 1; how deep an item is nested in other lists, from 0."""
    locator: str = ""
    """Where a person finds it, such as "page 3"; empty if that is where the part before is."""
    group: int = 0
    """A number that the items of one list, or the rows of one table, share."""
    cells: tuple[str, ...] = ()
    """The cells of a row."""
    columns: tuple[str, ...] = ()
    """The names of the columns of a row's table, as many as cells; empty if it has none."""
    checked: bool | None = None
    """Whether a task is done; None if an item is no task."""
    marker: str = ""
    """What stands in front of an item, such as "3."; empty for a bullet."""
    turns: tuple[tuple[int, str], ...] = ()
    """Where ``text`` goes on at another place, such as the next page: the first character there, and the place."""


@dataclass(frozen=True, slots=True)
class Extract:
    """An article as extracted: what its format says about it, and its parts or its text."""

    fields: tuple[tuple[str, str], ...] = ()
    """Names and values: ``title``, ``author``, ``date`` (as the file has it, best as ISO 8601), ``updated``, ``source``
    (the outlet), ``url``, ``language``, ``tags`` (separated by commas). Only what the format states."""
    parts: tuple[Part, ...] = ()
    """The body, part by part."""
    text: str = ""
    """The body as it stands, if it is plain text or Markdown; then there are no parts."""
    markdown: bool = False
    """Whether ``text`` is Markdown."""
    locator: str = ""
    """Where a person finds ``text`` in the file, such as "message 4"."""
    lines: bool = False
    """Whether the place of a sentence of ``text`` is also its line, such as "message 4, line 7"."""
    number: int = 0
    """Number of the article in a file of several, from 1; 0 for the only one of its file."""
    notice: str = ""
    """What was wrong, in one line; empty if nothing."""

    def to_json(self) -> str:
        """Return this extract as one line of JSON."""
        values = asdict(self)
        values["parts"] = [[part.kind.value, *part[1:]] for part in self.parts]
        return json.dumps(values, ensure_ascii=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> Extract:
        """Return the extract that ``to_json`` wrote.

        Raises:
            ValueError, TypeError, KeyError: it did not.
        """
        values = json.loads(line)
        parts = tuple(
            Part(BlockKind(kind), text, depth, locator, group, tuple(cells), tuple(columns), checked, *_marks(*marks))
            for kind, text, depth, locator, group, cells, columns, checked, *marks in values.pop("parts")
        )
        fields = tuple((str(name), str(value)) for name, value in values.pop("fields"))
        return cls(fields=fields, parts=parts, **values)


def _marks(marker: str, turns: Iterable[tuple[int, str]]) -> tuple[str, tuple[tuple[int, str], ...]]:
    return marker, tuple((start, locator) for start, locator in turns)


def with_paragraph_locators(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Return parts without places with the place of each: its heading, and its number below it.

    For formats without pages, a person finds a part by its heading: "paragraph 2 of “Results”".
    """
    placed: list[Part] = []
    heading, number = "", 0
    for part in parts:
        if part.kind is BlockKind.HEADING:
            heading, number = " ".join(part.text.split()), 0
            placed.append(part._replace(locator=f"heading \u201c{heading}\u201d"))
            continue
        number += 1
        below = f" of \u201c{heading}\u201d" if heading else ""
        placed.append(part._replace(locator=f"paragraph {number}{below}"))
    return tuple(placed)
