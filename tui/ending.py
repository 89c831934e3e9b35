"""Ends the app on a signal or when its terminal is gone, and restores the terminal whatever happens.

Textual restores it when the app exits by itself. If the app cannot, because its event loop hangs or its output is
stuck, ``Ending`` does.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

if sys.platform != "win32":
    import termios

_PATIENCE = 2.0
"""Seconds that the app has to exit, and then its threads to end."""
_MODES_OFF = (
    "\x1b[?2004l\x1b[?2048l"  # bracketed paste; reports of the window's size
    "\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l\x1b[?1016l"  # mouse reports
    "\x1b[<u\x1b[?1049l\x1b[?7h\x1b[?25h\x1b[?1004l"  # kitty's keys; the other screen; wrapping, cursor, focus reports
)
_MOUSE_PIXELS_OFF = "\x1b[?1016l"
"""Textual switches them on if the terminal knows them, but not off."""


class Ending:
    """Turns signals into the exit of an app.

    Args:
        leave: makes the app exit with a code; called on its event loop.
        save: saves what was typed; called if the app cannot exit.
        is_suspended: whether another program has the terminal.
    """

    def __init__(
        self, leave: Callable[[int], object], save: Callable[[], object], is_suspended: Callable[[], bool]
    ) -> None:
        self._leave = leave
        self._save = save
        self._is_suspended = is_suspended
        self._loop: asyncio.AbstractEventLoop | None = None
        self._attributes = _terminal_attributes()
        self._has_exited = False
        self.code = 0
        """The exit code: 128 and the number of the signal, or that of the app."""

    def prepare(self) -> None:
        """Take over the signals that end a process, and watch the terminal; called on the app's event loop."""
        self._loop = asyncio.get_running_loop()
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)  # Windows has no SIGHUP
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda received, _: self.begin(received))
        if sys.platform != "win32":
            threading.Thread(target=self._watch_terminal, name="qa-terminal", daemon=True).start()

    def begin(self, number: int) -> None:
        """End the app because of a signal; a second one does not wait for it."""
        if self.code:
            self._force()
            return
        self.code = 128 + number
        self._force_later()
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop was closed meanwhile
                self._loop.call_soon_threadsafe(self._leave, self.code)

    def finish(self, code: int) -> None:
        """End the process soon, whatever its threads wait for: the app has exited."""
        _write_to_terminal(_MOUSE_PIXELS_OFF)
        self._has_exited = True
        self.code = self.code or code
        self._force_later()

    def _force_later(self) -> None:
        timer = threading.Timer(_PATIENCE, self._force)
        timer.daemon = True
        timer.start()

    def _force(self) -> None:
        """Restore the terminal without the app, and end the process; but wait for an editor, which may have changes."""
        if self._is_suspended():
            self._force_later()
            return
        if not self._has_exited:
            with suppress(Exception):  # in whatever state the app is
                self._save()
            _restore_terminal(self._attributes)
        os._exit(self.code)

    def _watch_terminal(self) -> None:
        """Wait until the terminal is gone; a process that it does not control gets no signal then."""
        terminal = select.poll()
        terminal.register(0, 0)
        if any(event & (select.POLLHUP | select.POLLERR) for _, event in terminal.poll()) and not self.code:
            self.begin(signal.SIGHUP)


def _terminal_attributes() -> list[Any] | None:
    if sys.platform != "win32":
        with suppress(termios.error, ValueError):
            return termios.tcgetattr(0)
    return None


def _restore_terminal(attributes: list[Any] | None) -> None:
    if sys.platform != "win32" and attributes is not None:
        with suppress(termios.error):
            termios.tcsetattr(0, termios.TCSANOW, attributes)
    _write_to_terminal(_MODES_OFF)


def _write_to_terminal(sequences: str) -> None:
    """Write to the terminal unless it is stuck."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        # Opened again, since what is set to be non-blocking would stay so for the shell.
        descriptor = os.open(os.ttyname(2), os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        os.write(descriptor, sequences.encode())
        os.close(descriptor)
