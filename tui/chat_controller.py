"""Sends questions to the engine and collects the answers in a session."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from textual.screen import Screen
from textual.worker import Worker

import qa
from tui.engine import Engine
from tui.messages import Answered, AskFailed, Found, Suggested, Working, Written
from tui.sessions.session import Exchange, Session
from tui.sessions.store import SessionStore

OnStep = Callable[[str], None]
"""Called with the step that a question has reached."""
SUGGESTIONS = 3
"""Number of questions suggested at startup."""
_QUEUED = "waiting for the question above"


class ChatController:
    """Answers the questions in turn; results of a cancelled question are dropped.

    Args:
        screen: shows notifications, runs the workers and receives their messages.
        update_index: brings the index up to date; awaited before each question.
        show: called with an exchange that changed.
    """

    def __init__(
        self,
        screen: Screen[None],
        engine: Engine,
        update_index: Callable[[OnStep], Awaitable[None]],
        show: Callable[[Exchange], None],
    ) -> None:
        self._screen = screen
        self._engine = engine
        self._update_index = update_index
        self._show = show
        self._worker: Worker[None] | None = None
        self._current: Exchange | None = None
        self.ready = asyncio.Event()
        """Set once the engine can answer; earlier questions wait for it."""
        self._obstacle = ""
        self.session = Session(goes_on_since=datetime.now())
        """The current session."""
        self.store: SessionStore | None = None
        """Where sessions are saved; None if they are not."""

    @property
    def busy(self) -> bool:
        """Whether a question is being answered."""
        return self._current is not None and self._current.open

    def ask(self, question: str, chosen: qa.Filter, all_articles: bool = False) -> Exchange:
        """Answer a question from the articles ``chosen`` after those that were asked before."""
        exchange = self.session.begin(question, chosen, all_articles)
        exchange.state = _QUEUED
        if not self.busy:
            self._answer_next()
        return exchange

    def cancel(self) -> Exchange | None:
        """Cancel the question that is being answered and return it, if there is one; the next one follows.

        If only a language model is waited for, the answer without it stays.
        """
        exchange = self._current
        if self._worker is None or exchange is None or not self.busy:
            return None
        self._worker.cancel()
        self.stop_writing()
        if exchange.answer is None:
            exchange.problem = "Cancelled."
        self._done(exchange)
        return exchange

    def stop_writing(self) -> None:
        """Wait no longer for a language model: save the answer without it."""
        exchange = self._current
        if exchange is not None and exchange.writer and exchange.answer is not None:
            notice = f"Stopped writing; this is the answer without {exchange.writer}."
            exchange.settle(exchange.answer.with_notice(notice))
            self._save(exchange.answer)

    def cancel_all(self) -> None:
        """Cancel every question without an answer."""
        while self.cancel() is not None:
            pass

    def report_obstacle(self, problem: str) -> None:
        """Say why there can be no answers until ``ready`` is set; the question that waits is answered then."""
        self._obstacle = problem
        if self._current is not None and self.busy:
            self._current.enter(self._first_step)
            self._show(self._current)

    def show_step(self, message: Working) -> None:
        """Show the step that a question has reached."""
        if exchange := self._waiting(message.exchange):
            exchange.enter(message.step)
            self._show(exchange)

    def show_found(self, message: Found) -> None:
        """Show an answer while a language model writes another one."""
        if exchange := self._waiting(message.exchange):
            exchange.answer, exchange.writer = message.answer, message.writer
            exchange.enter("writing")
            self._show(exchange)

    def show_piece(self, message: Written) -> None:
        """Add to what a language model has written so far; its view shows it a few times a second."""
        if exchange := self._waiting(message.exchange):
            exchange.draft += message.piece

    def show_answer(self, message: Answered) -> None:
        """Show and save an answer."""
        if exchange := self._waiting(message.exchange):
            exchange.settle(message.answer)
            self._save(message.answer)
            self._done(exchange)

    def show_failure(self, message: AskFailed) -> None:
        """Show why there is no answer."""
        if exchange := self._waiting(message.exchange):
            exchange.answer, exchange.writer, exchange.problem = None, "", message.problem
            self._done(exchange)

    def begin_session(self, path: Path | None = None) -> None:
        """Begin a session, or continue the saved one at ``path``.

        Raises:
            OSError: the saved session cannot be read.
        """
        self.cancel_all()
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

    def _answer_next(self) -> None:
        """Begin with the oldest question that waits, if there is one."""
        waiting = (exchange for exchange in self.session.exchanges if exchange.open)
        self._current = exchange = next(waiting, None)
        if exchange is not None:
            exchange.enter(self._first_step)
            self._worker = self._screen.run_worker(self._answer(exchange), group="ask", exit_on_error=False)

    @property
    def _first_step(self) -> str:
        return "searching" if self.ready.is_set() else self._obstacle or "waiting until qa has started"

    def _done(self, exchange: Exchange) -> None:
        """Show how a question ended, and go on to the next one."""
        self._answer_next()
        self._show(exchange)

    async def _answer(self, exchange: Exchange) -> None:
        def on_step(step: str) -> None:
            if step != exchange.state:
                self._screen.post_message(Working(exchange, step))

        def on_text(piece: str) -> None:
            if piece:
                self._screen.post_message(Written(exchange, piece))

        try:
            await self.ready.wait()
            await self._update_index(on_step)
            previous, chosen = self.session.last_answer(), exchange.chosen
            answer = await self._engine.find(exchange.question, previous, on_step, chosen, exchange.all_articles)
            if self._engine.will_write(answer):
                self._screen.post_message(Found(exchange, answer, self._engine.model_name))
                answer = await self._engine.write(answer, on_text)
        except qa.QAError as error:
            self._screen.post_message(AskFailed(exchange, str(error)))
        except Exception as bug:
            problem = f"This is a bug in qa; please report it: {type(bug).__name__}: {bug}. Ask again, or restart qa."
            self._screen.post_message(AskFailed(exchange, problem))
        else:
            self._screen.post_message(Answered(exchange, answer))

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
