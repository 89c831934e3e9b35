"""The commands about the articles and their index: show, add, index, and status."""

from __future__ import annotations

import click

from qa.cli.completion import articles
from qa.cli.options import Options, accepts
from qa.cli.parsing import Command


@click.command("index", cls=Command, examples=["qa index --corpus articles", "qa index --rebuild"])
@click.option("--rebuild", is_flag=True, help="Build the index from scratch instead of updating it.")
@click.option("--watch", is_flag=True, help="Then follow changes in the folder, until Ctrl+C.")
@click.option("--to", metavar="WHERE", help="Copy the index to PostgreSQL, or back to a folder.")
@accepts("corpus", "index", "vectors", "follow_links", "model", "as_json")
def index_(options: Options, rebuild: bool, watch: bool, to: str | None) -> None:
    """Bring the index up to date with the articles.

    With --to, copy it instead, without reading or embedding anything again: from its folder to PostgreSQL, at
    postgresql://HOST/NAME, with --vectors; or back.
    """
    if to is not None:
        from qa.cli.copying import copy

        copy(options, to, rebuild)
        return
    from qa.assistant import Assistant
    from qa.cli import output
    from qa.cli.maintenance import compact
    from qa.cli.progress import indexing_progress, notice
    from qa.index.files import UNFLUSHED, can_flush

    with Assistant(options.settings(), notice) as assistant:
        with indexing_progress() as progress:
            report = assistant.refresh(rebuild=rebuild, on_progress=progress)
        if options.as_json:
            (output.print_json_line if watch else output.print_json)(output.report_json(report))
        else:
            output.print_report(report)
        if assistant.settings.server is None and not can_flush(assistant.settings.index_root):
            notice(UNFLUSHED)
        compact(assistant)
        if watch:
            from qa.cli.watch import follow

            follow(assistant, report, options.as_json)


@click.command(cls=Command)
@accepts("corpus", "index", "vectors", "follow_links", "model", "as_json")
def status(options: Options) -> None:
    """Show which corpus and index are in use, and their state."""
    from qa.cli.status import collect, print_status

    state = collect(options.settings())
    if options.as_json:
        from qa.cli.output import print_json

        print_json(state)
    else:
        print_status(state)


@click.command(cls=Command, examples=["qa show letter.txt", "qa show letter.txt:12", "qa show letter.txt:12-15"])
@click.argument("location", metavar="FILE[:LINE[-LINE]]", shell_complete=articles)
@click.option("--context", type=int, default=3, metavar="N", help="Paragraphs on each side of LINE (default: 3).")
@click.option("--all", "is_whole", is_flag=True, help="Print the whole article.")
@click.option("--no-pager", is_flag=True, help="Do not start a pager on a terminal.")
@accepts("corpus", "follow_links", "as_json")
def show(options: Options, location: str, context: int, is_whole: bool, no_pager: bool) -> None:
    """Print an article, or lines of it and those around them.

    FILE is a path as the sources of an answer show it, or a part of it that no other article has.
    """
    from qa.cli.show import print_article

    print_article(options.settings(), location, options.as_json, None if is_whole else context, not no_pager)


@click.command(cls=Command, examples=["qa add https://example.org/article", "qa add https://example.org/feed.xml"])
@click.argument("url", nargs=-1, required=True)
@accepts("corpus", "as_json")
def add(options: Options, url: tuple[str, ...]) -> int:
    """Save web pages, or the entries of feeds, in the corpus.

    Each becomes a Markdown file with title, outlet, address, author and date, unless the corpus has its page already.
    The next question takes it in.

    No other command opens a connection, apart from a language model or an index on servers that you configure. This one
    fetches what you name and what a feed links to; over http and https, never from this machine or a private network,
    and without a proxy.
    """
    from qa.cli.adding import add_pages

    return add_pages(options.settings(), url, options.as_json)
