"""The commands and their options; each parses, calls the assistant, and prints."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import qa
from qa.cli.trust import with_consent
from qa.cli.usage_errors import CommandGroup
from qa.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.settings import Settings

_SETTINGS = ("corpus", "index", "follow_links", "top_k", "model", "min_confidence", "llm")

_COMMON = (
    click.option("--corpus", type=click.Path(path_type=Path), metavar="DIR", help="Folder that contains the articles."),
    click.option("--index", type=click.Path(path_type=Path), metavar="DIR", help="Folder that contains the index."),
    click.option("--follow-links", is_flag=True, default=None, help="Follow links that lead outside the corpus."),
    click.option("-k", "--top-k", type=int, metavar="N", help="Number of passages to retrieve, 1 to 1000."),
    click.option("--model", metavar="NAME", help="Embedding model: sentence-transformers name or path."),
    click.option("--min-confidence", type=float, metavar="P", help="Refuse to answer below this confidence, 0 to 1."),
    click.option("--llm", metavar="MODEL", help="Language model that writes the answer: PROVIDER/NAME, or none."),
    click.option("--json", "as_json", is_flag=True, default=None, help="Print the result as one JSON object."),
    click.option("--no-refresh", is_flag=True, default=None, help="Use the index as it is, without updating it first."),
    click.option("--explain", is_flag=True, default=None, help="Also show the scores and the reason for the answer."),
)


class Options:
    """The common options, from before and after the command; those after it take precedence."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self.as_json: bool = self._values.get("as_json", False)
        self.refresh: bool = not self._values.get("no_refresh", False)
        self.explain: bool = self._values.get("explain", False)

    def overrides(self) -> dict[str, Any]:
        """Return the settings that options set."""
        return {name: self._values[name] for name in _SETTINGS if name in self._values}

    def settings(self, may_ask: bool = True) -> Settings:
        """Return the settings in effect; if ``qa.toml`` needs the user's consent, ask for it first on a terminal."""
        from qa.settings import load_settings

        return with_consent(lambda: load_settings(**self.overrides()), may_ask and not self.as_json)

    def open(self, **settings: Any) -> Assistant:
        """Open the assistant with these further settings, and update its index unless ``--no-refresh`` is set."""
        from qa.cli.progress import indexing_progress, notice

        settings |= self.overrides()

        def opened() -> Assistant:
            with indexing_progress() as progress:
                return qa.open(refresh=self.refresh, on_notice=notice, on_progress=progress, **settings)

        return with_consent(opened, not self.as_json)


def _with_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Add the common options to a command; its first argument is their values, merged with those before it."""

    @functools.wraps(command)
    @click.pass_context
    def merged(context: click.Context, /, **values: Any) -> int | None:
        after = {name: values.pop(name) for name in [*_SETTINGS, "as_json", "no_refresh", "explain"]}
        before = context.obj or {}
        options = Options({name: before.get(name) if value is None else value for name, value in after.items()})
        return command(options, **values)

    for option in reversed(_COMMON):
        merged = option(merged)
    return merged


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 answered, 1 not in the corpus, 2 usage error, 3 no usable index or corpus, 4 other failure, "
    "130 interrupted.",
)
@click.version_option(qa.__version__, prog_name="qa")
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> int:
    """Answer questions from a folder of articles, with each statement cited to its exact source."""
    context.obj = options
    if context.invoked_subcommand is not None:
        return ExitCode.ANSWERED
    if _in_terminal():
        code: int = context.invoke(tui)
        return code
    click.echo(context.get_help())
    return ExitCode.ANSWERED


for _option in _COMMON:
    cli = _option(cli)


@cli.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--continue", "continues", is_flag=True, help="Understand QUESTION as a follow-up to the last one.")
@click.option("--strict", is_flag=True, default=None, help="Omit generated sentences that no passage supports.")
@click.option("--llm-required", is_flag=True, default=None, help="Fail if the model fails; do not answer without it.")
@_with_options
def ask(options: Options, question: tuple[str, ...], continues: bool, **llm: bool | None) -> int:
    """Answer QUESTION from the articles.

    If QUESTION is -, it is read from standard input. A follow-up to the last question about the same articles:
    qa ask --continue "and when was that?"
    """
    from qa.cli import output
    from qa.cli.conversation import load_last_answer, remember
    from qa.cli.maintenance import compact_if_overdue
    from qa.cli.progress import notice, written_text
    from qa.cli.question_text import question_text

    text = question_text(question, "question", 'For example: qa ask "Who visited Pyongyang?"')
    previous = load_last_answer(options.settings().conversation_file) if continues else None
    with options.open(**llm) as assistant:
        with written_text() as on_text:
            answer = assistant.ask(text, previous, on_text=on_text)
        if answer.standalone_question and not options.as_json:
            notice(f"Understood as: {answer.standalone_question}")
        if answer.notice:
            notice(answer.notice)
        remember(answer, assistant.settings)
        if options.as_json:
            output.print_json(output.answer_json(answer, options.explain))
        else:
            output.print_answer(answer, assistant.corpus.root, options.explain)
        if options.refresh:
            compact_if_overdue(assistant)
    return ExitCode.ANSWERED if answer.is_stated else ExitCode.NOT_IN_CORPUS


@cli.command()
@click.argument("query", nargs=-1, required=True)
@_with_options
def search(options: Options, query: tuple[str, ...]) -> int:
    """List the passages relevant to QUERY.

    If QUERY is -, it is read from standard input.
    """
    from qa.cli import output
    from qa.cli.progress import notice
    from qa.cli.question_text import question_text
    from qa.matches import matched, remark

    text = question_text(query, "query", 'For example: qa search "Kursk deployment"')
    with options.open() as assistant:
        spelling = assistant.check_spelling(text)
        passages = matched(assistant.search(text))
        missing = remark(passages, spelling.text)
        if spelling.notice:
            notice(spelling.notice)
        if options.as_json:
            notices = " ".join(filter(None, (spelling.notice, missing)))
            output.print_json(output.search_json(spelling.text, notices, passages))
        else:
            if missing:
                click.echo(missing)
            output.print_passages(passages, spelling.text, assistant.corpus.root, options.explain)
    return ExitCode.ANSWERED if passages else ExitCode.NOT_IN_CORPUS


@cli.command("index")
@click.option("--rebuild", is_flag=True, help="Build the index from scratch instead of updating it.")
@_with_options
def index_(options: Options, rebuild: bool) -> None:
    """Bring the index up to date with the articles."""
    from qa.assistant import Assistant
    from qa.cli import output
    from qa.cli.maintenance import compact
    from qa.cli.progress import indexing_progress, notice
    from qa.index.files import UNFLUSHED, can_flush

    with Assistant(options.settings(), notice) as assistant:
        with indexing_progress() as progress:
            report = assistant.refresh(rebuild=rebuild, on_progress=progress)
        if options.as_json:
            output.print_json(output.report_json(report))
        else:
            output.print_report(report)
        if not can_flush(assistant.settings.index_root):
            notice(UNFLUSHED)
        compact(assistant)


@cli.command()
@_with_options
def status(options: Options) -> None:
    """Show the corpus and index in use and their state."""
    from qa.cli.status import collect, print_status

    state = collect(options.settings())
    if options.as_json:
        from qa.cli.output import print_json

        print_json(state)
    else:
        print_status(state)


@cli.command()
@click.argument("location", metavar="FILE[:LINE[-LINE]]")
@_with_options
def show(options: Options, location: str) -> None:
    """Print an article with the given lines marked."""
    from qa.cli.show import print_article

    print_article(options.settings(), location, options.as_json)


@cli.command("eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="QUESTIONS.jsonl")
@click.option("--misses", type=int, default=0, metavar="N", help="List N wrong answers, most confident first.")
@click.option("--min-recall", type=float, metavar="X", help="Exit 1 if recall@10 is below X.")
@click.option("--min-em", type=float, metavar="X", help="Exit 1 if exact match is below X.")
@click.option("--min-f1", type=float, metavar="X", help="Exit 1 if F1 is below X.")
@click.option("--min-refusal-precision", type=float, metavar="X", help="Exit 1 if refusal precision is below X.")
@click.option("--min-refusal-recall", type=float, metavar="X", help="Exit 1 if refusal recall is below X.")
@_with_options
def eval_(options: Options, questions: Path, misses: int, **minimums: float | None) -> int:
    """Measure answer quality on questions with known answers.

    QUESTIONS.jsonl has one JSON object per line: question, and any of answer, file and answerable.
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


@cli.command()
@_with_options
def tui(options: Options) -> int:
    """Open the terminal UI, like qa without a command."""
    if not _in_terminal():
        raise UsageError("The terminal UI needs a terminal", "To ask without one, run: qa ask QUESTION")
    options.settings()  # asks for consent while that is possible
    from tui.app import run

    return run(**options.overrides())


@cli.command()
@_with_options
def doctor(options: Options) -> int:
    """Check the installation and the index; suggest fixes."""
    from qa.cli.doctor import examine, print_findings

    findings = examine(functools.partial(options.settings, may_ask=False))
    print_findings(findings, options.as_json)
    return ExitCode.ANSWERED if all(finding.ok for finding in findings) else ExitCode.FAILURE


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=".", metavar="[DIR]")
@click.option("--revoke", is_flag=True, help="Forget the consent given earlier.")
@_with_options
def trust(options: Options, folder: Path, revoke: bool) -> None:
    """Consent to what the qa.toml in DIR asks for.

    It needs your consent to name a language model or its server, another embedding model, or folders outside its own,
    and to follow links out of the corpus; and again if it changes any of these.
    """
    from qa.cli.trust import change

    change(folder, revoke, options.as_json)


def _in_terminal() -> bool:
    """Whether the terminal UI can run: it reads from stdin and draws on stderr."""
    return sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()
