"""Saved sessions: one JSON Lines file per session in the user's data folder, one answer per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import qa
from tui.sessions.files import new_file
from tui.sessions.session import Session


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A saved session, without its answers."""

    path: Path
    """Its file."""
    began: datetime
    """When it began."""
    questions: tuple[str, ...]
    """Its questions, oldest first."""


class SessionStore:
    """The folder of saved sessions about one corpus."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        """Contains the files; created when the first answer is saved."""

    def save(self, session: Session, answer: qa.Answer) -> None:
        """Append an answer to the session's file.

        Raises:
            OSError: it cannot be written.
        """
        from pydantic import TypeAdapter  # takes 0.1 s, which must not delay the first frame

        self.folder.mkdir(parents=True, exist_ok=True)
        if session.path is None:
            session.path = new_file(self.folder, datetime.now().strftime("%Y-%m-%dT%H%M%S"), ".jsonl")
        line = TypeAdapter(qa.Answer).dump_json(answer, exclude={"passages": {"__all__": {"layout"}}})
        with session.path.open("ab") as file:
            file.write(line + b"\n")

    def saved(self) -> list[SavedSession]:
        """Return all sessions, newest first; other files are ignored."""
        sessions = []
        for path in sorted(self.folder.glob("*.jsonl"), reverse=True):
            with suppress(ValueError, OSError):
                began = datetime.strptime(path.stem[:17], "%Y-%m-%dT%H%M%S")
                sessions.append(SavedSession(path, began, tuple(answer.question for answer in _answers(path))))
        return [session for session in sessions if session.questions]

    def load(self, path: Path) -> Session:
        """Return a saved session, to continue it.

        Raises:
            OSError: it cannot be read.
        """
        session = Session(path=path)
        for answer in _answers(path):
            session.begin(answer.question).answer = answer
        return session


def _answers(path: Path) -> Iterator[qa.Answer]:
    """Yield the answers in a file; truncated or damaged lines are skipped."""
    from pydantic import TypeAdapter, ValidationError

    adapter = TypeAdapter(qa.Answer)
    with path.open("rb") as file:
        for line in file:
            with suppress(ValidationError, ValueError):
                yield adapter.validate_python(_upgraded(json.loads(line)))


def _upgraded(answer: Any) -> Any:
    """Return an answer saved by version 0.1.0 with the current field names."""
    match answer:
        case {"short": short, "timings_ms": dict(timings), "citations": list(citations), "passages": list(passages)}:
            return answer | {
                "short_answer": short,
                "standalone_question": answer.get("standing"),
                "timings_ms": [timings.get(stage, 0.0) for stage in ("search", "answer", "write")],
                "citations": [_with_path(item) for item in citations],
                "passages": [_with_path(item) for item in passages],
            }
    return answer


def _with_path(item: Any) -> Any:
    return item | {"path": item.get("file")} if isinstance(item, dict) else item
