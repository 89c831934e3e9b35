"""The last conversation of ``qa ask`` about a corpus, saved for ``--continue``: questions and answers, no passages."""

from __future__ import annotations

import json
from pathlib import Path

from qa import private_files
from qa.cli.progress import notice
from qa.datatypes import EXTRACTIVE, NO_FILTER, Answer, Filter, IndexStats, Turn
from qa.errors import UsageError
from qa.questions.filter_words import as_texts, from_texts
from qa.settings import Settings

_ASK_FIRST = "Ask a question first, without --continue."


def load_last_answer(path: Path) -> Answer:
    """Return the answer that a follow-up continues, as far as it was saved.

    Raises:
        UsageError: none was saved, or the file is damaged; then it was renamed.
    """
    try:
        turns, chosen = _conversation(json.loads(private_files.read(path)))
        *earlier, last = map(_turn, turns)
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
        filter=chosen,
        earlier=tuple(earlier),
    )


def save_last_answer(answer: Answer, path: Path) -> None:
    """Save an answer with its filter and the turns before it in place of the last one.

    Raises:
        OSError: it cannot be written; a saved answer is left as it was.
    """
    saved = {"turns": answer.turns, "filter": as_texts(answer.filter)}
    private_files.write(path, json.dumps(saved).encode())


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


def _conversation(saved: object) -> tuple[list[object], Filter]:
    """Return the turns of a saved conversation, and its filter.

    Raises:
        TypeError, ValueError: it is none.
    """
    match saved:
        case [*turns]:  # version 0.1.0
            return turns, NO_FILTER
        case {"turns": [*turns], "filter": dict(texts)}:
            return turns, from_texts(texts)
        case _:
            raise TypeError


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
