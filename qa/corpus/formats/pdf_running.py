"""Running heads, footers and page numbers: what stands at the same place of several pages, numbers aside."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from qa.corpus.formats.pdf_layout import lines_of
from qa.corpus.formats.pdf_words import PageText, Segment

_ROWS = 3
"""Lines at the top and at the bottom of a page that may be repeated."""
_NEAR = 4
"""Points that a repeated line may be off."""
_APART = 2
"""Pages from one repetition to the next: left and right pages may differ."""
_NUMBER = re.compile(r"\d+")
_PAGE = re.compile(r"\W*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?\W*", re.IGNORECASE)
"""A page number on its own."""


def without_running_lines(pages: Sequence[PageText]) -> tuple[list[list[Segment]], list[str]]:
    """Return the segments of each page without what is repeated, and the running head of the first page that has one.

    A single page keeps all.
    """
    seen: dict[str, list[tuple[int, float]]] = defaultdict(list)
    edges = [_edges(page, number) for number, page in enumerate(pages)]
    for number, rows in enumerate(edges):
        for signature, y, _ in rows:
            seen[signature].append((number, y))
    bodies: list[list[Segment]] = []
    head: list[str] = []
    for number, (page, rows) in enumerate(zip(pages, edges, strict=True)):
        dropped: list[Segment] = []
        for signature, y, segments in rows:
            if any(0 < abs(other - number) <= _APART and abs(at - y) <= _NEAR for other, at in seen[signature]):
                dropped += segments
        ids = set(map(id, dropped))
        bodies.append([segment for segment in page.segments if id(segment) not in ids])
        head = head or [segment.text for segment in dropped if segment.y < page.height / 2]
    return bodies, head


def _edges(page: PageText, number: int) -> list[tuple[str, float, list[Segment]]]:
    """Return the first and last lines of a page: what is the same on each page, where it stands, and its segments."""
    lines = lines_of(page.segments, number)
    chosen = lines if len(lines) <= 2 * _ROWS else [*lines[:_ROWS], *lines[-_ROWS:]]
    edges = []
    for line in chosen:
        is_number = _PAGE.fullmatch(line.text)
        signature = "#" if is_number else _NUMBER.sub("#", " ".join(line.text.split()))
        if is_number or any(char.isalpha() for char in signature):
            edges.append((signature, line.y, line.segments))
    return edges
