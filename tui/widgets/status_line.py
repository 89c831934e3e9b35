"""The status line: number of articles, changes that are not indexed yet, and indexing progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual import getters
from textual.content import Content
from textual.widgets import Static

import qa
from tui.indexing import IndexingProgress
from tui.safe import safe
from tui.state import StatefulApp

_PROGRESS_WIDTH = 20
"""Cells of the progress display."""


class StatusLine(Static):
    """Shows the state of the app."""

    app = getters.app(StatefulApp)

    def on_mount(self) -> None:
        """Redraw whenever the state changes."""
        for name in ("phase", "articles", "progress"):
            self.watch(self.app, name, self._show)

    def _show(self) -> None:
        self.update(status_content(self.app.phase, self.app.articles, self.app.progress))


def status_content(phase: str, articles: Sequence[qa.ArticleStatus], progress: IndexingProgress | None) -> Content:
    """Return the styled text of the status line."""
    if progress is not None:
        filled = round(progress.share * _PROGRESS_WIDTH)
        blocks = "█" * filled + "░" * (_PROGRESS_WIDTH - filled)
        details = progress.notice or f"{progress.documents} articles, {progress.chunks} chunks"
        text = f"Indexing {blocks} {progress.share:.0%} · {safe(details)} · Ctrl+X cancels"
        return Content.styled(text, "$text-accent")
    if phase:
        return Content.styled(safe(phase), "$text-muted")
    return Content.assemble(("qa", "bold"), f" · {len(articles)} articles · ", _freshness(articles))


def pending(articles: Sequence[qa.ArticleStatus]) -> Counter[str]:
    """Count the articles whose changes are not indexed yet, by state."""
    states = (qa.ArticleState.NEW, qa.ArticleState.CHANGED, qa.ArticleState.REMOVED)
    return Counter(article.state.value for article in articles if article.state in states)


def _freshness(articles: Sequence[qa.ArticleStatus]) -> tuple[str, str]:
    counts = pending(articles)
    if not counts:
        return "up to date", "$text-muted"
    changes = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"{changes}: F5 updates the index", "bold $text-warning"
