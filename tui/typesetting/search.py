"""Searching an article as its reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.datatypes import Offsets
from qa.text.clean_text import folded
from tui.typesetting.part import Part

_ALIKE = ("'\u2018\u2019", '"\u201c\u201d', "-\u2010\u2011\u2013\u2014")
"""Characters that count as the same, the one that keyboards have first."""


def matches_of(parts: Sequence[Part], query: str) -> Iterator[Offsets]:
    """Yield start and end in the file of each match of ``query``, in order of the parts.

    Upper and lower case differ only if the query has upper case; white space matches any other, such as a line break.
    """
    words = folded(query).split()
    if not words:
        return
    flags = re.NOFLAG if any(map(str.isupper, query)) else re.IGNORECASE
    pattern = re.compile(r"\s+".join("".join(map(_alike, word)) for word in words), flags)
    for part in parts:
        for clean in part.cells or (part.clean,):
            for match in pattern.finditer(clean.text):
                offsets = clean.in_file(*match.span())
                if offsets is not None:
                    yield offsets


def _alike(character: str) -> str:
    group = next((group for group in _ALIKE if group[0] == character), None)
    return f"[{re.escape(group)}]" if group else re.escape(character)
