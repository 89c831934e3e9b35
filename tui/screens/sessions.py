"""The saved sessions: search, continue, rename and delete them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.content import Content

from qa.text.english import counted
from tui.safe import safe
from tui.screens.ask import AskScreen
from tui.screens.dialogs import ConfirmScreen, NameScreen
from tui.screens.list_screen import ListScreen
from tui.sessions.store import SavedSession, SessionStore
from tui.themes import DIM
from tui.widgets.columns import Column, Table

_LONGEST_CELL = 200
"""Characters of a question that a cell may show."""


class SessionsScreen(ListScreen[SavedSession]):
    """Lists the saved sessions, the one last used first."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+r", "rename", "Rename", id="sessions.rename"),
        Binding(
            "ctrl+d",
            "delete",
            "Delete",
            tooltip="Delete the session; it asks first",
            priority=True,
            id="sessions.delete",
        ),
        Binding("delete", "delete", "Delete", show=False, id="sessions.delete_in_list"),
    ]

    NAME = "Sessions"
    PROMPT = "Search questions and answers"

    def __init__(self, conversation: AskScreen, store: SessionStore) -> None:
        self._conversation = conversation
        self._store = store
        self._sessions: list[SavedSession] | None = None
        self._table = Table(self._columns())
        super().__init__(self._table)

    def on_mount(self) -> None:
        """List the sessions."""
        self.refill()

    async def rows_for(self, query: str) -> Sequence[SavedSession]:
        """Return the sessions in which every word stands in the name, the date, a question or a short answer."""
        if self._sessions is None:
            self._sessions = await asyncio.to_thread(self._store.saved)
            self._table.measure(self._sessions)
        words = query.casefold().split()
        return [session for session in self._sessions if all(word in _search_text(session) for word in words)]

    def identity(self, row: SavedSession) -> object:
        """Return the path."""
        return row.path

    def summary(self) -> str:
        """Return how many sessions are listed, of how many."""
        return self.share(len(self._sessions or ()), "session")

    def explain_empty(self, query: str) -> Content:
        """Return that nothing matches, or that there are no sessions."""
        if self._sessions:
            return Content(f"No session matches “{safe(query, 60)}”.\nEscape clears the search.")
        return Content("There are no sessions yet.\nThey are saved by themselves, from the first answer on.")

    async def preview(self, row: SavedSession) -> Content:
        """Return the questions of a session with their short answers; those that match come first."""
        words = self.field.value.casefold().split()
        exchanges = list(zip(row.questions, row.answers, strict=True))
        exchanges.sort(key=lambda exchange: not any(word in " ".join(exchange).casefold() for word in words))
        state = "current session" if self._is_current(row) else f"began {row.began:%Y-%m-%d %H:%M}"
        return Content("\n").join(_exchange_lines(exchanges, state))

    def open_row(self, row: SavedSession) -> None:
        """Continue a session."""
        shown = sum(exchange.answer is not None for exchange in self._conversation.chat.session.exchanges)
        if self._is_current(row) and shown == len(row.questions):
            self.dismiss()
        else:
            self.app.call_later(self._conversation.open_session, row.path)

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_rename(self) -> None:
        """Ask for a name of the highlighted session."""
        session = self.list.row
        if session is None:
            return
        hint = "Enter saves the name, Escape cancels. Without a name, the first question is shown."
        name = await self.app.push_screen_wait(NameScreen("Name of the session", session.title, hint))
        if name is None or name == session.title:
            return
        try:
            self._store.rename(session, safe(name) if name != session.questions[0] else "")
        except OSError as error:
            self._report(f"The name cannot be saved: {error.strerror}")
        self._read_again()

    @work(exclusive=True, group="change", exit_on_error=False)
    async def action_delete(self) -> None:
        """Ask, and then delete the highlighted session."""
        session = self.list.row
        if session is None:
            return
        count = counted(len(session.questions), "question")
        question = f"Delete “{safe(session.title, 120)}” with {count}? This cannot be undone."
        if not await self.app.push_screen_wait(ConfirmScreen("Delete the session", question, "Delete", "Keep")):
            return
        try:
            self._store.delete(session)
        except OSError as error:
            self._report(f"The session cannot be deleted: {error.strerror}")
            return
        self.app.notify("Session deleted.")
        if self._is_current(session):
            self.app.call_later(self._conversation.open_session)
        else:
            self._read_again()

    def _read_again(self) -> None:
        self._sessions = None
        self.refill()

    def _report(self, problem: str) -> None:
        self.app.notify(problem, severity="error", markup=False)

    def _is_current(self, session: SavedSession) -> bool:
        return session.path == self._conversation.chat.session.path

    def _columns(self) -> list[Column[SavedSession]]:
        return [
            Column("session", lambda session: safe(session.title, _LONGEST_CELL), rank=0, least=30),
            Column("questions", lambda session: f"{len(session.questions):,}", rank=2, least=9, is_number=True),
            Column("last used", lambda session: _day_and_time(session.used), rank=1, least=16),
            Column("", lambda session: "current" if self._is_current(session) else "", 3, 7, style=lambda _: "bold"),
        ]


def _day_and_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _search_text(session: SavedSession) -> str:
    return " ".join((session.name, _day_and_time(session.used), *session.questions, *session.answers)).casefold()


def _exchange_lines(exchanges: Sequence[tuple[str, str]], state: str) -> Iterator[Content]:
    yield Content.styled(f"{counted(len(exchanges), 'question')}, {state}", DIM)
    for question, answer in exchanges:
        yield Content.assemble((safe(question), "bold"), (f"  {safe(answer)}" if answer else "", DIM))
