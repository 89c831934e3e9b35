"""``qa ask --batch FILE``: answers one question a line, and prints one JSON object a line (JSON Lines).

Only the line that is being answered is in memory, however long the input.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from qa.assistant import Assistant
from qa.cli.output import answer_json, print_json_line
from qa.cli.question_text import MOST_BYTES, standard_input
from qa.cli.streams import is_read
from qa.corpus.reading import reason_of
from qa.datatypes import NO_FILTER, Filter
from qa.errors import ExitCode, LLMError, UsageError
from qa.filtering import resolve
from qa.questions.limits import not_text, require_readable, too_long

_SHOWN = 200
"""Characters that are repeated of a line that is no question."""
_LONGEST_LINE = MOST_BYTES + len("\r\n") + 1
"""Bytes of a line from which its question is too long."""
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@contextmanager
def question_lines(source: str) -> Iterator[BinaryIO]:
    """Open a file of questions, or standard input if its name is ``-``.

    Raises:
        UsageError: it cannot be read.
    """
    if source == "-":
        yield standard_input("questions")
        return
    try:
        with Path(source).open("rb") as file:
            yield file
    except OSError as error:
        hint = "Give a file with one question a line, or - for standard input."
        raise UsageError(f"{source} cannot be read: {reason_of(error)}", hint) from None


def answer_lines(
    assistant: Assistant, lines: BinaryIO, explain: bool, chosen: Filter = NO_FILTER, all_articles: bool = False
) -> ExitCode:
    """Answer each line that is not blank as soon as it is read, until nobody reads the answers any more.

    Only the articles ``chosen`` are searched; with ``all_articles``, whatever a question says of them.

    Returns:
        ``ANSWERED`` if every line was answered or refused, ``FAILURE`` if one of them is an error.

    Raises:
        QAError: the index or a model cannot be used.
    """
    code = ExitCode.ANSWERED
    chosen = resolve(chosen, assistant.index).shown
    for line in _lines(lines):
        value = _answered(assistant, line, explain, chosen, all_articles)
        if "error" in value:
            code = ExitCode.FAILURE
        print_json_line(value)
        sys.stdout.flush()
        if not is_read(sys.stdout):
            break
    return code


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines that are not blank; of one that is too long, a part that is still too long."""
    first = True
    while line := file.readline(_LONGEST_LINE):
        start = line.removeprefix(_BYTE_ORDER_MARK) if first else line
        first = False
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(_LONGEST_LINE)
        if start.strip():
            yield start


def _answered(assistant: Assistant, line: bytes, explain: bool, chosen: Filter, all_articles: bool) -> dict[str, Any]:
    """Return the answer to a line, or what is wrong with it."""
    try:
        answer = assistant.ask(_decoded(line), filter=chosen, all_articles=all_articles)
    except (UsageError, LLMError) as error:
        shown = line.decode("utf-8", "replace").strip()
        return {"question": shown[:_SHOWN], "error": error.message, "hint": error.hint}
    return answer_json(answer, explain)


def _decoded(line: bytes) -> str:
    if len(line) == _LONGEST_LINE:
        raise too_long("question")
    try:
        question = line.decode().strip()
    except UnicodeDecodeError:
        raise not_text("question") from None
    require_readable(question)
    return question
