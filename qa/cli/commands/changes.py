"""The commands about what has changed: news, and watch with its commands."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TypeVar

import click

from qa.cli.completion import saved_questions
from qa.cli.options import Options, accepts
from qa.cli.parsing import Command, Subcommands
from qa.errors import ExitCode, QAError

_Result = TypeVar("_Result")


@click.command(cls=Command, examples=["qa news", "qa news --since Monday", "qa news --since 2026-11-01 --json"])
@click.option("--since", metavar="DATE", help="List what came since DATE; the last look stays as it is.")
@accepts("corpus", "index", "vectors", "follow_links", "model", "as_json", "no_refresh")
def news(options: Options, since: str | None) -> int:
    """List which articles came, changed and left since last time.

    DATE is a day, such as 2026-11-01, "1 November", Monday or yesterday, or "last week". The exit code is 0 if there is
    something new, and 1 if not.
    """
    from datetime import date

    from qa.cli import output
    from qa.cli.days import first_day
    from qa.cli.news import news_json, print_news
    from qa.news import find_news, mark_seen

    day = None if since is None else first_day(since, date.today())
    with options.open() as assistant:
        whats_new = _despite_damage(lambda: find_news(assistant, day))
        if options.as_json:
            output.print_json(news_json(whats_new))
        else:
            print_news(whats_new, assistant.corpus.root)
        if day is None and _is_printed():
            _save(lambda: mark_seen(assistant, whats_new), "The next qa news lists this again")
    return ExitCode.ANSWERED if whats_new else ExitCode.NOT_IN_CORPUS


@click.group(
    cls=Subcommands,
    examples=['qa watch add "Who is the mayor?"', "qa watch run", 'qa watch remove "Who is the mayor?"'],
)
def watch() -> None:
    """Save questions, and see later which answers have changed.

    To let the index follow the folder, which is something else, run: qa index --watch
    """


@watch.command(cls=Command, examples=['qa watch add "Who is North Korea\'s defence minister?"'])
@click.argument("question", nargs=-1, required=True, metavar="QUESTION...")
@accepts("corpus", "index", "vectors", "follow_links", "top_k", "model", "min_confidence", "as_json", "no_refresh")
def add(options: Options, question: tuple[str, ...]) -> None:
    """Save a question with its answer of now.

    If QUESTION is -, it is read from standard input. It is saved even if history is false.
    """
    from qa.cli import output
    from qa.cli.progress import notice
    from qa.cli.question_text import question_text
    from qa.cli.saved_questions import saved_json
    from qa.saved_questions import SavedQuestions

    text = " ".join(question_text(question, "question", 'For example: qa watch add "Who is the mayor?"').split())
    questions = SavedQuestions(options.settings().saved_questions_file)
    _despite_damage(lambda: questions.require_new(text))
    with options.open() as assistant:
        answer = assistant.find(text)
        number = _despite_damage(lambda: questions.add(text, answer))
        if options.as_json:
            output.print_json(saved_json(number, questions.all()[number - 1]))
            return
        if answer.notice:
            notice(answer.notice)
        click.echo(f"Saved with number {number}. The answer of now:\n")
        output.print_answer(answer, assistant.corpus.root, explain=False)


@watch.command("list", cls=Command)
@accepts("corpus", "as_json")
def list_(options: Options) -> None:
    """List the saved questions with their last answers."""
    from qa.cli import output
    from qa.cli.saved_questions import NONE_SAVED, print_questions, saved_json
    from qa.saved_questions import SavedQuestions

    questions = _despite_damage(SavedQuestions(options.settings().saved_questions_file).all)
    if options.as_json:
        output.print_json({"questions": [saved_json(number, saved) for number, saved in enumerate(questions, 1)]})
    elif questions:
        print_questions(questions)
    else:
        click.echo(NONE_SAVED)


@watch.command(cls=Command, examples=["qa watch remove 2", 'qa watch remove "Who is the mayor?"'])
@click.argument("question", nargs=-1, required=True, metavar="N|QUESTION...", shell_complete=saved_questions)
@accepts("corpus", "as_json")
def remove(options: Options, question: tuple[str, ...]) -> None:
    """Forget a saved question, given by its number or its words."""
    from qa.cli import output
    from qa.saved_questions import SavedQuestions
    from qa.text.sanitizing import single_line

    questions = SavedQuestions(options.settings().saved_questions_file)
    removed = _despite_damage(lambda: questions.remove(" ".join(question).strip()))
    if options.as_json:
        output.print_json({"removed": removed.question})
    else:
        click.echo(f"Removed: {single_line(removed.question)}")


@watch.command(cls=Command, examples=["qa watch run", "qa watch run --json | jq -r '.changed[].question'"])
@accepts("corpus", "index", "vectors", "follow_links", "top_k", "model", "min_confidence", "as_json", "no_refresh")
def run(options: Options) -> int:
    """Ask the saved questions again; print changed answers.

    Nothing is printed if none has changed. The exit code is 0 if one has, 1 if none has, and 4 if a question failed. A
    language model is not asked, since it would say the same in other words each time.
    """
    from qa.cli import output
    from qa.cli.progress import counting_progress, notice
    from qa.cli.saved_questions import changes_json, print_changes, unchanged_summary
    from qa.saved_questions import SavedQuestions, ask_again

    store = SavedQuestions(options.settings().saved_questions_file)
    questions = _despite_damage(store.all)
    results = []
    with options.open() as assistant:
        with counting_progress("Questions", len(questions)) as progress:
            for result in ask_again(assistant, questions):
                results.append(result)
                progress()
        is_changed = any(result.is_changed for result in results)
        if options.as_json:
            output.print_json(changes_json(results))
        else:
            print_changes(results, assistant.corpus.root)
            if not is_changed and sys.stderr.isatty():
                notice(unchanged_summary(results))
        if is_changed and _is_printed():
            _save(lambda: store.update(results), "The next qa watch run shows these changes again")
    if any(result.error for result in results):
        return ExitCode.FAILURE
    return ExitCode.ANSWERED if is_changed else ExitCode.NOT_IN_CORPUS


def _is_printed() -> bool:
    """Whether all that was printed has been written, and somebody may have read it."""
    from qa.cli.streams import is_read

    sys.stdout.flush()
    return is_read(sys.stdout)


def _despite_damage(action: Callable[[], _Result]) -> _Result:
    """Return what an action returns; if what was saved is damaged, it is set aside, and the action begins anew."""
    from qa.cli.progress import notice
    from qa.private_files import DamagedFile

    try:
        return action()
    except DamagedFile as damaged:
        notice(str(damaged))
        return action()


def _save(action: Callable[[], None], consequence: str) -> None:
    """Save what was printed; if that fails, say so, since what was asked for is done."""
    from qa.cli.progress import notice

    try:
        action()
    except QAError as error:
        notice(f"{error} {consequence}.")
