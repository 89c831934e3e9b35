"""What every screen can read from the app: its state, and the engine that answers."""

from __future__ import annotations

from textual.app import App
from textual.reactive import var

import qa
from tui.engine import Engine
from tui.indexing import IndexingProgress


class StatefulApp(App[None]):
    """The app as screens and widgets see it."""

    phase: var[str] = var("Starting …")
    """What is being done before questions can be answered, or why they cannot be."""
    articles: var[list[qa.ArticleStatus]] = var(list, always_update=True)
    """All articles with their state."""
    progress: var[IndexingProgress | None] = var(None)
    """How far indexing is, while it runs."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.engine = engine
        """The assistant on its thread."""
