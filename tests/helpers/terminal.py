"""``qa`` as a separate process in a real terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

from tests.conftest import PROJECT

ESCAPES = re.compile(rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[=>]")
_MODES = re.compile(rb"\x1b\[\?([0-9;]+)([hl])")
_ON_AT_FIRST = frozenset({b"7", b"25"})
"""Modes of a terminal that are on before a program starts: wrapping and the cursor."""


class Terminal:
    """A pseudo-terminal that runs ``qa``.

    Args:
        arguments: those of ``qa``.
        first: Python code to run before.
        cwd: the folder to run it in.
        is_controlling: whether the terminal tells the process by a signal when it is gone.
        environment: changes to the environment.
    """

    def __init__(
        self, *arguments: str, first: str = "", is_controlling: bool = True, cwd: Path | None = None, **environment: str
    ) -> None:
        self._primary, self._secondary = pty.openpty()
        fcntl.ioctl(self._secondary, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self._attributes = termios.tcgetattr(self._secondary)
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"{first}\nfrom qa.cli import main\nmain()", *arguments],
            stdin=self._secondary,
            stdout=self._secondary,
            stderr=self._secondary,
            cwd=cwd,
            env=os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(PROJECT)} | environment,
            start_new_session=True,
            preexec_fn=_take_terminal if is_controlling else None,
        )
        self.output = b""
        """All that was written to the terminal so far."""
        self._position = 0

    def until(self, text: str) -> None:
        """Read the output until ``text`` is drawn."""
        while text.encode() not in ESCAPES.sub(b"", self.output[self._position :]):
            ready, _, _ = select.select([self._primary], [], [], 120)
            assert ready, f"{text!r} was not drawn"
            self.output += os.read(self._primary, 65536)
        self._position = len(self.output)

    def drain(self, seconds: float) -> None:
        """Read the output for some seconds; the app would block if nobody read it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._read(0.1)

    def press(self, keys: str) -> None:
        """Send keys as a terminal does."""
        os.write(self._primary, keys.encode())

    def end(self, number: int) -> int:
        """Send a signal, and return the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Read the output until the process has ended, and return its exit code."""
        while self.process.poll() is None:
            self._read(0.1)
        while self._read(0):
            pass
        return self.process.returncode

    def quit(self) -> int:
        """Press Ctrl+Q and return the exit code.

        Repeatedly, since input that arrives while the app regains the terminal from an editor is discarded.
        """
        while self.process.poll() is None:
            self.press("\x11")
            self.drain(0.5)
        return self.wait()

    def hang_up(self) -> None:
        """Close the terminal, as its window does."""
        os.close(self._secondary)
        os.close(self._primary)
        self._primary = self._secondary = -1

    def changes(self) -> list[str]:
        """Return what differs from the terminal before the process started: its modes, and its line discipline."""
        modes: dict[bytes, bytes] = {}
        for match in _MODES.finditer(self.output):
            modes |= dict.fromkeys(match[1].split(b";"), match[2])
        left = [mode.decode() for mode, state in modes.items() if (state == b"h") != (mode in _ON_AT_FIRST)]
        if self.output.count(b"\x1b[>") > self.output.count(b"\x1b[<u"):
            left.append("kitty's keys")
        return left + ["line discipline"] * (termios.tcgetattr(self._secondary) != self._attributes)

    def close(self) -> None:
        """Kill the process if it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        for descriptor in (self._primary, self._secondary):
            with suppress(OSError):
                os.close(descriptor)

    def _read(self, seconds: float) -> bool:
        """Read what is written within some seconds, and return whether there was anything."""
        ready, _, _ = select.select([self._primary], [], [], seconds)
        if ready:
            self.output += os.read(self._primary, 65536)
        return bool(ready)


def _take_terminal() -> None:
    """Make stdin the terminal that controls the new process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
