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

from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.sessions.store import SavedSession
from tui.sources import Source
from tui.state import StatefulApp

if TYPE_CHECKING:
    from textual.app import App

_LONGEST = 100
_DISCOVERED = 20


def actions_of(app: App[None], screen: Screen[object]) -> Iterator[SystemCommand]:
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
        store = self._ask_screen.chat.store
        self._sessions = await asyncio.to_thread(store.saved) if store is not None else []

    async def discover(self) -> Hits:
        """Offer the newest sessions."""
        for session in self._sessions[:_DISCOVERED]:
            yield DiscoveryHit(
                Content(_named(session, session.questions[0])), self._open(session), help=_counted(session)
            )

    async def search(self, query: str) -> Hits:
        """Offer the sessions in which something like ``query`` was asked."""
        matcher = self.matcher(query)
        for session in self._sessions:
            for question in session.questions:
                shown = _named(session, question)
                if (score := matcher.match(shown)) > 0:
                    yield Hit(score, matcher.highlight(shown), self._open(session), help=_counted(session))

    def _open(self, session: SavedSession) -> Callable[[], object]:
        return partial(self._ask_screen.open_session, session.path)

    @property
    def _ask_screen(self) -> AskScreen:
        return cast(AskScreen, self.app.screen_stack[0])


class ArticleCommands(Provider):
    """Articles, found by title."""

    async def search(self, query: str) -> Hits:
        """Offer the articles whose titles are like ``query``."""
        matcher = self.matcher(query)
        app = cast(StatefulApp, self.app)
        for article in app.articles:
            shown = f"Article: {safe(article.title, _LONGEST)}"
            if (score := matcher.match(shown)) > 0:
                source = Source.of_article(article)
                screen = ArticleScreen(app.engine, [source])
                yield Hit(score, matcher.highlight(shown), partial(app.push_screen, screen), help=safe(article.path))


def _named(session: SavedSession, question: str) -> str:
    return f"Session {session.began:%Y-%m-%d %H:%M}: {safe(question, _LONGEST)}"


def _counted(session: SavedSession) -> str:
    return f"{len(session.questions)} questions; opens it to go on with it"
