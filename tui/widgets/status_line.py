"""One line about corpus and index: what they hold, what changed, how far indexing is."""

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

_BAR = 20
"""Cells of the bar."""


class StatusLine(Static):
    """Follows the app's state."""

    app = getters.app(StatefulApp)

    def on_mount(self) -> None:
        """Follow everything that the line shows."""
        for name in ("phase", "articles", "progress"):
            self.watch(self.app, name, self._show)

    def _show(self) -> None:
        self.update(status_content(self.app.phase, self.app.articles, self.app.progress))


def status_content(phase: str, articles: Sequence[qa.ArticleStatus], progress: IndexingProgress | None) -> Content:
    """Return the line."""
    if progress is not None:
        filled = round(progress.share * _BAR)
        what = progress.notice or f"{progress.documents} articles, {progress.chunks} chunks"
        text = f"Indexing {'█' * filled}{'░' * (_BAR - filled)} {progress.share:.0%} · {safe(what)} · Ctrl+X cancels"
        return Content.styled(text, "$text-accent")
    if phase:
        return Content.styled(safe(phase), "$text-muted")
    return Content.assemble(("qa", "bold"), f" · {len(articles)} articles · ", _freshness(articles))


def pending(articles: Sequence[qa.ArticleStatus]) -> Counter[str]:
    """Count what the index does not know yet, by state."""
    waiting = (qa.ArticleState.NEW, qa.ArticleState.CHANGED, qa.ArticleState.REMOVED)
    return Counter(article.state.value for article in articles if article.state in waiting)


def _freshness(articles: Sequence[qa.ArticleStatus]) -> tuple[str, str]:
    waiting = pending(articles)
    if not waiting:
        return "up to date", "$text-muted"
    changes = ", ".join(f"{count} {state}" for state, count in waiting.items())
    return f"{changes}: F5 brings the index up to date", "bold $text-warning"
