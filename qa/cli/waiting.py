"""What ``qa ask`` shows on a terminal while a language model works: the answer without it, and what is waited for."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from qa.cli.streams import ESCAPE

if TYPE_CHECKING:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.text import Text

_REDRAWS = 10
"""Redraws a second."""


class WaitingDisplay:
    """A part of the terminal on stderr that is erased in the end.

    Args:
        model: the name of the language model.
    """

    def __init__(self, model: str) -> None:
        self._name = model.rpartition("/")[2]
        self._answer = ""
        self._draft = ""
        self._live: Live | None = None
        self._since = 0.0

    def __enter__(self) -> WaitingDisplay:
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def on_step(self, step: str) -> None:
        """Prepare to show the answer as soon as it is read."""
        if step == "reading":
            # Importing Rich takes 0.06 s, which the answer need not wait for: reading leaves a core idle.
            threading.Thread(target=_import_rich, daemon=True).start()

    @contextmanager
    def writing(self, answer: str) -> Iterator[Callable[[str], None]]:
        """Show ``answer`` until the model has written its own, and yield what to call with the text of that.

        Ctrl+C ends the writing, and ``answer`` stays.
        """
        self._answer = answer
        self._start()
        try:
            with _deferred_interrupt() as check:

                def on_text(piece: str) -> None:
                    check()
                    self._draft += piece

                yield on_text
        except KeyboardInterrupt:
            self._stop()
            if answer:
                click.echo(answer, err=True)
            raise
        finally:
            self._stop()

    def _stop(self) -> None:
        if self._live is not None:
            self._live.stop()
            self._live = None

    def _start(self) -> None:
        from rich.live import Live

        from qa.cli.console import stderr_console

        self._since = time.monotonic()
        console = stderr_console()
        self._live = Live(
            get_renderable=lambda: fitted(console, self._answer, self._status(console), self._draft),
            console=console,
            transient=True,
            refresh_per_second=_REDRAWS,
        )
        self._live.start(refresh=True)

    def _status(self, console: Console) -> Text:
        from rich.spinner import Spinner
        from rich.text import Text

        seconds = time.monotonic() - self._since
        frames = Spinner("line" if console.options.ascii_only else "dots").frames
        advice = " · Ctrl+C keeps the answer above" if self._answer else ""
        frame = frames[int(seconds * _REDRAWS) % len(frames)]
        return Text(
            f"{frame} {self._name} is writing… {seconds:.0f} s{advice}", "dim", no_wrap=True, overflow="ellipsis"
        )


def fitted(console: Console, answer: str, status: Text, draft: str) -> Group:
    """Return what fits on the screen: the beginning of the answer, the status, and the end of the draft."""
    from rich.console import Group
    from rich.text import Text

    width, height = console.size
    space = max(height - 3, 2)  # below them are an empty line, the status, and the cursor
    above = list(_for_rich(answer).wrap(console, width)) if answer else []
    below = list(Text(draft, "dim").wrap(console, width)) if draft else []
    below = below[-max(space - len(above), space // 3) :]
    if len(above) > space - len(below):
        above[space - len(below) - 1 :] = [Text("…", "dim")]
    return Group(*above, *[Text()] * bool(above), status, *below)


@contextmanager
def _deferred_interrupt() -> Iterator[Callable[[], None]]:
    """Let Ctrl+C take effect where the function that is yielded is called, and at the end; a second one, at once."""
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        yield lambda: None
        return
    pressed = threading.Event()

    def press(*_: object) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, handler)

    def check() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    signal.signal(signal.SIGINT, press)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, handler)
    check()


def _for_rich(text: str) -> Text:
    """Return a text for the terminal as one of Rich; its links are left out."""
    from rich.text import Text

    first, *parts = text.split(ESCAPE)
    styles = {"[1m": "bold", "[2m": "dim", "[0m": ""}
    shown, style = Text(first), ""
    for part in parts:
        if part.startswith("\\"):  # ends the address of a link
            shown.append(part[1:], style)
        elif not part.startswith("]8;;"):
            style = styles[part[:3]]
            shown.append(part[3:], style)
    return shown


def _import_rich() -> None:
    import rich.live
    import rich.spinner  # noqa: F401
