"""The command palette: every action of the screen, kept sessions by their questions, articles by title."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from tui.article import ArticleScreen
from tui.safe import safe
from tui.session import Kept
from tui.sources import Source

if TYPE_CHECKING:
    from tui.app import QAApp

_LONGEST = 100
_DISCOVERED = 20


def actions_of(app: QAApp, screen: Screen[object]) -> Iterator[SystemCommand]:
    """Yield one command for each action that works on ``screen`` and has a name."""
    seen = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        ours = active.node is app or active.node is screen
        if ours and active.enabled and binding.description and not binding.system and binding.action not in seen:
            seen.add(binding.action)
            run = partial(app.run_action, binding.action, active.node)
            yield SystemCommand(binding.description, active.tooltip or f"Key: {app.get_key_display(binding)}", run)


class SessionCommands(Provider):
    """Kept sessions, found by what was asked in them."""

    async def startup(self) -> None:
        """Read what was asked."""
        store = cast("QAApp", self.app).asking.store
        self._kept = await asyncio.to_thread(store.kept) if store is not None else []

    async def discover(self) -> Hits:
        """Offer the newest sessions."""
        for kept in self._kept[:_DISCOVERED]:
            yield DiscoveryHit(Content(_named(kept, kept.questions[0])), self._open(kept), help=_counted(kept))

    async def search(self, query: str) -> Hits:
        """Offer the sessions in which something like ``query`` was asked."""
        matcher = self.matcher(query)
        for kept in self._kept:
            for question in kept.questions:
                shown = _named(kept, question)
                if (score := matcher.match(shown)) > 0:
                    yield Hit(score, matcher.highlight(shown), self._open(kept), help=_counted(kept))

    def _open(self, kept: Kept) -> Callable[[], object]:
        return partial(cast("QAApp", self.app).open_session, kept.path)


class ArticleCommands(Provider):
    """Articles, found by title."""

    async def search(self, query: str) -> Hits:
        """Offer the articles whose titles are like ``query``."""
        matcher = self.matcher(query)
        app = cast("QAApp", self.app)
        for article in app.articles:
            shown = f"Article: {safe(article.title, _LONGEST)}"
            if (score := matcher.match(shown)) > 0:
                source = Source.of_article(article)
                screen = ArticleScreen(app.engine, [source])
                yield Hit(score, matcher.highlight(shown), partial(app.push_screen, screen), help=safe(article.path))


def _named(kept: Kept, question: str) -> str:
    return f"Session {kept.began:%Y-%m-%d %H:%M}: {safe(question, _LONGEST)}"


def _counted(kept: Kept) -> str:
    return f"{len(kept.questions)} questions; opens it to go on with it"
