"""A session: questions and their answers."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import qa
from qa.datatypes import NO_FILTER


@dataclass(slots=True)
class Exchange:
    """A question and its outcome."""

    number: int
    """Its index in the session."""
    question: str
    """The question as typed."""
    chosen: qa.Filter = NO_FILTER
    """Which articles it is to be answered from."""
    all_articles: bool = False
    """Whether from all of them, whatever the question says of them."""
    answer: qa.Answer | None = None
    """The answer; None until it arrives."""
    writer: str = ""
    """The language model that is writing another answer; empty if none is."""
    draft: str = ""
    """What it has written so far, unchecked."""
    state: str = "waiting"
    """The current step, while there is no answer."""
    since: float | None = None
    """When that began, or the writing, by the monotonic clock; None before its turn."""
    problem: str = ""
    """Why there will be no answer; empty otherwise."""

    @property
    def open(self) -> bool:
        """Whether it is still waiting for its answer, or for that of a language model."""
        return bool(self.writer) or (self.answer is None and not self.problem)

    def enter(self, state: str) -> None:
        """Begin another step."""
        if state != self.state:
            self.state, self.since = state, time.monotonic()

    def settle(self, answer: qa.Answer) -> None:
        """Take ``answer`` as the one that stays."""
        self.answer, self.writer, self.draft = answer, "", ""


@dataclass(slots=True)
class Session:
    """A sequence of questions; a follow-up may refer to the previous one."""

    exchanges: list[Exchange] = field(default_factory=list)
    """The exchanges, oldest first."""
    path: Path | None = None
    """The file that it is saved in; None until the first answer is saved."""
    goes_on_since: datetime | None = None
    """When qa was started, if this may be the sequel of the session last used; None if it is a separate one."""
    damaged: Path | None = None
    """The former file, if part of it could not be read when the session was loaded."""

    def begin(self, question: str, chosen: qa.Filter = NO_FILTER, all_articles: bool = False) -> Exchange:
        """Add a question to the articles ``chosen``."""
        exchange = Exchange(len(self.exchanges), question, chosen, all_articles)
        self.exchanges.append(exchange)
        return exchange

    def last_answer(self) -> qa.Answer | None:
        """Return the newest answer, which a follow-up refers to."""
        return next((exchange.answer for exchange in reversed(self.exchanges) if exchange.answer), None)
