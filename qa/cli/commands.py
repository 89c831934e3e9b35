"""The commands and their options; each parses, calls the assistant, and prints."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import qa
from qa.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from qa.assistant import Assistant
    from qa.settings import Settings

_SETTINGS = ("corpus", "index", "top_k", "model", "min_confidence", "llm")

_COMMON = (
    click.option("--corpus", type=click.Path(path_type=Path), metavar="DIR", help="Folder of articles."),
    click.option("--index", type=click.Path(path_type=Path), metavar="DIR", help="Folder of the index."),
    click.option("-k", "--top-k", type=int, metavar="N", help="How many passages to search for."),
    click.option("--model", metavar="NAME", help="Sentence-transformers model, by name or path."),
    click.option("--min-confidence", type=float, metavar="P", help="Below this, the corpus does not answer."),
    click.option("--llm", metavar="MODEL", help="Language model that writes the answer: provider/name, or none."),
    click.option("--json", "as_json", is_flag=True, default=None, help="Print one JSON object."),
    click.option("--no-refresh", is_flag=True, default=None, help="Use the index as it is."),
    click.option("--explain", is_flag=True, default=None, help="Show scores and why."),
)


class Options:
    """The common options, wherever they stood: those after the command win."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = {name: value for name, value in values.items() if value is not None}
        self.as_json: bool = self._values.get("as_json", False)
        self.refresh: bool = not self._values.get("no_refresh", False)
        self.explain: bool = self._values.get("explain", False)

    def given(self) -> dict[str, Any]:
        """Return the settings among the options that were given."""
        return {name: self._values[name] for name in _SETTINGS if name in self._values}

    def settings(self) -> Settings:
        """Return the settings that hold here."""
        from qa.settings import load_settings

        return load_settings(**self.given())

    def open(self, **more: Any) -> Assistant:
        """Open the assistant, its index brought up to date unless that was declined."""
        from qa.cli.progress import indexing_bar, notice

        with indexing_bar() as progress:
            return qa.open(refresh=self.refresh, on_notice=notice, on_progress=progress, **self.given(), **more)


def _with_options(command: Callable[..., int | None]) -> Callable[..., int | None]:
    """Give a command the common options, merged with those before it, as its first argument."""

    @functools.wraps(command)
    @click.pass_context
    def merged(context: click.Context, /, **values: Any) -> int | None:
        own = {name: values.pop(name) for name in [*_SETTINGS, "as_json", "no_refresh", "explain"]}
        before = context.obj or {}
        options = Options({name: before.get(name) if value is None else value for name, value in own.items()})
        return command(options, **values)

    for option in reversed(_COMMON):
        merged = option(merged)
    return merged


@click.group(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 answered, 1 not in the corpus, 2 wrong usage, 3 no usable index or corpus, 4 other failure, "
    "130 interrupted.",
)
@click.version_option(qa.__version__, prog_name="qa")
@click.pass_context
def cli(context: click.Context, /, **options: Any) -> None:
    """Ask your own articles: short, right answers, each statement cited to the characters in the file."""
    context.obj = options
    if context.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        context.invoke(tui)
    else:
        click.echo(context.get_help())


for _option in reversed(_COMMON):
    cli = _option(cli)


@cli.command()
@click.argument("question", nargs=-1, required=True)
@click.option("--strict", is_flag=True, default=None, help="Leave out what a model writes without support.")
@click.option("--llm-required", is_flag=True, default=None, help="Fail if the language model fails.")
@_with_options
def ask(options: Options, question: tuple[str, ...], **llm: bool | None) -> int:
    """Answer QUESTION from the articles; - reads it from standard input."""
    from qa.cli import output
    from qa.cli.progress import notice, written_text

    text = _question(question)
    with options.open(**llm) as assistant:
        with written_text() as on_text:
            answer = assistant.ask(text, on_text=on_text)
        if answer.notice:
            notice(answer.notice)
        if options.as_json:
            output.print_json(output.answer_json(answer, options.explain))
        else:
            output.print_answer(answer, assistant.corpus.root, options.explain)
    return ExitCode.ANSWERED if answer.answered else ExitCode.NOT_IN_CORPUS


@cli.command()
@click.argument("query", nargs=-1, required=True)
@_with_options
def search(options: Options, query: tuple[str, ...]) -> int:
    """List the passages that bear on QUERY; - reads it from standard input."""
    from qa.cli import output

    text = _question(query)
    with options.open() as assistant:
        passages = assistant.search(text)
        if options.as_json:
            output.print_json({"query": text, "passages": [output.passage_json(one) for one in passages]})
        else:
            output.print_passages(passages, assistant.corpus.root, options.explain)
    return ExitCode.ANSWERED if passages else ExitCode.NOT_IN_CORPUS


@cli.command("index")
@click.option("--rebuild", is_flag=True, help="Build it from scratch, whatever is there.")
@_with_options
def index_(options: Options, rebuild: bool) -> None:
    """Bring the index up to date with the folder of articles."""
    from qa.assistant import Assistant
    from qa.cli import output
    from qa.cli.progress import indexing_bar, notice

    with Assistant(options.settings(), notice) as assistant, indexing_bar() as progress:
        report = assistant.refresh(rebuild=rebuild, on_progress=progress)
    if options.as_json:
        output.print_json(output.report_json(report))
    else:
        output.print_report(report)


@cli.command()
@_with_options
def status(options: Options) -> None:
    """Say which corpus and index are in use, and whether they agree."""
    from qa.cli.status import collect, print_status

    state = collect(options.settings())
    if options.as_json:
        from qa.cli.output import print_json

        print_json(state)
    else:
        print_status(state)


@cli.command()
@click.argument("place", metavar="FILE[:LINE[-LINE]]")
@_with_options
def show(options: Options, place: str) -> None:
    """Print an article with the named lines marked."""
    from qa.cli.show import print_article

    print_article(options.settings(), place, options.as_json)


@cli.command("eval")
@click.argument("questions", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="QUESTIONS.jsonl")
@click.option("--misses", type=int, default=0, metavar="N", help="List the N worst misses.")
@click.option("--min-recall", type=float, metavar="X", help="Exit 1 if recall@10 is below X.")
@click.option("--min-em", type=float, metavar="X", help="Exit 1 if exact match is below X.")
@click.option("--min-f1", type=float, metavar="X", help="Exit 1 if F1 is below X.")
@click.option("--min-refusal-precision", type=float, metavar="X", help="Likewise.")
@click.option("--min-refusal-recall", type=float, metavar="X", help="Likewise.")
@_with_options
def eval_(options: Options, questions: Path, misses: int, **least: float | None) -> int:
    """Measure the answers to questions whose answers are known, one JSON object a line."""
    from qa.cli import evaluation as shown
    from qa.cli.output import print_json
    from qa.cli.progress import counting_bar, notice
    from qa.evaluation import evaluate, read_questions

    known = read_questions(questions)
    with options.open() as assistant, counting_bar("Asking", len(known)) as progress:
        result = evaluate(assistant, known, progress)
    if options.as_json:
        print_json(shown.evaluation_json(result, misses))
    else:
        shown.print_evaluation(result)
        shown.print_misses(result, misses)
    failed = shown.below(result, {name: value for name, value in least.items() if value is not None})
    for line in failed:
        notice(line)
    return ExitCode.NOT_IN_CORPUS if failed else ExitCode.ANSWERED


@cli.command()
@_with_options
def tui(options: Options) -> None:
    """Open the terminal UI, as qa alone does."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("The terminal UI needs a terminal", "Ask without one like this: qa ask QUESTION")
    from tui.app import run

    run(**options.given())


@cli.command()
@_with_options
def doctor(options: Options) -> int:
    """Check what qa needs, and say what to do about what is missing."""
    from qa.cli.doctor import examine, print_findings

    findings = examine(options.settings)
    print_findings(findings, options.as_json)
    return ExitCode.ANSWERED if all(finding.ok for finding in findings) else ExitCode.FAILURE


def _question(parts: tuple[str, ...]) -> str:
    text = sys.stdin.read() if parts == ("-",) else " ".join(parts)
    if not text.strip():
        raise UsageError("The question is empty", 'Ask like this: qa ask "Who visited Pyongyang?"')
    return text.strip()
