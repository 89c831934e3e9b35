"""``qa watch``: prints saved questions, and how their answers have changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from qa.cli.output import answer_json, bold, dim, print_answer, wrapped
from qa.cli.progress import notice
from qa.datatypes import NOT_ANSWERED
from qa.saved_questions import AskedAgain, SavedAnswer, SavedQuestion
from qa.text.english import counted, written_out
from qa.text.sanitizing import single_line

NONE_SAVED = 'No questions about these articles are saved. To save one: qa watch add "QUESTION"'


def saved_json(number: int, saved: SavedQuestion) -> dict[str, Any]:
    """Return a saved question as the documented JSON object."""
    return {"number": number, "question": saved.question, "asked": saved.asked, "answer": asdict(saved.answer)}


def print_questions(questions: Sequence[SavedQuestion]) -> None:
    """Print the saved questions, each with its number, its last answer, and the day of that."""
    for number, saved in enumerate(questions, 1):
        click.echo(f"{number:>2}. {single_line(saved.question)}")
        click.echo(dim(wrapped(f"{_in_brief(saved.answer)} ({_day(saved)})", "    ")))


def changes_json(results: Sequence[AskedAgain]) -> dict[str, Any]:
    """Return how questions that were asked again are answered now as the documented JSON object."""
    numbered = [*enumerate(results, 1)]
    return {
        "asked": len(results),
        "changed": [_change_json(number, result) for number, result in numbered if result.is_changed],
        "failed": [
            {
                "number": number,
                "question": result.saved.question,
                "error": result.error.message,
                "hint": result.error.hint,
            }
            for number, result in numbered
            if result.error
        ],
    }


def print_changes(results: Sequence[AskedAgain], root: Path) -> None:
    """Print the answers that have changed, each after what was answered before; errors go to stderr."""
    is_first = True
    for number, result in enumerate(results, 1):
        if result.error:
            notice(f"{number}. {result.saved.question}: {result.error}")
        if result.answer and result.is_changed:
            click.echo("" if is_first else "\n" + dim("---") + "\n", nl=not is_first)
            is_first = False
            click.echo(bold(wrapped(f"{number}. {single_line(result.saved.question)}")) + "\n")
            _print_before(result.saved, SavedAnswer.of(result.answer))
            click.echo("\n" + dim("Now"))
            print_answer(result.answer, root, explain=False)


def unchanged_summary(results: Sequence[AskedAgain]) -> str:
    """Return in a line that nothing has changed."""
    return f"{counted(len(results), 'question')} asked again: no answer has changed." if results else NONE_SAVED


def _change_json(number: int, result: AskedAgain) -> dict[str, Any]:
    assert result.answer is not None, "an answer has changed"
    before = saved_json(number, result.saved)
    return {
        "number": number,
        "question": result.saved.question,
        "before": before["answer"] | {"asked": before["asked"]},
        "answer": answer_json(result.answer, explain=False),
    }


def _print_before(saved: SavedQuestion, now: SavedAnswer) -> None:
    """Print what was answered before and is not any more; if nothing has gone, all of it."""
    click.echo(dim(f"Before ({_day(saved)})"))
    before = saved.answer
    if not before.answered:
        click.echo(wrapped(NOT_ANSWERED))
        return
    if before.short_answer:
        click.echo(wrapped(single_line(before.short_answer)))
    for statement in before.without(now) or before.statements:
        click.echo(wrapped(single_line(statement)))


def _in_brief(answer: SavedAnswer) -> str:
    text = answer.short_answer or " ".join(answer.statements) if answer.answered else NOT_ANSWERED
    return single_line(text)


def _day(saved: SavedQuestion) -> str:
    return written_out(saved.asked.astimezone())
