"""The last conversation of ``qa ask`` about a corpus, saved for ``--continue``: questions and answers, no passages."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from pathlib import Path

from qa.cli.progress import notice
from qa.datatypes import Answer, IndexStats, Turn
from qa.errors import UsageError
from qa.reader.reading import EXTRACTIVE
from qa.settings import Settings


def load_last_answer(path: Path) -> Answer:
    """Return the answer that a follow-up continues, as far as it was saved.

    Raises:
        UsageError: none was saved, or the file is damaged.
    """
    try:
        *earlier, last = [_turn(item) for item in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        raise UsageError(
            "There is no earlier question about this corpus to continue", "Ask one first, without --continue."
        ) from None
    return Answer(
        question=last.question,
        answered=bool(last.text),
        short_answer=last.short_answer,
        text=last.text,
        statements=(),
        citations=(),
        confidence=0.0,
        engine=EXTRACTIVE,
        passages=(),
        index=IndexStats(0, 0, 0),
        earlier=tuple(earlier),
    )


def save_last_answer(answer: Answer, path: Path) -> None:
    """Save an answer and the turns before it in place of the last one; only the user may read the file.

    Raises:
        OSError: it cannot be written; a saved answer is left as it was.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # created with mode 600
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(answer.turns, file)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink()
        raise


def remember(answer: Answer, settings: Settings) -> None:
    """Save an answer for ``--continue``, unless history is turned off; if that fails, say so and go on."""
    if not settings.history:
        return
    try:
        save_last_answer(answer, settings.conversation_file)
    except OSError as error:
        notice(f"This question cannot be continued with --continue: it was not saved ({error.strerror}).")


def _turn(item: object) -> Turn:
    """Return a saved turn.

    Raises:
        TypeError: it is not one.
    """
    match item:
        case [str(question), str() | None as short_answer, str(text)]:
            return Turn(question, short_answer, text)
        case _:
            raise TypeError
