"""The status line: number of articles, changes that are not indexed yet, and indexing progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual import getters
from textual.content import Content
from textual.widgets import Static

import qa
from qa.text.english import counted
from tui.indexing import IndexingProgress
from tui.safe import safe
from tui.state import StatefulApp, changes
from tui.themes import DIM

_PROGRESS_WIDTH = 12
"""Cells of the progress display."""


class StatusLine(Static):
    """Shows the state of the app."""

    app = getters.app(StatefulApp)

    def on_mount(self) -> None:
        """Redraw whenever the state changes."""
        for name in ("phase", "articles", "progress", "outcome", "auto_update"):
            self.watch(self.app, name, self._show)

    def _show(self) -> None:
        app = self.app
        if app.progress is not None:
            self.update(progress_content(app.progress))
        elif app.phase:
            self.update(Content.styled(safe(app.phase), DIM))
        else:
            freshness = _freshness(app.articles, app.outcome, app.auto_update)
            self.update(Content.assemble(("qa", "bold"), f" · {counted(len(app.articles), 'article')} · ", freshness))


def progress_content(progress: IndexingProgress) -> Content:
    """Return how far an update of the index has come, with the time left."""
    filled = round(progress.share * _PROGRESS_WIDTH)
    blocks = "█" * filled + "░" * (_PROGRESS_WIDTH - filled)
    details = progress.notice or f"{progress.documents} of {counted(progress.total, 'article')}"
    text = f"Reading {blocks} {progress.share:.0%} · {safe(details)}{_time_left(progress.seconds_left)} · Ctrl+X stops"
    return Content.styled(text, "$text-accent")


def _freshness(articles: Sequence[qa.ArticleStatus], outcome: str, auto_update: bool) -> tuple[str, str]:
    counts = Counter(article.state.value for article in changes(articles))
    if not counts:
        return f"up to date{outcome and ': '}{outcome}", DIM
    differences = ", ".join(f"{count} {state}" for state, count in counts.items())
    if auto_update:
        return f"{differences}, to be read before the next question", "$text-warning"
    return f"{differences}; F5 updates the index", "$text-warning"


def _time_left(seconds: float | None) -> str:
    """Return the time left in words; empty if it is not known yet."""
    if seconds is None:
        return ""
    if seconds < 100:
        return f" · {max(1, round(seconds))} s left"
    return f" · {round(seconds / 60)} min left" if seconds < 5_400 else f" · {seconds / 3_600:.1f} h left"
