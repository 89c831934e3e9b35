"""Chooses the language model that writes the answers until the app exits."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

import qa
from tui.engine import Engine
from tui.safe import safe
from tui.themes import DIM

_ABOUT = """\
Model that writes the answers: ollama/NAME, openai/NAME, anthropic/NAME, or openai-like/NAME with llm_base_url in \
qa.toml. With none, answers quote the articles. Every sentence that a model writes is checked against the articles. \
Questions and passages leave this machine unless the model's server runs on it. To make the choice permanent, set \
llm = "..." in qa.toml. qa doctor --llm shows how a model answers, and how fast.\
"""


class ModelScreen(ModalScreen[None]):
    """Asks for the name of a model."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close", id="model.close")]

    def __init__(self, engine: Engine, current: str) -> None:
        super().__init__()
        self._engine = engine
        self._current = current

    def compose(self) -> ComposeResult:
        """Lay out the explanation and the input field."""
        with Vertical(id="model"):
            yield Static(Content(_ABOUT))
            yield Input(self._current, id="name")
            yield Static(Content.styled("Enter applies the change, Escape cancels.", DIM), id="told")

    def on_mount(self) -> None:
        """Set the title."""
        self.query_one("#model").border_title = "Language model"

    @on(Input.Submitted)
    @work(exclusive=True, exit_on_error=False)
    async def _chosen(self, event: Input.Submitted) -> None:
        name = event.value.strip() or "none"
        try:
            await self._engine.choose_model(name)
        except qa.QAError as problem:
            self.query_one("#told", Static).update(Content.styled(safe(str(problem)), "$text-error"))
        else:
            self.app.notify(f"Language model: {name}", markup=False)
            self.dismiss()
