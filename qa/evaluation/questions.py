"""Questions with what is known of their answers, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UsageError


@dataclass(frozen=True, slots=True)
class KnownQuestion:
    """A question and what its answer should be; what is not known is empty."""

    question: str
    """What to ask."""
    answers: tuple[str, ...]
    """Short answers, any of which is right."""
    files: frozenset[str]
    """Articles that answer it, relative to the corpus."""
    answerable: bool
    """Whether the corpus answers it."""


def read_questions(path: Path) -> list[KnownQuestion]:
    """Read a JSON-lines file: ``question`` and any of ``answer``, ``answers``, ``file``, ``files``, ``answerable``.

    Raises:
        UsageError: the file can not be read, a line is not such an object, or there is none.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can not be read: {error}", "Name a file with one JSON object a line.") from None
    found = [_question(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not found:
        raise UsageError(f"{path} holds no question", 'Write lines such as {"question": "...", "answer": "..."}.')
    return found


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
        reason = "no question" if isinstance(error, KeyError) else str(error)
        raise UsageError(
            f"{path} line {number}: {reason}", 'Write {"question": "...", "answer": "...", "file": "..."}.'
        ) from None
    return KnownQuestion(" ".join(row["question"].split()), answers, frozenset(files), answerable)


def _texts(value: str | Sequence[str] | None, name: str) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else tuple(value or ())
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is neither a text nor a list of texts")
    return tuple(text for text in texts if text.strip())
