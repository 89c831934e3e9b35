"""``qa index --watch``: brings the index up to date whenever a file of the corpus changes, until it is interrupted."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import click

from qa.assistant import Assistant
from qa.cli.maintenance import compact_if_overdue
from qa.cli.output import print_json_line, report_json, report_summary
from qa.cli.progress import indexing_progress, notice
from qa.cli.streams import is_read
from qa.corpus.listing import identity_of, is_below, leads_through_folders
from qa.datatypes import IndexReport
from qa.errors import QAError

_QUIET = 0.5
"""Seconds without a change after which those before are one update."""
_LONGEST_BURST = 10.0
"""Seconds after which changes that do not end are taken in all the same."""
_TICK = 1.0
"""Seconds between two looks at whether the folder is still there."""
_AGAIN = 2.0
"""Seconds after which a folder that vanished is looked for again."""
_RETRY = 5.0
"""Seconds after which a failed update is tried again."""
_EVERY = 60.0
"""Seconds after which the folder is compared anyway: of links and network drives, not every change is reported."""


def follow(assistant: Assistant, report: IndexReport, as_json: bool) -> None:
    """Update the index soon after each change, until nobody reads the lines about it any more.

    What fails is said in a line, once, and tried again.

    Args:
        assistant: its corpus is followed.
        report: what the update before has done.
        as_json: whether to print each update as a JSON object on a line.
    """
    notice(f"Following {assistant.corpus.root}; Ctrl+C ends it.")
    skipped, problem = report.skipped, ""
    last = time.monotonic()
    for is_changed in _changes(assistant.corpus.root, assistant.settings.index_root):
        if not is_changed and time.monotonic() - last < (_RETRY if problem else _EVERY):
            continue
        try:
            with indexing_progress() as progress:
                report = assistant.refresh(on_progress=progress)
            compact_if_overdue(assistant)
        except (QAError, OSError) as error:
            if problem != str(error):
                notice(f"{_now()} {error}")
            problem = str(error)
        else:
            if not report.unchanged or problem or report.skipped != skipped:
                _print(report, as_json)
            skipped, problem = report.skipped, ""
        finally:
            assistant.close()  # so that others can remove what is outdated
        last = time.monotonic()
        if not is_read(sys.stdout):
            return


def _print(report: IndexReport, as_json: bool) -> None:
    if as_json:
        print_json_line(report_json(report))
    else:
        click.echo(f"{_now()} {report_summary(report)}")
    sys.stdout.flush()


def _now() -> str:
    return f"{datetime.now():%H:%M:%S}"


def _changes(root: Path, index: Path) -> Iterator[bool]:
    """Yield True after each burst of changes in a folder, and False about once a second; never ends.

    Another folder in its place, as when a drive is mounted again, is a change as well.
    """
    from watchfiles import watch

    is_article = _filter(root, index)
    is_lost = False
    while True:
        with suppress(OSError):  # it is not there, or cannot be watched: only comparing it will tell
            folder = identity_of(str(root))
            events = watch(
                root,
                watch_filter=lambda _, path: is_article(path),
                step=int(_QUIET * 1000),
                debounce=int(_LONGEST_BURST * 1000),
                rust_timeout=int(_TICK * 1000),
                yield_on_timeout=True,
                ignore_permission_denied=True,
            )
            is_new = True  # what has changed before it was watched is not reported
            for changes in events:
                yield is_new or bool(changes)
                is_new = is_lost = False
                if identity_of(str(root)) != folder:
                    break
        yield not is_lost
        is_lost = True
        time.sleep(_AGAIN)


def _filter(root: Path, index: Path) -> Callable[[str], bool]:
    """Return what tells whether a path may be that of an article: it is neither hidden nor in the index."""

    def is_article(path: str) -> bool:
        is_indexed = path == str(index) or is_below(path, str(index))
        return not is_indexed and leads_through_folders(os.path.relpath(path, root))

    return is_article
