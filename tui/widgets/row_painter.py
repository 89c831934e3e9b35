"""Draws the rows of an article: their text with its styles, marks and selection, and the signs in the margin."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.strip import Strip
from textual.widget import Widget

from qa.datatypes import CleanText, Offsets
from qa.datatypes.clean_text import INSERTED
from tui.typesetting import Row
from tui.typesetting.emphasis import ITALIC, LINK, STRONG, STRUCK, Emphasis, emphasis_of
from tui.typesetting.part import Style
from tui.widgets.marks import CITED, CURRENT, KINDS, Mark, Marks

MARGIN = 5
"""Cells to the left of the text, for the number and the sign of a citation."""
STYLES = (*(style.value for style in Style), "lead", "sign")
"""Component classes for the text itself."""
_SIGNS = {CURRENT: "┃", CITED: "│"}

_ATTRIBUTES = {
    STRONG: RichStyle(bold=True),
    ITALIC: RichStyle(italic=True),
    LINK: RichStyle(underline=True),
    STRUCK: RichStyle(strike=True),
}
"""Emphasis adds to a style, whatever its colours are."""

Layer = tuple[int, int, RichStyle]
"""A stretch of a text and its style, drawn above earlier ones."""


class RowPainter:
    """Draws rows of one article in the styles of a widget.

    Args:
        widget: has a component class for each style and each kind of mark.
        text: the text of the file.
    """

    def __init__(self, widget: Widget, text: str) -> None:
        self._widget = widget
        self._text = text
        self._emphasis: tuple[CleanText, list[Emphasis]] = (CleanText("", ()), [])

    def paint(self, row: Row, marks: Marks, left: int, width: int, selected: Offsets | None) -> Strip:
        """Draw a row ``width`` cells wide after ``left`` cells, with a stretch of its text selected."""
        base = self._widget.rich_style
        inside = [*marks.within(*row.in_file())] if not row.is_blank else []
        text = [*self._body(row, inside, base, selected)]
        is_code = row.part.style is Style.CODE and not row.is_blank
        if is_code:
            space = width - sum(cell_len(segment.text) for segment in text) - len(row.lead)
            text.append(Segment(" " * max(0, space), base + self._style("code")))
        lead = "code" if is_code else "lead"
        return Strip(
            [
                Segment(" " * left, base),
                *self._margin(row, inside, base),
                Segment(row.lead, base + self._style(lead)),
                *text,
            ]
        )

    def copied(self, row: Row, offsets: Offsets) -> str:
        """Return a stretch of a row's text as it is copied: the cells of a table with tabs between them."""
        start, end = (row.start + offset for offset in offsets)
        if not row.part.cells:
            return row.clean.text[start:end]
        pieces = row.clean.pieces(start, end)
        texts = ["\t" if run.source == INSERTED else row.clean.text[first:last] for run, first, last, _ in pieces]
        return "".join(texts).strip("\t").replace("\t\t", "\t")

    def _style(self, name: str) -> RichStyle:
        return _ATTRIBUTES.get(name) or self._widget.get_component_rich_style(f"article-text--{name}")

    def _margin(self, row: Row, marks: list[Mark], base: RichStyle) -> Iterator[Segment]:
        kinds = {mark.kind for mark in marks}
        sign = next((sign for kind, sign in _SIGNS.items() if kind in kinds), " ")
        low, high = row.in_file()
        low = row.part.start if row.is_first else low
        label = next((mark.label for mark in marks if low <= mark.start < high), "")
        yield Segment(f"{label:>{MARGIN - 2}}{sign} "[-MARGIN:], base + self._style("sign"))

    def _body(self, row: Row, marks: list[Mark], base: RichStyle, selected: Offsets | None) -> Iterator[Segment]:
        plain = base + self._style(row.part.style.value)
        layers = [*self._emphasized(row), *self._marked(row, marks)]
        if selected is not None:
            style = self._widget.screen.get_component_rich_style("screen--selection")
            layers.append((row.start + selected[0], row.start + selected[1], style))
        edges = {row.start, row.end}
        for start, end, _ in layers:
            edges |= {min(max(edge, row.start), row.end) for edge in (start, end)}
        for start, end in pairwise(sorted(edges)):
            style = plain
            for first, last, layer in layers:
                if first <= start and end <= last:
                    style += layer
            yield Segment(row.clean.text[start:end], style)

    def _emphasized(self, row: Row) -> Iterator[Layer]:
        if row.part.has_markup and not row.is_blank:
            if self._emphasis[0] is not row.clean:
                self._emphasis = row.clean, emphasis_of(row.clean, self._text, row.part.start)
            for start, end, kind in self._emphasis[1]:
                if start < row.end and end > row.start:
                    yield start, end, self._style(kind)

    def _marked(self, row: Row, marks: list[Mark]) -> Iterator[Layer]:
        for mark in sorted(marks, key=lambda mark: KINDS.index(mark.kind)):
            style = self._style(mark.kind)
            for run, first, last, (low, high) in row.clean.pieces(row.start, row.end):
                if run.source == INSERTED or mark.start >= high or mark.end <= low:
                    continue
                if high - low == last - first:
                    yield first + max(0, mark.start - low), last - max(0, high - mark.end), style
                else:
                    yield first, last, style
