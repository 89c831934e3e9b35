"""Why the current answer was given or withheld: every passage with its scores."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.screen import Screen
from textual.widgets import DataTable, Static

import qa
from qa.datatypes import EXTRACTIVE
from tui.engine import Engine
from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.sources import Source
from tui.themes import DIM
from tui.widgets.key_bar import KeyBar

_COLUMNS = ("#", "reader", "fused", "full text", "vector", "location", "passage")
_PASSAGE_LENGTH = 160
"""Characters of a passage in the table."""


class WhyScreen(Screen[None]):
    """Shows the reason for an answer, and its passages with their scores."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Back", id="why.back")]

    def __init__(self, engine: Engine, answer: qa.Answer) -> None:
        super().__init__()
        self._engine = engine
        self._answer = answer

    def compose(self) -> ComposeResult:
        """Lay out the reason, the passages and the footer."""
        answer = self._answer
        outcome = "Answered" if answer.answered else "Not answered"
        certainty = f"{answer.shown_certainty}, " if answer.shown_certainty else ""
        confidence = f"{certainty}confidence {answer.confidence:.2f}" if answer.engine == EXTRACTIVE else "checked"
        timings = ", ".join(
            f"{step} {milliseconds:.0f} ms" for step, milliseconds in answer.timings_ms.by_stage().items()
        )
        yield Static(
            Content.assemble(
                (safe(answer.question), "bold"),
                f"\n{outcome} ({answer.engine}, {confidence}): {safe(answer.reason)}",
                (f"\nindex generation {answer.index.generation}; {timings}", DIM),
            ),
            id="reason",
        )
        yield DataTable(id="passages", cursor_type="row", zebra_stripes=True)
        yield KeyBar()

    def on_mount(self) -> None:
        """Fill the table."""
        table: DataTable[str | Text] = self.query_one(DataTable)
        table.add_columns(*_COLUMNS)
        for passage in self._answer.passages:
            scores = passage.scores
            reader = "not read" if scores.reader is None else f"{scores.reader:.3f}"
            search = (f"{scores.fused:.3f}", f"{scores.fulltext:.3f}", f"{scores.vector:.3f}")
            source = Source.of_passage(passage)
            text = safe(source.quote, _PASSAGE_LENGTH)
            table.add_row(str(passage.rank), reader, *search, Text(source.location), Text(text))
        table.focus()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Open the article of a passage."""
        sources = [Source.of_passage(passage) for passage in self._answer.passages]
        self.app.push_screen(ArticleScreen(self._engine, sources, event.cursor_row))
