"""Exports a session as Markdown and an answer as plain text."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import qa
from qa.text.english import also_in
from qa.text.sanitizing import single_line, strip_controls
from tui.safe import safe
from tui.sessions.files import new_file
from tui.sessions.session import Session
from tui.sources import Source, sources_of

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$])|^(\s*)([-+]|\d+\.)(?=\s)")


def answer_text(answer: qa.Answer) -> str:
    """Return an answer with its numbered sources, for the clipboard."""
    lines = [answer.short_answer, ""] if answer.short_answer else []
    if answer.answered:
        lines += filter(None, (answer.caveat, answer.disagreement))
        for statement in answer.statements:
            lines.append(f"{single_line(statement.text)} {_marks(statement.citations)}".rstrip())
        lines += ["", *(f"[{source.number}] {_description(source)}" for source in sources_of(answer))]
    else:
        lines += [answer.text]
    return strip_controls("\n".join(lines)) + "\n"


def session_markdown(session: Session, corpus: Path) -> str:
    """Return a session as Markdown with footnotes to ``file:line``."""
    parts = [f"# Questions about {_escaped(corpus.name)}"]
    notes: list[str] = []
    for exchange in session.exchanges:
        parts.append(f"## {_escaped(safe(exchange.question))}")
        if exchange.answer is None:
            parts.append(f"*{_escaped(exchange.problem or 'No answer yet.')}*")
            continue
        answer = exchange.answer
        if answer.standalone_question:
            parts.append(f"*Understood as: {_escaped(safe(answer.standalone_question))}*")
        if answer.understood:
            parts.append(f"*{_escaped(safe(answer.understood))}*")
        if answer.short_answer:
            parts.append(f"**{_escaped(answer.short_answer)}**")
        if not answer.answered:
            parts.append(_escaped(answer.text))
        else:
            parts += [f"*{_escaped(line)}*" for line in (answer.caveat, answer.disagreement) if line]
        names = {source.number: f"{exchange.number + 1}.{source.number}" for source in sources_of(answer)}
        for statement in answer.statements:
            footnotes = "".join(f"[^{names[number]}]" for number in statement.citations)
            parts.append(_escaped(single_line(statement.text)) + footnotes)
        if answer.answered:
            notes += [f"[^{names[source.number]}]: {_footnote(source)}" for source in sources_of(answer)]
    return strip_controls("\n\n".join([*parts, *notes])) + "\n"


def write_export(text: str, folder: Path, now: datetime) -> Path:
    """Write ``text`` to a new file in ``folder`` and return its path; existing files are never overwritten.

    Its rights are those of any file that the user creates, since exports are there to be passed on.

    Raises:
        OSError: it cannot be written; then there is no file.
    """
    path = new_file(folder, f"qa-session-{now:%Y-%m-%d-%H%M}", ".md")
    try:
        path.write_text(text, encoding="utf-8")
    except OSError:
        with suppress(OSError):
            path.unlink()
        raise
    return path


def _marks(numbers: tuple[int, ...]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def _description(source: Source) -> str:
    return f"{safe(source.title)}{source.day} · {source.location}{also_in(len(source.also_in))}"


def _footnote(source: Source) -> str:
    return f"{_escaped(_description(source))}: “{_escaped(single_line(source.quote))}”"


def _escaped(text: str) -> str:
    """Return ``text`` escaped, so that Markdown renders it literally."""
    return _MARKDOWN.sub(lambda match: (match[2] or "") + "\\" + (match[1] or match[3]), text)
