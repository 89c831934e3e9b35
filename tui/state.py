"""The app state that every screen can read, and the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.reactive import var

import qa
from tui.engine import Engine
from tui.indexing import IndexingProgress
from tui.terminal_app import TerminalApp


class StatefulApp(TerminalApp):
    """The part of the app that screens and widgets depend on."""

    wide_from: ClassVar[int] = 100
    """Columns from which sources stand beside the answer instead of below it."""
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (wide_from, "-wide")]  # noqa: RUF012  # as Textual declares it

    phase: var[str] = var("Starting …")
    """The current startup step, or why startup failed; empty once questions can be answered."""
    articles: var[list[qa.ArticleStatus]] = var(list, always_update=True)
    """All articles with their state."""
    progress: var[IndexingProgress | None] = var(None)
    """Progress of the index update; None if none is running."""
    outcome: var[str] = var("")
    """What the last index update changed; empty before the first one."""
    auto_update: var[bool] = var(True)
    """Whether new and changed articles are read without being asked to."""

    chosen: var[qa.Filter] = var(qa.Filter)
    """Which articles are asked and searched; all without conditions."""

    def __init__(self, engine: Engine, chosen: qa.Filter) -> None:
        super().__init__()
        self.set_reactive(StatefulApp.chosen, chosen)
        self.engine = engine
        """Runs the assistant."""
        self.settings: qa.Settings | None = None
        """The settings in effect; None until they are loaded."""

    def action_remove_filter(self) -> None:
        """Ask and search all articles."""
        self.chosen = qa.Filter()

    def return_to_question(self, text: str = "") -> None:
        """Close all screens above the conversation, and focus the question field; ``text`` is put into it if given."""
        raise NotImplementedError


def changes(articles: Sequence[qa.ArticleStatus]) -> list[qa.ArticleStatus]:
    """Return the articles that the index does not describe as they are now."""
    states = (qa.ArticleState.NEW, qa.ArticleState.CHANGED, qa.ArticleState.REMOVED)
    return [article for article in articles if article.state in states]


def unread(articles: Sequence[qa.ArticleStatus]) -> list[qa.ArticleStatus]:
    """Return the articles whose text, as it is now, is not in the index yet."""
    return [article for article in changes(articles) if article.state is not qa.ArticleState.REMOVED]
