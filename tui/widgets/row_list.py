"""A list of any length: only the rows in view are drawn, so that 100,000 cost no more than ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, Protocol, TypeVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style
from textual.visual import Visual

T = TypeVar("T")
C = TypeVar("C", contravariant=True)

_GUTTER = 2
"""Cells before a row, for the mark of the highlighted one."""


class RowLayout(Protocol[C]):
    """Draws the rows of a list."""

    @property
    def height(self) -> int:
        """Lines of a row."""
        ...

    @property
    def has_header(self) -> bool:
        """Whether there is a line above the rows."""
        ...

    def header(self, width: int) -> Content:
        """Return the line above the rows."""
        ...

    def lines(self, row: C, width: int) -> list[Content]:
        """Return the lines of a row, at most ``height``, each at most ``width`` cells."""
        ...


class RowList(ScrollView, Generic[T], can_focus=True):
    """Shows rows and highlights one of them, which Enter chooses, as does a click on the highlighted row."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--header", "row-list--highlighted", "row-list--empty"}

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Open", id="list.open"),
        Binding("up", "move(-1)", "Up", show=False, id="list.up"),
        Binding("down", "move(1)", "Down", show=False, id="list.down"),
        Binding("pageup", "move_page(-1)", "Page up", show=False, id="list.page_up"),
        Binding("pagedown", "move_page(1)", "Page down", show=False, id="list.page_down"),
        Binding("home,ctrl+home", "move_to(0)", "First", show=False, id="list.first"),
        Binding("end,ctrl+end", "move_to(-1)", "Last", show=False, id="list.last"),
    ]

    highlighted: var[int] = var(0, always_update=True)
    """Index of the highlighted row; it means nothing if there are no rows."""

    class Highlighted(Message):
        """Another row, or a row of another list, is highlighted."""

    class Chosen(Message):
        """The highlighted row was chosen."""

    class Moved(Message):
        """Other rows are in view."""

    @dataclass
    class HeaderClicked(Message):
        """The line above the rows was clicked."""

        x: int
        """Cell of the line."""

    def __init__(self, layout: RowLayout[T], id: str | None = None) -> None:  # noqa: A002  # Textual's name for it
        super().__init__(id=id)
        self.rows: Sequence[T] = ()
        """All rows."""
        self._layout = layout
        self._empty = Content()

    @property
    def row(self) -> T | None:
        """The highlighted row, if there are any."""
        return self.rows[self.highlighted] if self.rows else None

    @property
    def text_width(self) -> int:
        """Cells of a line."""
        return max(self.scrollable_content_region.width - _GUTTER - 1, 1)  # a cell before the scrollbar stays free

    @property
    def in_view(self) -> Sequence[T]:
        """The rows that are in view, also in part."""
        first = self.scroll_offset.y // self._layout.height
        count = self._space // self._layout.height + 2
        return self.rows[first : first + count]

    def show(self, rows: Sequence[T], highlighted: int = 0, empty: Content | None = None) -> None:
        """Show these rows, or ``empty`` if there are none, and highlight one of them."""
        self.rows, self._empty = rows, empty or Content()
        self._resize()
        self.highlighted = highlighted
        self.post_message(self.Moved())

    def validate_highlighted(self, index: int) -> int:
        """Keep the index among the rows."""
        return max(min(index, len(self.rows) - 1), 0)

    def watch_highlighted(self) -> None:
        """Scroll the highlighted row into view."""
        top, height = self.highlighted * self._layout.height, self._layout.height
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
        elif top + height > self.scroll_offset.y + self._space:
            self.scroll_to(y=top + height - self._space, animate=False)
        self.refresh()
        self.post_message(self.Highlighted())

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Report that other rows are in view."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Moved())

    def on_resize(self) -> None:
        """Keep the highlighted row in view."""
        self._resize()
        self.highlighted = self.highlighted
        self.post_message(self.Moved())

    def on_click(self, event: events.Click) -> None:
        """Highlight the row under the mouse; choose it if it is highlighted."""
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y < self._header_lines:
            self.post_message(self.HeaderClicked(offset.x - _GUTTER))
            return
        index = (offset.y - self._header_lines + self.scroll_offset.y) // self._layout.height
        if index >= len(self.rows):
            return
        if index == self.highlighted:
            self.post_message(self.Chosen())
        else:
            self.highlighted = index

    def action_choose(self) -> None:
        """Choose the highlighted row."""
        if self.rows:
            self.post_message(self.Chosen())

    def action_move(self, step: int) -> None:
        """Highlight another row, ``step`` rows below."""
        self.highlighted += step

    def action_move_page(self, step: int) -> None:
        """Highlight another row, ``step`` pages below."""
        self.highlighted += step * max(self._space // self._layout.height - 1, 1)

    def action_move_to(self, index: int) -> None:
        """Highlight the row at ``index``, counted from the end if negative."""
        self.highlighted = index % max(len(self.rows), 1)

    def render_line(self, y: int) -> Strip:
        """Draw a line of the screen."""
        width = self.scrollable_content_region.width
        if not self.rows:
            return self._empty_line(y, width)
        if y < self._header_lines:
            header = Content(" " * _GUTTER) + self._layout.header(self.text_width)
            return self._strip(header, self.get_visual_style("row-list--header"))
        index, line = divmod(y - self._header_lines + self.scroll_offset.y, self._layout.height)
        if index >= len(self.rows):
            return Strip.blank(width, self.visual_style.rich_style)
        is_highlighted = index == self.highlighted
        style = self.get_visual_style("row-list--highlighted") if is_highlighted else self.visual_style
        lines = self._layout.lines(self.rows[index], self.text_width)
        gutter = Content("> " if is_highlighted and line == 0 else " " * _GUTTER)
        return self._strip(gutter + lines[line] if line < len(lines) else gutter, style)

    def _empty_line(self, y: int, width: int) -> Strip:
        lines = self._empty.wrap(max(width - 2 * _GUTTER, 1))
        if not 1 <= y <= len(lines):
            return Strip.blank(width, self.visual_style.rich_style)
        return self._strip(Content(" " * _GUTTER) + lines[y - 1], self.get_visual_style("row-list--empty"))

    def _strip(self, content: Content, style: Style) -> Strip:
        width = self.scrollable_content_region.width
        strips = Visual.to_strips(self, content, width, 1, style, apply_selection=False, pad=True)
        return strips[0].adjust_cell_length(width, style.rich_style)

    @property
    def _header_lines(self) -> int:
        return int(self._layout.has_header)

    @property
    def _space(self) -> int:
        """Lines for rows."""
        return max(self.scrollable_content_region.height - self._header_lines, 1)

    def _resize(self) -> None:
        lines = len(self.rows) * self._layout.height + self._header_lines if self.rows else 0
        self.virtual_size = Size(self.scrollable_content_region.width, lines)
        self.refresh()
