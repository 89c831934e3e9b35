"""Chooses which articles to search: by outlet, author, tag, file and time, with the names that there are below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import ClassVar

from textual import events, getters, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

import qa
from qa.filtering import parse_filter
from qa.questions.filter_words import as_texts
from tui.safe import safe
from tui.state import StatefulApp
from tui.themes import DIM

_FIELDS = {
    "sources": ("Outlet", "The Verge"),
    "authors": ("Author", "Smith"),
    "tags": ("Tag", "travel"),
    "paths": ("File", "notes/*.md"),
    "since": ("Since", "2024-03-01, March 2024, last week, yesterday"),
    "until": ("Until", "2024-03-31"),
}
"""Label and example of each field, by the name of the condition."""
_DATES = ("since", "until")
_MOST_LISTED = 100
"""Names that are listed at once."""
_SEPARATOR = "; "
_HINT = "Enter applies, Escape cancels; empty fields are no limit. Several names: a; b"


class FilterScreen(ModalScreen[None]):
    """Asks for the conditions of the filter, and sets it for what is asked and searched from now on."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", id="filter.close"),
        Binding("down", "next", "Next", show=False, id="filter.next"),
        Binding("up", "previous", "Previous", show=False, id="filter.previous"),
        Binding("ctrl+o", "clear", "Remove the filter", id="filter.clear"),
    ]

    app = getters.app(StatefulApp)
    names = getters.query_one("#names", OptionList)

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Mapping[str, int]] = {}
        self._field = "sources"

    def compose(self) -> ComposeResult:
        """Lay out a line for each condition, the names that there are, and a hint."""
        current = as_texts(self.app.chosen)
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Only some articles"
            for name, (label, example) in _FIELDS.items():
                value = current.get(name, "")
                text = value if isinstance(value, str) else _SEPARATOR.join(value)
                with Horizontal():
                    yield Static(label)
                    yield Input(safe(text), placeholder=example, id=name, compact=True, select_on_focus=False)
            yield OptionList(id="names", compact=True)
            yield Static(Content.styled(_HINT, DIM), id="told")

    @work(exclusive=True, exit_on_error=False)
    async def on_mount(self) -> None:
        """List the names in the index."""
        self._known["paths"] = _folders(article.path for article in self.app.articles)
        try:
            known = await self.app.engine.known_names()
        except qa.QAError as problem:
            self._tell(str(problem))
            return
        self._known |= {"sources": known.sources, "authors": known.authors, "tags": known.tags}
        self._list()

    def action_next(self) -> None:
        """Focus the next field; from the last one, the names."""
        self.focus_next()

    def action_previous(self) -> None:
        """Focus the previous field."""
        self.focus_previous()

    def action_clear(self) -> None:
        """Remove the filter."""
        self.app.chosen = qa.Filter()
        self.dismiss()

    @on(events.DescendantFocus)
    def _focus_moved(self) -> None:
        if isinstance(self.focused, Input) and self.focused.id:
            self._field = self.focused.id
            self._list()

    @on(Input.Changed)
    def _typed(self) -> None:
        self._list()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        field = self.query_one(f"#{self._field}", Input)
        field.value = _SEPARATOR.join([*_values(field.value)[:-1], self._listed[event.option_index]])
        field.cursor_position = len(field.value)
        field.focus()

    @on(Input.Submitted)
    @work(exclusive=True, exit_on_error=False)
    async def _submitted(self) -> None:
        texts = {name: self.query_one(f"#{name}", Input).value for name in _FIELDS}
        names = {name: _values(text) for name, text in texts.items() if name not in _DATES}
        try:
            chosen = parse_filter(
                texts["since"],
                texts["until"],
                sources=names["sources"],
                authors=names["authors"],
                tags=names["tags"],
                paths=names["paths"],
            )
            self.app.chosen = await self.app.engine.full_names(chosen)
        except qa.QAError as problem:
            self._tell(str(problem))
        else:
            self.dismiss()

    def _list(self) -> None:
        """List the names that fit what is typed into the field."""
        known = self._known.get(self._field, {})
        typed = (_values(self.query_one(f"#{self._field}", Input).value) or [""])[-1].casefold()
        fitting = [name for name in known if typed in name.casefold() and typed != name.casefold()]
        self._listed = fitting[:_MOST_LISTED]
        self.names.clear_options()
        self.names.add_options(
            Option(Content.assemble(safe(name), (f"  {known[name]:,}", DIM))) for name in self._listed
        )

    def _tell(self, problem: str) -> None:
        self.query_one("#told", Static).update(Content.styled(safe(problem), "$text-error"))


def _values(text: str) -> list[str]:
    """Return the values that are typed into a field; the last one may be empty."""
    return [value.strip() for value in text.split(_SEPARATOR.strip())]


def _folders(paths: Iterable[str]) -> dict[str, int]:
    """Return how many articles each folder has, those with most first."""
    folders = Counter(f"{path.rpartition('/')[0]}/" for path in paths if "/" in path)
    return dict(folders.most_common())
