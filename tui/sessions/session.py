"""A session: what was asked and answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import qa


@dataclass(slots=True)
class Exchange:
    """A question and what came of it."""

    number: int
    """Its number in the session, from 0."""
    question: str
    """As typed."""
    answer: qa.Answer | None = None
    """What the corpus says, once it is there."""
    draft: str = ""
    """What a language model wrote so far, unchecked."""
    state: str = "waiting"
    """What is being done, while there is no answer."""
    problem: str = ""
    """Why there will be none."""

    @property
    def open(self) -> bool:
        """Whether it still waits for its answer."""
        return self.answer is None and not self.problem


@dataclass(slots=True)
class Session:
    """The questions of one sitting."""

    exchanges: list[Exchange] = field(default_factory=list)
    """In the order asked."""
    path: Path | None = None
    """Where it is kept, once something was."""

    def begin(self, question: str) -> Exchange:
        """Add a question."""
        exchange = Exchange(len(self.exchanges), question)
        self.exchanges.append(exchange)
        return exchange

    def last_answer(self) -> qa.Answer | None:
        """Return the newest answer, which a follow-up leans on."""
        return next((one.answer for one in reversed(self.exchanges) if one.answer), None)
