"""Reading order: the columns of a page, and the lines of each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise

from qa.corpus.formats.pdf_words import Segment

_SAME_LINE = 0.45
"""Of the font size: how far apart the baselines of a line may be."""
_OVERLAP = 0.85
"""Of the font size: lines that are closer overlap."""
_NEXT_LINE = 1.6
"""Of the font size: how far apart the lines of a title are."""
_FEWEST_ROWS = 2
"""Lines beside each other that may be columns."""
_ROWS_IN_FILE = 3
"""Lines beside each other that are columns even if the file has them row by row."""
_KNOWN = 3
"""Gutters of the pages before that are looked for on a page with little text."""
_CANDIDATES = 12
"""Gutters of a page that are tried."""
_PROSE = 3.5
"""Words of a line in a column, on average; cells of a table have fewer."""
_BOX = 0.6
"""Width of a box beside the text, compared with the text, at most; the columns of a page are about equally wide."""
_SWITCHES = 0.4
"""How often the file goes from one side to the other, for each row, if the sides are columns and not cells."""


@dataclass(slots=True)
class Line:
    """A line of a column."""

    segments: list[Segment]
    page: int
    """From 1."""
    left: float = 0.0
    """Where its column begins."""
    right: float = 0.0
    """Where its column ends."""
    text: str = field(init=False)
    x0: float = field(init=False)
    x1: float = field(init=False)
    y: float = field(init=False)
    size: float = field(init=False)
    bold: bool = field(init=False)

    def __post_init__(self) -> None:
        self.segments.sort(key=lambda segment: round(segment.x0))
        main = max(self.segments, key=lambda segment: len(segment.text))
        self.text = " ".join(segment.text for segment in self.segments)
        self.x0, self.x1 = self.segments[0].x0, max(segment.x1 for segment in self.segments)
        self.y, self.size = main.y, main.size
        self.bold = all(segment.bold for segment in self.segments)

    @property
    def first_width(self) -> float:
        """How wide its first word is."""
        word = self.segments[0].words[0]
        return word.x1 - word.x0


def columns_of(segments: Sequence[Segment], page: int, gutters: list[float]) -> Iterator[list[Line]]:
    """Yield the lines of a page column by column, as they are read.

    Args:
        segments: the text of the page.
        page: its number.
        gutters: where columns were apart on the pages before; those of this page are added.
    """
    for region in _regions(sorted(segments, key=lambda segment: (segment.y, segment.x0)), gutters):
        lines = lines_of(region, page)
        left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
        for line in lines:
            line.left, line.right = left, right
        _narrow(lines)
        yield lines


def _narrow(lines: Sequence[Line]) -> None:
    """Say where the lines of an indented quotation end."""
    start = 0
    for end in range(1, len(lines) + 1):
        first = lines[start]
        if end < len(lines) and abs(lines[end].x0 - first.x0) < 1:
            continue
        if end - start > 1 and first.x0 - first.left > first.size:
            for line in lines[start:end]:
                line.right = max(each.x1 for each in lines[start:end])
        start = end


def lines_of(segments: Sequence[Segment], page: int) -> list[Line]:
    """Return the lines that segments form, from top to bottom."""
    rows: list[list[Segment]] = []
    for row in _rows(segments):
        if rows and _stand_beside(rows[-1], row):
            rows[-1] += row
        else:
            rows.append(list(row))
    return [Line(row, page) for row in rows]


def _stand_beside(above: Sequence[Segment], below: Sequence[Segment]) -> bool:
    """Whether two rows overlap in height but not in width, as cells do that are centred beside a cell of two lines."""
    near = [
        (first, second)
        for first in above
        for second in below
        if second.y - first.y < _OVERLAP * min(first.size, second.size)
    ]
    return bool(near) and all(first.x1 < second.x0 or second.x1 < first.x0 for first, second in near)


def _rows(segments: Sequence[Segment]) -> list[list[Segment]]:
    rows: list[list[Segment]] = []
    for segment in sorted(segments, key=lambda each: each.y):
        near = rows[-1][0] if rows else None
        if near and abs(segment.y - near.y) < _SAME_LINE * min(segment.size, near.size):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    for row in rows:
        row.sort(key=lambda each: each.x0)
    return rows


def _regions(segments: list[Segment], gutters: list[float]) -> Iterator[list[Segment]]:
    """Yield the segments of each column, from top to bottom; what crosses columns stands between them."""
    own = _gutters(segments)
    divisions = [
        (_divided(segments, gutter, _FEWEST_ROWS if own else 1), gutter) for gutter in own or gutters[-_KNOWN:]
    ]
    (parts, count), gutter = max(divisions, key=lambda each: each[0][1], default=(([], 0), 0.0))
    if count:
        gutters += [gutter] if own else []
        for part in parts:
            yield from _regions(part, gutters)
    elif segments:
        yield segments


def _divided(segments: Sequence[Segment], gutter: float, fewest: int) -> tuple[list[list[Segment]], int]:
    """Return the sides of a gutter, with what stands above, between and below, and how many segments are in columns."""
    parts: list[list[Segment]] = []
    boxes: list[list[Segment]] = []
    across: list[Segment] = []
    count = 0
    bands = list(_bands(segments, gutter))
    for number, (is_crossed, band) in enumerate(bands):
        left = [segment for segment in band if segment.x1 <= gutter]
        right = [segment for segment in band if segment.x1 > gutter]
        if is_crossed or not left or not right or not _are_columns(left, right, fewest):
            across += band
            continue
        is_box = _is_side_box(right, left) and any(crossed for crossed, _ in bands[number + 1 :])
        parts += [across, left] if is_box else [across, left, right]
        boxes += [right] * is_box
        across = []
        count += len(band)
    return [part for part in (*parts, across, *boxes) if part], count


def _is_side_box(right: Sequence[Segment], left: Sequence[Segment]) -> bool:
    """Whether the right side is a box beside the text, which goes on below both: it is read last."""
    return _width(right) < _BOX * _width(left)


def _width(segments: Sequence[Segment]) -> float:
    return max(segment.x1 for segment in segments) - min(segment.x0 for segment in segments)


def _bands(segments: Sequence[Segment], gutter: float) -> Iterator[tuple[bool, list[Segment]]]:
    """Yield stretches of a page that cross the gutter, and those that do not."""
    band: list[Segment] = []
    was_crossed = False
    for row in _rows(segments):
        is_crossed = any(segment.x0 < gutter < segment.x1 for segment in row)
        is_crossed = is_crossed or (was_crossed and len(row) == 1 and _is_next_line(band[-1], row[0]))
        if band and is_crossed != was_crossed:
            yield was_crossed, band
            band = []
        band = [*band, *row]
        was_crossed = is_crossed
    if band:
        yield was_crossed, band


def _is_next_line(above: Segment, below: Segment) -> bool:
    """Whether a line is the rest of the one above, such as a title."""
    return above.size == below.size and above.bold == below.bold and below.y - above.y < _NEXT_LINE * below.size


def _gutters(segments: Sequence[Segment]) -> list[float]:
    """Return where most neighbours are apart, best first: between columns, if there are any."""
    gaps = []
    ordered = sorted(segments, key=lambda segment: segment.y)
    baselines = [segment.y for segment in ordered]
    for segment in ordered:
        end = bisect_right(baselines, segment.y + segment.size)
        start = bisect_right(baselines, segment.y - segment.size)
        beside = (other.x0 for other in ordered[start:end] if other.x0 > segment.x1)
        nearest = min(beside, default=None)
        if nearest is not None:
            gaps.append((segment.x1, nearest))
    events = sorted([(start, 1) for start, _ in gaps] + [(end, -1) for _, end in gaps])
    depths = [0, *accumulate(change for _, change in events)]
    peaks = [
        (depths[index], events[index][0] - events[index - 1][0], (events[index][0] + events[index - 1][0]) / 2)
        for index in range(1, len(events))
        if events[index - 1][1] > 0 > events[index][1] and depths[index] >= _FEWEST_ROWS
    ]
    return [middle for *_, middle in sorted(peaks, reverse=True)[:_CANDIDATES]]


def _are_columns(left: Sequence[Segment], right: Sequence[Segment], fewest: int) -> bool:
    """Whether two sides are columns of text and not the cells of a table."""
    rows = min(len(_rows(left)), len(_rows(right)))
    in_order = sorted([(segment.order, False) for segment in left] + [(segment.order, True) for segment in right])
    switches = sum(before[1] != after[1] for before, after in pairwise(in_order)) - 1
    if rows >= fewest and switches <= _SWITCHES * rows:
        return True
    return rows >= _ROWS_IN_FILE and all(
        sum(len(segment.words) for segment in side) >= _PROSE * len(side) for side in (left, right)
    )
