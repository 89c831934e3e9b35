"""Saves web pages for ``qa add``, and prints what became of each as soon as it is known."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

import qa
from qa.cli.progress import notice
from qa.corpus import Corpus
from qa.errors import ExitCode, PageError, UsageError
from qa.text.sanitizing import single_line
from qa.web.adding import PageSaver, Result, Status
from qa.web.fetching import Fetcher
from qa.web.isolation import require_libraries
from qa.web.saving import require_writable
from qa.web.urls import parse_url, shown

if TYPE_CHECKING:
    from qa.settings import Settings


def add_pages(settings: Settings, addresses: Sequence[str], as_json: bool) -> int:
    """Save pages, and return the exit code: a failure if one of them was not saved and is not in the corpus.

    Raises:
        UsageError: an address is none; nothing is fetched then.
        QAError: the corpus is missing or read-only, or a library is missing.
    """
    for address in addresses:
        _require_address(address)
    corpus = Corpus.configured(settings)
    saver = PageSaver(corpus, Fetcher(f"qa-corpus/{qa.__version__}"))
    require_writable(corpus.root)
    require_libraries()
    results: list[Result] = []
    for address in addresses:
        for result in saver.add(address):
            results.append(result)
            if not as_json:
                _print_result(result)
    if as_json:
        _print_json(results)
    elif any(result.status is Status.SAVED for result in results):
        notice("The next question takes in what was saved.")
    return ExitCode.FAILURE if any(result.status is Status.FAILED for result in results) else ExitCode.ANSWERED


def _require_address(address: str) -> None:
    if os.path.exists(address) or address.lower().startswith("file:"):  # noqa: PTH110  # false for what is no path
        raise UsageError(f"{shown(address)} is a file, not the address of a page", "Copy it into the corpus.")
    try:
        parse_url(address)
    except PageError as error:
        raise UsageError(error.message, error.hint) from None


def _print_result(result: Result) -> None:
    if result.status is Status.SAVED:
        click.echo(single_line(f"Saved as {result.path}: {result.title}"))
    elif result.status is Status.PRESENT:
        click.echo(single_line(f"Already there as {result.path}: {result.url}"))
    else:
        notice(f"Not saved: {shown(result.url)}: {result.reason}")


def _print_json(results: Sequence[Result]) -> None:
    from qa.cli.output import print_json

    counts = {status.value: sum(result.status is status for result in results) for status in Status}
    print_json(counts | {"results": [result._asdict() | {"status": result.status.value} for result in results]})
