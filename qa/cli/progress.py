"""Progress and notices on stderr; a bar only on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.live import Live

    from qa.index.update import IndexProgress, OnProgress


def notice(line: str) -> None:
    """Print one line that is no part of the answer."""
    click.echo(line, err=True)


@contextmanager
def indexing_bar() -> Iterator[OnProgress]:
    """Give a callback that draws a bar with rate and time left, once there is something to do."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _Bar()
    try:
        yield bar.advance
    finally:
        bar.stop()


@contextmanager
def counting_bar(name: str, total: int) -> Iterator[Callable[[], None]]:
    """Give a callback that counts to ``total`` on a bar with time left."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(name), BarColumn(bar_width=None), MofNCompleteColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)


@contextmanager
def written_text() -> Iterator[Callable[[str], None]]:
    """Give a callback that shows what a model writes while it writes; gone when it is done and checked."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    shown = _Written()
    try:
        yield shown.add
    finally:
        shown.stop()


class _Written:
    """Rich's live text, imported when the first piece comes: most questions need none."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._live: Live | None = None

    def add(self, piece: str) -> None:
        from rich.console import Console
        from rich.live import Live
        from rich.text import Text

        self._pieces.append(piece)
        if self._live is None:
            self._live = Live(console=Console(stderr=True), transient=True, refresh_per_second=12)
            self._live.start()
        self._live.update(Text("".join(self._pieces), style="dim"))

    def stop(self) -> None:
        if self._live is not None:
            self._live.stop()


class _Bar:
    """A Rich bar, imported and drawn when the first step is done: most questions need none."""

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
        # Rich costs 0.1 s to import.
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("Indexing"),
            BarColumn(bar_width=None),
            TextColumn("{task.percentage:>3.0f} %"),
            TextColumn("{task.fields[documents]} articles, {task.fields[chunks]} chunks"),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
        )
        progress = Progress(*columns, console=Console(stderr=True), transient=True)
        task = progress.add_task("", total=total, documents=0, chunks=0, rate="")
        progress.start()
        self._stop, self._drawn = progress.stop, True

        def update(step: IndexProgress) -> None:
            elapsed = progress.tasks[0].elapsed or 0.0
            rate = f"{step.chunks / elapsed:.0f} chunks/s" if elapsed > 1 else ""
            progress.update(task, completed=step.done_bytes, documents=step.documents, chunks=step.chunks, rate=rate)

        self._update = update
