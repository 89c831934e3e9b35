"""Saved sessions: one JSON Lines file per session in the user's data folder, one answer per line."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import qa
from qa import private_files
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

        private_files.make_folder(self.folder)
        if session.path is None:
            session.path = new_file(self.folder, datetime.now().strftime("%Y-%m-%dT%H%M%S"), ".jsonl", 0o600)
        line = TypeAdapter(qa.Answer).dump_json(answer, exclude={"passages": {"__all__": {"layout"}}})
        private_files.append_line(session.path, line)

    def saved(self) -> list[SavedSession]:
        """Return all sessions, newest first; other files are ignored."""
        sessions = []
        for path in sorted(self.folder.glob("*.jsonl"), reverse=True):
            with suppress(ValueError, OSError):
                began = datetime.strptime(path.stem[:17], "%Y-%m-%dT%H%M%S")
                answers, _ = _answers(path)
                sessions.append(SavedSession(path, began, tuple(answer.question for answer in answers)))
        return [session for session in sessions if session.questions]

    def load(self, path: Path) -> Session:
        """Return a saved session, to continue it.

        If part of its file is damaged, the session is continued in a new file, and the damaged one is renamed.

        Raises:
            OSError: it cannot be read.
        """
        answers, lines = _answers(path)
        session = Session(path=path)
        for answer in answers:
            session.begin(answer.question).answer = answer
        if lines is not None:
            session.damaged = private_files.set_aside(path)
            private_files.write(path, b"".join(lines))
        return session

    def save_draft(self, questions: list[str]) -> None:
        """Save what was typed but not answered yet; if that fails, it is lost.

        Args:
            questions: questions without an answer, then the text in the question field; each is one line.
        """
        with suppress(OSError):
            if any(questions):
                private_files.write(self._draft, "\n".join(questions).encode("utf-8", "replace"))

    def take_draft(self) -> list[str]:
        """Return what ``save_draft`` saved, and forget it; an empty list if there is nothing."""
        with suppress(OSError):
            content = private_files.read(self._draft)
            self._draft.unlink()
            return content.decode("utf-8", "replace").split("\n")
        return []

    @property
    def _draft(self) -> Path:
        return self.folder / "draft.txt"


def _answers(path: Path) -> tuple[list[qa.Answer], list[bytes] | None]:
    """Return the answers in a file, and the lines that they are from if others are truncated or damaged."""
    from pydantic import TypeAdapter

    adapter = TypeAdapter(qa.Answer)
    lines = private_files.read(path).splitlines(keepends=True)
    answers, readable = [], []
    for line in lines:
        with suppress(ValueError, TypeError, LookupError, AttributeError, RecursionError):
            answers.append(adapter.validate_python(_upgraded(json.loads(line))))
            readable.append(line)
    return answers, None if readable == lines else readable


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
