"""Makes untrusted text safe to display: questions, titles, file names and articles are never markup."""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

from qa.text.sanitizing import disarm, single_line

_SURROGATE = re.compile("[\ud800-\udfff]")
MAX_LENGTH = 4_000
"""Number of characters shown of a title, name, question or statement."""


def safe(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return ``text`` on one line, without anything that a terminal would interpret, shortened if very long.

    Wrap the result in a ``Content`` or a Rich ``Text``: Textual parses a plain ``str`` as markup.
    """
    line = single_line(text[: 2 * max_length])
    return line if len(line) <= max_length else line[: max_length - 1] + "…"


class SafeLines(LineFilter):
    """Removes control characters from every line that is drawn, whichever widget draws it.

    They take no cell of the terminal, so nothing moves. A lone surrogate, which takes one, cannot be written.
    """

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments of a line without control characters."""
        return [
            segment if segment.control else segment._replace(text=disarm(_SURROGATE.sub("\ufffd", segment.text)))
            for segment in segments
        ]
