"""The app state that every screen can read, and the engine."""

from __future__ import annotations

from textual.reactive import var

import qa
from tui.engine import Engine
from tui.indexing import IndexingProgress
from tui.terminal_app import TerminalApp


class StatefulApp(TerminalApp):
    """The part of the app that screens and widgets depend on."""

    phase: var[str] = var("Starting …")
    """The current startup step, or why startup failed; empty once questions can be answered."""
    articles: var[list[qa.ArticleStatus]] = var(list, always_update=True)
    """All articles with their state."""
    progress: var[IndexingProgress | None] = var(None)
    """Progress of the index update; None if none is running."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        """Runs the assistant."""

    def return_to_question(self, text: str = "") -> None:
        """Close all screens above the conversation, and focus the question field; ``text`` is put into it if given."""
        raise NotImplementedError
