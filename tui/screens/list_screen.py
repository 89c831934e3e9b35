"""What screens with a list have in common: a text field on top that filters, the list, and a preview of its row.

The field keeps the focus: typing filters at once, arrow keys move in the list, Enter opens the highlighted row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

import qa
from tui.safe import safe
from tui.state import StatefulApp
from tui.typing import TakesTyping, is_typed
from tui.widgets.filter_field import FilterField
from tui.widgets.key_bar import KeyBar
from tui.widgets.row_list import RowLayout, RowList
from tui.widgets.status_line import StatusLine

T = TypeVar("T")


class ListScreen(TakesTyping, Screen[None], Generic[T]):
    """Lists what matches the words in its field."""

    AUTO_FOCUS: ClassVar[str | None] = "#field"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (140, "-wide")]  # noqa: RUF012  # as Textual declares it
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012  # as Textual declares it

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "back", "Back", id="list.back")]

    NAME: ClassVar[str]
    """Title of the screen."""
    PROMPT: ClassVar[str]
    """What can be typed into the field."""

    app = getters.app(StatefulApp)
    field = getters.query_one("#field", FilterField)

    def __init__(self, layout: RowLayout[T]) -> None:
        super().__init__()
        self.list: RowList[T] = RowList(layout, id="rows")
        """Shows the rows."""

    def compose(self) -> ComposeResult:
        """Lay out status line, field, list, preview, a line for notes, and footer."""
        yield StatusLine()
        yield FilterField(placeholder=self.PROMPT, select_on_focus=False, id="field")
        with Container(id="panes"):
            yield self.list
            with VerticalScroll(id="preview-pane", can_focus=False):
                yield Static(id="preview")
        yield Static(id="note")
        yield KeyBar()

    def on_mount(self) -> None:
        """Set the title."""
        self.field.border_title = self.NAME
        self.note("")

    async def rows_for(self, query: str) -> Sequence[T]:
        """Return the rows that match a query, in order.

        Raises:
            QAError: they cannot be found; it is shown below the list.
        """
        raise NotImplementedError

    def identity(self, row: T) -> object:
        """Return what stays the same of a row, so that it is still highlighted in another selection of rows."""
        raise NotImplementedError

    def summary(self) -> str:
        """Return what the list shows, in a few words."""
        raise NotImplementedError

    def share(self, total: int, noun: str) -> str:
        """Return how many rows are listed of how many, such as "3 of 1,200 articles"."""
        rows = len(self.list.rows)
        all_of_them = f"{total:,} {noun}{'s' * (total != 1)}"
        return all_of_them if rows == total else f"{rows:,} of {all_of_them}"

    def explain_empty(self, query: str) -> Content:
        """Return why there are no rows, and what to do."""
        raise NotImplementedError

    async def preview(self, row: T) -> Content:
        """Return what is shown of the highlighted row beside the list."""
        raise NotImplementedError

    def open_row(self, row: T) -> None:
        """Open a row."""
        raise NotImplementedError

    @work(exclusive=True, group="rows", exit_on_error=False)
    async def refill(self) -> None:
        """Show the rows that match the field; the same row stays highlighted while the field stays the same."""
        query = self.field.value.strip()
        try:
            rows = await self.rows_for(query)
        except qa.QAError as problem:
            self.note(str(problem))
            rows = []
        self.list.show(rows, self._index_in(rows), self.explain_empty(query))
        self.field.border_subtitle = Content(safe(self.summary()))

    def note(self, text: str) -> None:
        """Show a line below the list."""
        note = self.query_one("#note", Static)
        note.update(Content(safe(text)))
        note.display = bool(text)

    def on_key(self, event: events.Key) -> None:
        """Pass what is typed on to the field, wherever the focus is."""
        if event.character and is_typed(event, self) and not self.field.has_focus:
            event.stop()
            self.field.focus()
            self.field.insert_text_at_cursor(event.character)

    def on_paste(self, event: events.Paste) -> None:
        """Pass what is pasted on to the field, wherever the focus is."""
        if not self.field.has_focus:
            self.field.focus()
            self.field.insert_text_at_cursor(" ".join(event.text.split()))

    def action_list(self, action: str, argument: int) -> None:
        """Move the highlight of the list while the field has the focus."""
        getattr(self.list, f"action_{action}")(argument)

    def action_back(self) -> None:
        """Clear the field, or return to the previous screen."""
        if self.field.value:
            self.field.clear()
            self.field.focus()
        else:
            self.dismiss()

    def _index_in(self, rows: Sequence[T]) -> int:
        row = self.list.row
        if row is None:
            return 0
        identity = self.identity(row)
        return next((index for index, other in enumerate(rows) if self.identity(other) == identity), 0)

    @on(Input.Changed, "#field")
    def _typed(self) -> None:
        self.list.highlighted = 0
        self.refill()

    @on(Input.Submitted, "#field")
    @on(RowList.Chosen)
    def _chosen(self) -> None:
        if self.list.row is not None:
            self.open_row(self.list.row)

    @on(RowList.Highlighted)
    @work(exclusive=True, group="preview", exit_on_error=False)
    async def _highlighted(self) -> None:
        row = self.list.row
        content = Content() if row is None else await self.preview(row)
        self.query_one("#preview", Static).update(content)
        self.query_one("#preview-pane").scroll_home(animate=False)
