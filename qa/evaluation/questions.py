"""Questions with known answers, read from a file with one JSON object per line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UsageError


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and its expected answer; fields that are not known are empty."""

    question: str
    """The question to ask."""
    answers: tuple[str, ...]
    """Accepted short answers."""
    files: frozenset[str]
    """Paths of the articles that answer it, relative to the corpus."""
    answerable: bool
    """Whether the corpus answers it."""


def read_questions(path: Path) -> list[KnownQuestion]:
    """Read a JSON-lines file: ``question`` and any of ``answer``, ``answers``, ``file``, ``files``, ``answerable``.

    Raises:
        UsageError: the file cannot be read, contains no questions, or has a line that is not such an object.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read: {error}", "Name a file with one JSON object per line.") from None
    questions = [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not questions:
        raise UsageError(f"{path} contains no questions", 'Add lines such as {"question": "...", "answer": "..."}.')
    return questions


def _question(path: Path, number: int, line: str) -> KnownQuestion:
    try:
        row = json.loads(line)
        if not isinstance(row["question"], str) or not row["question"].strip():
            raise ValueError("question is empty")
        answers = _texts(row.get("answers", row.get("answer")), "answer")
        files = _texts(row.get("files", row.get("file")), "file")
        answerable = row.get("answerable", True)
        if not isinstance(answerable, bool):
            raise ValueError("answerable is neither true nor false")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = "question is missing" if isinstance(error, KeyError) else str(error)
        hint = 'The format is {"question": "...", "answer": "...", "file": "..."}.'
        raise UsageError(f"{path} line {number}: {reason}", hint) from None
    return KnownQuestion(" ".join(row["question"].split()), answers, frozenset(files), answerable)


def _texts(value: str | Sequence[str] | None, name: str) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else tuple(value or ())
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is neither a string nor a list of strings")
    return tuple(text for text in texts if text.strip())
