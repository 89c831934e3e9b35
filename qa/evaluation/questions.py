"""Questions with known answers, read from a file with one JSON object per line."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.errors import UsageError
from qa.questions.limits import require_readable

_LONGEST_LINE = 100_000
"""Bytes of a line; a question has 4,000 characters at most."""
_REASONS = {KeyError: "question is missing", RecursionError: "nested too deeply"}


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
        questions = [_question(path, number, line) for number, line in _lines(path) if line.strip()]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error}", "Name a file with one JSON object per line.") from None
    if not questions:
        raise UsageError(f"{path} contains no questions", 'Add lines such as {"question": "...", "answer": "..."}.')
    return questions


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines with their numbers, the last one cut if it is too long to be a question."""
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE + 1), b""), 1):
            yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def _question(path: Path, number: int, line: bytes) -> KnownQuestion:
    try:
        if len(line) > _LONGEST_LINE:
            raise ValueError(f"longer than {_LONGEST_LINE:,} bytes")
        row = json.loads(line.decode())
        if not isinstance(row["question"], str) or not row["question"].strip():
            raise ValueError("question is empty")
        require_readable(row["question"])
        answers = _texts(row.get("answers", row.get("answer")), "answer")
        files = _texts(row.get("files", row.get("file")), "file")
        answerable = row.get("answerable", True)
        if not isinstance(answerable, bool):
            raise ValueError("answerable is neither true nor false")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, UsageError) as error:
        reason = _REASONS.get(type(error)) or getattr(error, "message", str(error))
        hint = 'The format is {"question": "...", "answer": "...", "file": "..."}.'
        raise UsageError(f"{path} line {number}: {reason}", hint) from None
    return KnownQuestion(" ".join(row["question"].split()), answers, frozenset(files), answerable)


def _texts(value: str | Sequence[str] | None, name: str) -> tuple[str, ...]:
    texts = (value,) if isinstance(value, str) else tuple(value or ())
    if not all(isinstance(text, str) for text in texts):
        raise ValueError(f"{name} is neither a string nor a list of strings")
    return tuple(text for text in texts if text.strip())
