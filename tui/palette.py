"""The command palette: the actions of the screen, saved sessions by question, and articles by title."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.app import SystemCommand
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import Screen

from qa.text.english import counted
from tui.safe import safe
from tui.screens.article import ArticleScreen
from tui.screens.ask import AskScreen
from tui.sessions.store import SavedSession
from tui.sources import Source
from tui.state import StatefulApp

if TYPE_CHECKING:
    from textual.app import App

_MAX_LENGTH = 100
"""Characters of a question or title that are shown."""
_NEWEST = 20
"""Sessions offered before anything is typed."""


def actions_of(app: App[None], screen: Screen[object]) -> Iterator[SystemCommand]:
    """Yield a command for each named action that is enabled on ``screen``."""
    seen = set()
    for active in screen.active_bindings.values():
        binding = active.binding
        is_ours = active.node is app or active.node is screen
        if is_ours and active.enabled and binding.description and not binding.system and binding.action not in seen:
            seen.add(binding.action)
            run = partial(app.run_action, binding.action, active.node)
            yield SystemCommand(binding.description, active.tooltip or f"Key: {app.get_key_display(binding)}", run)


class SessionCommands(Provider):
    """Saved sessions, searched by their questions."""

    async def startup(self) -> None:
        """Load the questions of all sessions."""
        store = self._ask_screen.chat.store
        self._sessions = await asyncio.to_thread(store.saved) if store is not None else []

    async def discover(self) -> Hits:
        """Offer the newest sessions."""
        for session in self._sessions[:_NEWEST]:
            yield DiscoveryHit(Content(_label(session, session.questions[0])), self._open(session), help=_help(session))

    async def search(self, query: str) -> Hits:
        """Offer the sessions with a question that matches ``query``."""
        matcher = self.matcher(query)
        for session in self._sessions:
            for question in session.questions:
                label = _label(session, question)
                if (score := matcher.match(label)) > 0:
                    yield Hit(score, matcher.highlight(label), self._open(session), help=_help(session))

    def _open(self, session: SavedSession) -> Callable[[], object]:
        return partial(self._ask_screen.open_session, session.path)

    @property
    def _ask_screen(self) -> AskScreen:
        return cast(AskScreen, self.app.screen_stack[0])


class ArticleCommands(Provider):
    """Articles, searched by title."""

    async def search(self, query: str) -> Hits:
        """Offer the articles whose titles match ``query``."""
        matcher = self.matcher(query)
        app = cast(StatefulApp, self.app)
        for article in app.articles:
            label = f"Article: {safe(article.title, _MAX_LENGTH)}"
            if (score := matcher.match(label)) > 0:
                source = Source.of_article(article)
                screen = ArticleScreen(app.engine, [source])
                yield Hit(score, matcher.highlight(label), partial(app.push_screen, screen), help=safe(article.path))


def _label(session: SavedSession, question: str) -> str:
    return f"Session {session.began:%Y-%m-%d %H:%M}: {safe(question, _MAX_LENGTH)}"


def _help(session: SavedSession) -> str:
    return f"{counted(len(session.questions), 'question')}; select to continue the session"
