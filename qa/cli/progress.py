"""Progress displays and notices on stderr; progress is shown only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from qa.text.sanitizing import single_line

if TYPE_CHECKING:
    from qa.index.progress import IndexProgress, OnProgress


def notice(line: str) -> None:
    """Print a line that is not part of the output proper."""
    click.echo(single_line(line), err=True)


@contextmanager
def indexing_progress() -> Iterator[OnProgress]:
    """Yield a callback that displays progress with rate and time left; nothing appears until its first call."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    display = _ProgressDisplay()
    try:
        yield display.advance
    finally:
        display.stop()


@contextmanager
def counting_progress(name: str, total: int) -> Iterator[Callable[[], None]]:
    """Yield a callback that counts up to ``total`` and displays the time left."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from qa.cli.console import stderr_console

    columns = (TextColumn(name), BarColumn(bar_width=None), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=stderr_console(), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


class _ProgressDisplay:
    """Rich's progress display, imported and drawn after the first step: most questions need none."""

    def __init__(self) -> None:
        self._stop: Callable[[], None] = lambda: None
        self._update: Callable[[IndexProgress], None] = lambda _: None
        self._drawn = False

    def advance(self, step: IndexProgress) -> None:
        if not self._drawn:
            self._draw(step.total_bytes)
        self._update(step)

    def stop(self) -> None:
        self._stop()

    def _draw(self, total: int) -> None:
        # Importing Rich takes 0.1 s.
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        from qa.cli.console import stderr_console

        columns = (
            TextColumn("Indexing"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[documents]} articles, {task.fields[chunks]} chunks"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
        )
        progress = Progress(*columns, console=stderr_console(), transient=True)
        task = progress.add_task("", total=total, documents=0, chunks=0, rate="")
        progress.start()
        self._stop, self._drawn = progress.stop, True

        def update(step: IndexProgress) -> None:
            elapsed = progress.tasks[0].elapsed or 0.0
            rate = f"{step.chunks / elapsed:.0f} chunks/s" if elapsed > 1 else ""
            progress.update(task, completed=step.done_bytes, documents=step.documents, chunks=step.chunks, rate=rate)

        self._update = update
