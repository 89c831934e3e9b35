"""The commands that answer questions: ask, search, tui, and eval."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.cli.completion import files
from qa.cli.options import FILTERS, SETTINGS, Options, accepts
from qa.cli.parsing import Command
from qa.datatypes import NO_FILTER, Answer, Filter
from qa.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from qa.assistant import Assistant


@click.command(
    cls=Command,
    examples=[
        'qa ask "Who is North Korea\'s defence minister?"',
        'qa ask --continue "and where is he?"',
        'qa ask --source "The Verge" --since 2023-11-01 "What is new?"',
        "qa ask - < question.txt",
        "qa ask --batch questions.txt",
        'qa ask "Who visited Pyongyang?" --json | jq -r .short_answer',
    ],
)
@click.argument("question", nargs=-1, metavar="QUESTION...")
@click.option(
    "--batch", metavar="FILE", shell_complete=files, help="Answer each line of FILE, or of standard input (-)."
)
@click.option("--continue", "continues", is_flag=True, help="Understand it as a follow-up to the last question.")
@click.option("--all-articles", is_flag=True, help="Take no filter from what the question says.")
@click.option("--strict", is_flag=True, default=None, help="Omit generated sentences that no passage supports.")
@click.option("--llm-required", is_flag=True, default=None, help="Fail if the model fails; do not answer without it.")
@accepts(*SETTINGS, *FILTERS, "as_json", "no_refresh", "explain")
def ask(
    options: Options,
    question: tuple[str, ...],
    batch: str | None,
    continues: bool,
    all_articles: bool,
    **llm: bool | None,
) -> int:
    """Answer a question from the articles.

    If QUESTION is -, it is read from standard input. Of several values of one option, such as --source, an article
    needs one; of different options, all. --continue keeps those of the last question unless one is given.
    """
    chosen = options.filter()
    if batch is not None:
        return _ask_batch(options, batch, bool(question) or continues, chosen or NO_FILTER, all_articles, llm)
    if not question:
        raise UsageError("QUESTION is missing", "Usage: qa ask QUESTION")
    from qa.cli.conversation import load_last_answer, remember
    from qa.cli.maintenance import compact_if_overdue
    from qa.cli.progress import notice
    from qa.cli.question_text import question_text

    text = question_text(question, "question", 'For example: qa ask "Who visited Pyongyang?"')
    previous = load_last_answer(options.settings().conversation_file) if continues else None
    with options.open(**llm) as assistant:
        answer = _answer(assistant, text, previous, chosen, all_articles, options.as_json)
        if answer.standalone_question and not options.as_json:
            notice(f"Understood as: {answer.standalone_question}")
        if answer.notice:
            notice(answer.notice)
        remember(answer, assistant.settings)
        _print_answer(answer, options, assistant.corpus.root)
        if assistant.settings.refresh:
            compact_if_overdue(assistant)
    return ExitCode.ANSWERED if answer.is_stated else ExitCode.NOT_IN_CORPUS


def _answer(
    assistant: Assistant,
    question: str,
    previous: Answer | None,
    chosen: Filter | None,
    all_articles: bool,
    as_json: bool,
) -> Answer:
    """Answer a question; while a language model works, a terminal shows what there is, unless that is for JSON."""
    if not assistant.model_name or not sys.stderr.isatty():
        return assistant.ask(question, previous, filter=chosen, all_articles=all_articles)
    from qa.cli.output import answer_text
    from qa.cli.waiting import WaitingDisplay

    with WaitingDisplay(assistant.model_name) as display:
        extractive = assistant.find(question, previous, display.on_step, filter=chosen, all_articles=all_articles)
        if not assistant.will_write(extractive):
            return extractive
        with display.writing("" if as_json else answer_text(extractive, assistant.corpus.root)) as on_text:
            return assistant.write(extractive, on_text=on_text)


def _print_answer(answer: Answer, options: Options, root: Path) -> None:
    from qa.cli import output

    if options.as_json:
        output.print_json(output.answer_json(answer, options.explain))
    else:
        output.print_answer(answer, root, options.explain)


def _ask_batch(
    options: Options, source: str, has_more: bool, chosen: Filter, all_articles: bool, llm: dict[str, bool | None]
) -> int:
    """Answer the questions in a file or in standard input."""
    from qa.cli.batch import answer_lines, question_lines

    if has_more:
        raise UsageError("--batch takes neither a question nor --continue", "Usage: qa ask --batch FILE")
    with question_lines(source) as lines, options.open(**llm) as assistant:
        return answer_lines(assistant, lines, options.explain, chosen, all_articles)


@click.command(cls=Command, examples=["qa search Kursk deployment", "qa search harbour -k 3 --explain"])
@click.argument("query", nargs=-1, required=True)
@accepts("corpus", "index", "vectors", "follow_links", "top_k", "model", *FILTERS, "as_json", "no_refresh", "explain")
def search(options: Options, query: tuple[str, ...]) -> int:
    """List the passages that match a query.

    If QUERY is -, it is read from standard input.
    """
    from qa.cli import output
    from qa.cli.progress import notice
    from qa.cli.question_text import question_text
    from qa.filtering import resolve
    from qa.matches import matched, remark
    from qa.questions.filter_words import in_words
    from qa.text.english import uncapitalized

    text = question_text(query, "query", 'For example: qa search "Kursk deployment"')
    chosen = options.filter() or NO_FILTER
    with options.open() as assistant:
        chosen = resolve(chosen, assistant.index).shown
        spelling = assistant.check_spelling(text)
        passages = matched(assistant.search(text, filter=chosen))
        missing = remark(passages, spelling.text, uncapitalized(in_words(chosen)) or "the corpus")
        if spelling.notice:
            notice(spelling.notice)
        if options.as_json:
            notices = " ".join(filter(None, (spelling.notice, missing)))
            output.print_json(output.search_json(spelling.text, notices, passages, chosen))
        else:
            if missing:
                click.echo(missing)
            output.print_passages(passages, spelling.text, assistant.corpus.root, options.explain)
    return ExitCode.ANSWERED if passages else ExitCode.NOT_IN_CORPUS


@click.command(cls=Command)
@accepts(*SETTINGS, *FILTERS, "no_refresh")
def tui(options: Options) -> int:
    """Open the terminal UI, as qa alone does."""
    if not in_terminal():
        raise UsageError("The terminal UI needs a terminal", "To ask without one, run: qa ask QUESTION")
    chosen = options.filter()
    options.settings()  # asks for consent while that is possible
    from tui.app import run

    return run(chosen, **options.overrides())


@click.command(
    "eval", cls=Command, examples=["qa eval questions.jsonl --misses 5", "qa eval questions.jsonl --min-f1 0.6"]
)
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="QUESTIONS.jsonl")
@click.option("--misses", type=int, default=0, metavar="N", help="List N wrong answers (default: 0).")
@click.option("--min-recall", type=float, metavar="X", help="Exit 1 if recall@10 is below X.")
@click.option("--min-em", type=float, metavar="X", help="Exit 1 if exact match is below X.")
@click.option("--min-f1", type=float, metavar="X", help="Exit 1 if F1 is below X.")
@click.option("--min-refusal-precision", type=float, metavar="X", help="Exit 1 if refusal precision is below X.")
@click.option("--min-refusal-recall", type=float, metavar="X", help="Exit 1 if refusal recall is below X.")
@accepts(*SETTINGS, "as_json", "no_refresh")
def eval_(options: Options, questions: Path, misses: int, **minimums: float | None) -> int:
    """Measure answer quality on questions with known answers.

    QUESTIONS.jsonl has one JSON object per line: question, and any of answer, file and answerable. Wrong answers are
    listed the most confident first.
    """
    from qa.cli.evaluation import below_minimums, evaluation_json, print_evaluation, print_misses
    from qa.cli.output import print_json
    from qa.cli.progress import counting_progress, notice
    from qa.evaluation import evaluate, read_questions

    known = read_questions(questions)
    with options.open() as assistant, counting_progress("Answering", len(known)) as progress:
        result = evaluate(assistant, known, progress)
    if options.as_json:
        print_json(evaluation_json(result, misses))
    else:
        print_evaluation(result)
        print_misses(result, misses)
    failures = below_minimums(result, {name: value for name, value in minimums.items() if value is not None})
    for failure in failures:
        notice(failure)
    return ExitCode.NOT_IN_CORPUS if failures else ExitCode.ANSWERED


def in_terminal() -> bool:
    """Whether the terminal UI can run: it reads from stdin and draws on stderr."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
