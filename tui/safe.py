"""Foreign text on its way to the screen: questions, titles, file names and articles are never markup."""

from __future__ import annotations

from qa.text.sanitizing import single_line

LONGEST = 4_000
"""Characters of a title, name, question or statement that are shown; nobody reads more of one."""


def safe(text: str, longest: int = LONGEST) -> str:
    """Return ``text`` on one line without what a terminal would obey, cut where it is very long.

    It goes into a ``Content`` or a Rich ``Text``: a plain ``str`` would be read as markup.
    """
    shown = single_line(text[: 2 * longest])
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"
