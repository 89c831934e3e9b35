"""Saved sessions: one JSON Lines file per session in the user's data folder, one answer per line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import qa
from qa import private_files
from qa.text.sanitizing import single_line
from tui.sessions.files import new_file
from tui.sessions.session import Session

GOES_ON = timedelta(minutes=10)
"""Time within which a session goes on if qa is started again, so that quick questions make one session, not many."""


@dataclass(frozen=True, slots=True)
class SavedSession:
    """A saved session, without its answers."""

    path: Path
    """Its file."""
    began: datetime
    """When it began."""
    questions: tuple[str, ...]
    """Its questions, oldest first."""
    answers: tuple[str, ...] = ()
    """The short answer to each question; empty where there is none."""
    used: datetime = datetime.min
    """When an answer was last added to it."""
    name: str = ""
    """The name that the user gave it; empty if none."""

    @property
    def title(self) -> str:
        """Its name, or else its first question."""
        return self.name or self.questions[0]


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
            session.path = self._recent(session) or self._new_path()
        line = TypeAdapter(qa.Answer).dump_json(answer, exclude={"passages": {"__all__": {"layout"}}})
        private_files.append_line(session.path, line)

    def saved(self) -> list[SavedSession]:
        """Return all sessions, the one last used first; other files are ignored."""
        sessions = []
        for path in self.folder.glob("*.jsonl"):
            with suppress(ValueError, OSError):
                began = datetime.strptime(path.stem[:17], "%Y-%m-%dT%H%M%S")
                used = datetime.fromtimestamp(path.stat().st_mtime)
                exchanges = list(_exchanges(path))
                questions, answers = zip(*exchanges, strict=True)  # fails without any
                sessions.append(SavedSession(path, began, questions, answers, used, _name_of(path)))
        return sorted(sessions, key=lambda session: (session.used, session.path), reverse=True)

    def rename(self, session: SavedSession, name: str) -> None:
        """Give a session a name; an empty one gives it back the name of its first question.

        Raises:
            OSError: the name cannot be saved.
        """
        path = _name_file(session.path)
        if name:
            private_files.write(path, name.encode("utf-8", "replace"))
        else:
            path.unlink(missing_ok=True)

    def delete(self, session: SavedSession) -> None:
        """Delete a session for good.

        Raises:
            OSError: it cannot be deleted.
        """
        session.path.unlink(missing_ok=True)
        _name_file(session.path).unlink(missing_ok=True)

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

    def _new_path(self) -> Path:
        return new_file(self.folder, datetime.now().strftime("%Y-%m-%dT%H%M%S"), ".jsonl", 0o600)

    def _recent(self, session: Session) -> Path | None:
        """Return the file of the session last used if ``session`` goes on with it, which one with a name does not.

        If it is used after ``session`` began, another terminal goes on with it.
        """
        if session.goes_on_since is None:
            return None
        began = session.goes_on_since.timestamp()
        times = {path: path.stat().st_mtime for path in self.folder.glob("*.jsonl")}
        newest = max(times, key=lambda path: times[path], default=None)
        if newest is None or _name_of(newest) or not began - GOES_ON.total_seconds() <= times[newest] <= began:
            return None
        return newest

    @property
    def _draft(self) -> Path:
        return self.folder / "draft.txt"


def _name_file(path: Path) -> Path:
    return path.with_suffix(".name")


def _name_of(path: Path) -> str:
    """Return the name of the session in a file; empty if it has none, or it cannot be read."""
    with suppress(OSError):
        return single_line(private_files.read(_name_file(path)).decode("utf-8", "replace"))
    return ""


def _exchanges(path: Path) -> Iterator[tuple[str, str]]:
    """Yield question and short answer of each readable line; checking whole answers would take ten times as long."""
    for line in private_files.read(path).splitlines():
        with suppress(ValueError, RecursionError):
            match json.loads(line):
                case {"question": str(question), "short_answer": str(answer)} if question:
                    yield question, answer
                case {"question": str(question), "short": str(answer)} if question:  # version 0.1.0
                    yield question, answer
                case {"question": str(question), "statements": list()} if question:
                    yield question, ""


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
