"""A session: what was asked and answered, kept in the user's data folder, one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import qa
from tui.files import new_file


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


@dataclass(frozen=True, slots=True)
class Kept:
    """A session that was kept, without its answers."""

    path: Path
    """Its file."""
    began: datetime
    """When it began."""
    questions: tuple[str, ...]
    """What was asked."""


class SessionStore:
    """The folder of kept sessions of one corpus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Where the files are; made when the first answer is kept."""

    def keep(self, session: Session, answer: qa.Answer) -> None:
        """Append an answer to the session's file.

        Raises:
            OSError: it can not be written.
        """
        from pydantic import TypeAdapter  # 0.1 s that the first frame does not wait for

        self.folder.mkdir(parents=True, exist_ok=True)
        if session.path is None:
            session.path = new_file(self.folder, datetime.now().strftime("%Y-%m-%dT%H%M%S"), ".jsonl")
        line = TypeAdapter(qa.Answer).dump_json(answer)
        with session.path.open("ab") as file:
            file.write(line + b"\n")

    def kept(self) -> list[Kept]:
        """Return all sessions, the newest first; files that are none are left out."""
        found = []
        for path in sorted(self.folder.glob("*.jsonl"), reverse=True):
            with suppress(ValueError, OSError):
                began = datetime.strptime(path.stem[:17], "%Y-%m-%dT%H%M%S")
                found.append(Kept(path, began, tuple(answer.question for answer in _answers(path))))
        return [one for one in found if one.questions]

    def load(self, path: Path) -> Session:
        """Return a kept session, to go on with it.

        Raises:
            OSError: it can not be read.
        """
        session = Session(path=path)
        for answer in _answers(path):
            session.begin(answer.question).answer = answer
        return session


def _answers(path: Path) -> Iterator[qa.Answer]:
    """Yield the answers of a file; a line that was cut or damaged is passed over."""
    from pydantic import TypeAdapter, ValidationError

    adapter = TypeAdapter(qa.Answer)
    with path.open("rb") as file:
        for line in file:
            with suppress(ValidationError):
                yield adapter.validate_json(line)
