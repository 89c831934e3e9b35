"""Finding a quote where it stands in a file now, after the file may have changed."""

from __future__ import annotations

import re

from qa.datatypes import Offsets


def find_quote(text: str, quote: str, expected: int, before: str = "", after: str = "") -> Offsets | None:
    """Return start and end of ``quote`` in ``text``; white space may differ only if it stands nowhere exactly.

    Args:
        text: the text of the file now.
        quote: the characters to find.
        expected: where the quote stood; of several occurrences, the nearest counts.
        before: what stood before the quote; an occurrence with the same text around it precedes a nearer one.
        after: what stood after it.
    """
    if not quote.strip():
        return None
    for find in (_exact, _with_any_spaces):
        for left, right in dict.fromkeys(((before, after), (before, ""), ("", after), ("", ""))):
            offsets = find(text, left, quote, right, expected)
            if offsets is not None:
                return offsets
    return None


def _exact(text: str, before: str, quote: str, after: str, expected: int) -> Offsets | None:
    whole = before + quote + after
    start = expected - len(before)
    if start >= 0 and text.startswith(whole, start):
        return expected, expected + len(quote)
    positions = (text.find(whole, max(0, start)), text.rfind(whole, 0, max(0, start) + len(whole)))
    starts = [position + len(before) for position in positions if position >= 0]
    if not starts:
        return None
    nearest = min(starts, key=lambda position: abs(position - expected))
    return nearest, nearest + len(quote)


def _with_any_spaces(text: str, before: str, quote: str, after: str, expected: int) -> Offsets | None:
    # A pattern that began with white space would take quadratic time on a text full of it.
    left = rf"{_words(before)}\s*" if before.strip() else ""
    right = rf"\s*{_words(after)}" if after.strip() else ""
    pattern = f"{left}(?P<quote>{_words(quote)}){right}"
    matches = (match.span("quote") for match in re.finditer(pattern, text))
    return min(matches, key=lambda offsets: abs(offsets[0] - expected), default=None)


def _words(text: str) -> str:
    return r"\s+".join(map(re.escape, text.split()))
