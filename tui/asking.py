"""Questions on their way to the engine and back, and the session that they make."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual.worker import Worker

import qa
from tui.messages import Answered, AskFailed, Working, Written
from tui.session import Exchange, Session, SessionStore

if TYPE_CHECKING:
    from tui.app import QAApp


_LEAST_PAUSE = 0.08
"""Seconds between two looks of an answer that is being written: drawing it all anew takes 2 ms."""


class Asking:
    """One question at a time; what comes after it was cancelled is dropped."""

    def __init__(self, app: QAApp) -> None:
        self._app = app
        self._worker: Worker[None] | None = None
        self.ready = asyncio.Event()
        """Set once the engine can answer; questions asked before wait for it."""
        self.session = Session()
        """What was asked and answered."""
        self._drawing = False
        self.store: SessionStore | None = None
        """Where sessions are kept; None if they are not."""

    @property
    def busy(self) -> bool:
        """Whether a question is being answered."""
        return self._worker is not None and not self._worker.is_finished

    def ask(self, question: str) -> bool:
        """Begin to answer a question; return False, with a notice, while another one is being answered."""
        if self.busy:
            self._app.notify("One question at a time: Escape cancels the one before.", severity="warning")
            return False
        after = self.session.last_answer()
        exchange = self.session.begin(question)
        exchange.state = "searching" if self.ready.is_set() else self._app.phase.rstrip(" …")
        self._app.ask_screen.begin(exchange)
        self._worker = self._app.run_worker(self._answer(exchange, after), group="ask", exit_on_error=False)
        return True

    def cancel(self) -> str | None:
        """Stop waiting for the question that is being answered and return it, if there is one."""
        if self._worker is None or not self.busy:
            return None
        self._worker.cancel()
        exchange = self.session.exchanges[-1]
        exchange.problem = "Cancelled."
        self._app.ask_screen.update_exchange(exchange)
        return exchange.question

    def show_step(self, message: Working) -> None:
        """Show the step that a question came to."""
        if exchange := self._waiting(message.exchange):
            exchange.state = message.step
            self._app.ask_screen.update_exchange(exchange)

    def show_piece(self, message: Written) -> None:
        """Show what a language model wrote so far, a few times a second."""
        if exchange := self._waiting(message.exchange):
            exchange.draft += message.piece
            if not self._drawing:
                self._drawing = True
                self._app.set_timer(_LEAST_PAUSE, lambda: self._draw(exchange))

    def _draw(self, exchange: Exchange) -> None:
        self._drawing = False
        if self._waiting(exchange):
            self._app.ask_screen.update_exchange(exchange)

    def show_answer(self, message: Answered) -> None:
        """Show and keep an answer."""
        if exchange := self._waiting(message.exchange):
            exchange.answer = message.answer
            self._app.ask_screen.update_exchange(exchange)
            self._keep(message.answer)

    def show_failure(self, message: AskFailed) -> None:
        """Show why there is no answer."""
        if exchange := self._waiting(message.exchange):
            exchange.problem = message.problem
            self._app.ask_screen.update_exchange(exchange)

    async def begin_session(self, path: Path | None = None) -> None:
        """Begin a session, or go on with the kept one at ``path``.

        Raises:
            OSError: the kept session can not be read.
        """
        self.cancel()
        self.session = self.store.load(path) if path and self.store else Session()
        await self._app.ask_screen.show_session()

    def export(self) -> None:
        """Write the session as Markdown into the current folder."""
        from tui.export import session_markdown, write_export

        try:
            text = session_markdown(self.session, self._app.corpus_root)
            path = write_export(text, Path.cwd(), datetime.now())
        except OSError as problem:
            self._app.notify(f"The session can not be written here: {problem.strerror}", severity="error", markup=False)
        else:
            self._app.notify(f"Written: {path}", markup=False)

    async def _answer(self, exchange: Exchange, after: qa.Answer | None) -> None:
        def step(name: str) -> None:
            self._app.post_message(Working(exchange, name))

        def on_text(piece: str) -> None:
            self._app.post_message(Written(exchange, piece))

        try:
            await self.ready.wait()
            answer = await self._app.engine.ask(exchange.question, after, step, on_text)
        except qa.QAError as problem:
            self._app.post_message(AskFailed(exchange, str(problem)))
        except Exception as bug:
            what = f"This is a bug in qa, please report it: {type(bug).__name__}: {bug}. Ask again, or start qa anew."
            self._app.post_message(AskFailed(exchange, what))
        else:
            self._app.post_message(Answered(exchange, answer))

    def _waiting(self, exchange: Exchange) -> Exchange | None:
        """Return the exchange if it still waits in this session."""
        return exchange if exchange.open and any(one is exchange for one in self.session.exchanges) else None

    def _keep(self, answer: qa.Answer) -> None:
        if self.store is None:
            return
        try:
            self.store.keep(self.session, answer)
        except OSError as problem:
            self.store = None
            self._app.notify(
                f"Sessions can not be kept: {problem.strerror}. Ctrl+S writes this one elsewhere.",
                severity="warning",
                markup=False,
            )
