"""The last conversation of ``qa ask`` about a corpus, saved for ``--continue``: questions and answers, no passages."""

from __future__ import annotations

import json
from pathlib import Path

from qa import private_files
from qa.cli.progress import notice
from qa.datatypes import Answer, IndexStats, Turn
from qa.errors import UsageError
from qa.reader.reading import EXTRACTIVE
from qa.settings import Settings

_ASK_FIRST = "Ask a question first, without --continue."


def load_last_answer(path: Path) -> Answer:
    """Return the answer that a follow-up continues, as far as it was saved.

    Raises:
        UsageError: none was saved, or the file is damaged; then it was renamed.
    """
    try:
        *earlier, last = [_turn(item) for item in json.loads(private_files.read(path))]
    except OSError:
        raise UsageError("There is no earlier question about this corpus to continue", _ASK_FIRST) from None
    except (ValueError, TypeError, RecursionError):
        raise UsageError(f"The last conversation cannot be read{_set_aside(path)}", _ASK_FIRST) from None
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
    """Save an answer and the turns before it in place of the last one.

    Raises:
        OSError: it cannot be written; a saved answer is left as it was.
    """
    private_files.write(path, json.dumps(answer.turns).encode())


def _set_aside(path: Path) -> str:
    """Rename a damaged file, and return what to say about that."""
    try:
        return f"; its file is now {private_files.set_aside(path)}"
    except OSError:
        return f": {path} is damaged"


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
