"""Makes untrusted text safe to display: questions, titles, file names and articles are never markup."""

from __future__ import annotations

from qa.text.sanitizing import single_line

MAX_LENGTH = 4_000
"""Number of characters shown of a title, name, question or statement."""


def safe(text: str, max_length: int = MAX_LENGTH) -> str:
    """Return ``text`` on one line, without anything that a terminal would interpret, shortened if very long.

    Wrap the result in a ``Content`` or a Rich ``Text``: Textual parses a plain ``str`` as markup.
    """
    line = single_line(text[: 2 * max_length])
    return line if len(line) <= max_length else line[: max_length - 1] + "…"
