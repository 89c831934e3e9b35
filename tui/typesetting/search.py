"""Searching an article as its reader sees it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from qa.datatypes import Offsets
from qa.text.clean_text import folded
from tui.typesetting.part import Part

_ALIKE = ("'\u2018\u2019", '"\u201c\u201d', "-\u2010\u2011\u2013\u2014")
"""Characters that count as the same, the one that keyboards have first."""


def matches_of(parts: Sequence[Part], query: str) -> Iterator[Offsets]:
    """Yield start and end in the file of each match of ``query``, in order of the parts.

    Upper and lower case differ only if the query has upper case; white space matches any other, such as a line break,
    and a match may go on in the next part.
    """
    words = folded(query).split()
    if not words:
        return
    flags = re.NOFLAG if any(map(str.isupper, query)) else re.IGNORECASE
    pattern = re.compile(r"\s+".join("".join(map(_alike, word)) for word in words), flags)
    texts = [clean for part in parts for clean in part.cells or (part.clean,)]
    starts = [0, *accumulate(len(clean.text) + 1 for clean in texts)]
    for match in pattern.finditer("\n".join(clean.text for clean in texts)):
        first, last = (bisect_right(starts, position) - 1 for position in (match.start(), match.end() - 1))
        begin = texts[first].in_file(match.start() - starts[first], match.end() - starts[first])
        end = texts[last].in_file(max(0, match.start() - starts[last]), match.end() - starts[last])
        if begin and end:
            yield begin[0], end[1]


def _alike(character: str) -> str:
    group = next((group for group in _ALIKE if group[0] == character), None)
    return f"[{re.escape(group)}]" if group else re.escape(character)
