"""Sends questions to the engine and collects the answers in a session."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from textual.screen import Screen
from textual.worker import Worker

import qa
from tui.engine import Engine
from tui.messages import Answered, AskFailed, Suggested, Working, Written
from tui.sessions.session import Exchange, Session
from tui.sessions.store import SessionStore

SUGGESTIONS = 4
"""Number of questions suggested at startup."""
_REDRAW_PAUSE = 0.08
"""Seconds between redraws of an answer while it is being written; each takes 2 ms."""


class ChatController:
    """Answers one question at a time; results of a cancelled question are dropped.

    Args:
        screen: shows notifications, runs the workers and receives their messages.
        show: called with an exchange that changed.
    """

    def __init__(self, screen: Screen[None], engine: Engine, show: Callable[[Exchange], None]) -> None:
        self._screen = screen
        self._engine = engine
        self._show = show
        self._worker: Worker[None] | None = None
        self._is_redraw_due = False
        self.ready = asyncio.Event()
        """Set once the engine can answer; earlier questions wait for it."""
        self.session = Session(goes_on_since=datetime.now())
        """The current session."""
        self.store: SessionStore | None = None
        """Where sessions are saved; None if they are not."""

    @property
    def busy(self) -> bool:
        """Whether a question is being answered."""
        return self._worker is not None and not self._worker.is_finished

    def ask(self, question: str, phase: str) -> Exchange | None:
        """Start answering a question; return None, with a notification, while another one is being answered.

        ``phase`` says what the app is doing, for a question that has to wait for it.
        """
        if self.busy:
            self._screen.notify("One question at a time: press Escape to cancel the current one.", severity="warning")
            return None
        previous = self.session.last_answer()
        exchange = self.session.begin(question)
        exchange.state = "searching" if self.ready.is_set() else phase.rstrip(" …")
        self._worker = self._screen.run_worker(self._answer(exchange, previous), group="ask", exit_on_error=False)
        return exchange

    def cancel(self) -> str | None:
        """Stop waiting for the current question and return it, if there is one."""
        if self._worker is None or not self.busy:
            return None
        self._worker.cancel()
        exchange = self.session.exchanges[-1]
        exchange.problem = "Cancelled."
        self._show(exchange)
        return exchange.question

    def show_step(self, message: Working) -> None:
        """Show the step that a question has reached."""
        if exchange := self._waiting(message.exchange):
            exchange.state = message.step
            self._show(exchange)

    def show_piece(self, message: Written) -> None:
        """Show what a language model has written so far, a few times a second."""
        if exchange := self._waiting(message.exchange):
            exchange.draft += message.piece
            if not self._is_redraw_due:
                self._is_redraw_due = True
                self._screen.set_timer(_REDRAW_PAUSE, lambda: self._redraw(exchange))

    def show_answer(self, message: Answered) -> None:
        """Show and save an answer."""
        if exchange := self._waiting(message.exchange):
            exchange.answer = message.answer
            self._show(exchange)
            self._save(message.answer)

    def show_failure(self, message: AskFailed) -> None:
        """Show why there is no answer."""
        if exchange := self._waiting(message.exchange):
            exchange.problem = message.problem
            self._show(exchange)

    def begin_session(self, path: Path | None = None) -> None:
        """Begin a session, or continue the saved one at ``path``.

        Raises:
            OSError: the saved session cannot be read.
        """
        self.cancel()
        self.session = self.store.load(path) if path and self.store else Session()

    async def suggest(self) -> None:
        """Look for questions to suggest, until the first one is asked."""
        count, has_more = 0, True
        while has_more and count < SUGGESTIONS and not self.session.exchanges:
            has_more, question = await self._engine.suggestion()
            if question is not None:
                count += 1
                self._screen.post_message(Suggested(question))

    def export(self) -> None:
        """Write the session as Markdown into the current folder."""
        from tui.sessions.export import session_markdown, write_export

        try:
            text = session_markdown(self.session, self._engine.corpus_root)
            path = write_export(text, Path.cwd(), datetime.now())
        except OSError as error:
            message = f"The session cannot be exported to this folder: {error.strerror}"
            self._screen.notify(message, severity="error", markup=False)
        else:
            self._screen.notify(f"Session exported to {path}", markup=False)

    async def _answer(self, exchange: Exchange, previous: qa.Answer | None) -> None:
        def on_step(step: str) -> None:
            self._screen.post_message(Working(exchange, step))

        def on_text(piece: str) -> None:
            self._screen.post_message(Written(exchange, piece))

        try:
            await self.ready.wait()
            answer = await self._engine.ask(exchange.question, previous, on_step, on_text)
        except qa.QAError as error:
            self._screen.post_message(AskFailed(exchange, str(error)))
        except Exception as bug:
            problem = f"This is a bug in qa; please report it: {type(bug).__name__}: {bug}. Ask again, or restart qa."
            self._screen.post_message(AskFailed(exchange, problem))
        else:
            self._screen.post_message(Answered(exchange, answer))

    def _redraw(self, exchange: Exchange) -> None:
        self._is_redraw_due = False
        if self._waiting(exchange):
            self._show(exchange)

    def _waiting(self, exchange: Exchange) -> Exchange | None:
        """Return the exchange if it belongs to this session and still waits for its answer."""
        in_session = any(other is exchange for other in self.session.exchanges)
        return exchange if exchange.open and in_session else None

    def _save(self, answer: qa.Answer) -> None:
        if self.store is None:
            return
        try:
            self.store.save(self.session, answer)
        except OSError as error:
            self.store = None
            message = f"Sessions cannot be saved: {error.strerror}. Press Ctrl+S to export this one."
            self._screen.notify(message, severity="warning", markup=False)
