"""A machine of its own for qa: an empty home folder, no network, and a record of every file that appears anywhere."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.conftest import PROJECT, SMALL
from tests.helpers.sandbox import sandboxed

QUESTION = "How long is the reading room of the library?"
ANSWER = "140 metres"
_OURS = ("home/.local/share/qa", "home/.cache/qa", "home/.config/qa", "current/index")
"""The folders that qa may write to."""
_SIZE = (40, 120)


class IsolatedMachine:
    """Runs programs in the folder ``current``, which has a corpus ``articles`` and a ``qa.toml`` that names it.

    Args:
        root: an empty folder for all that the machine has.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self.current = root / "current"
        """The folder that programs run in."""
        for name in ("home", "temporary", "current"):
            (root / name).mkdir(parents=True)
        shutil.copytree(SMALL, self.current / "articles")
        (self.current / "qa.toml").write_text('corpus = "articles"\nindex = "index"\n')

    def qa(self, *arguments: str) -> str | None:
        """Run a command; return what was wrong."""
        return self.run([sys.executable, "-P", "-m", "qa", *arguments])

    def python(self, code: str, *arguments: str) -> str | None:
        """Run Python code; return what was wrong."""
        return self.run([sys.executable, "-P", "-c", code, *arguments])

    def run(self, command: Sequence[str]) -> str | None:
        """Run a program without a terminal; return what was wrong: sockets, files, or its exit code."""
        before = self._listing()
        pipes: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        with sandboxed(command, self._environment, cwd=self.current, **pipes) as program:
            output, _ = program.process.communicate()
        code = program.process.returncode
        failure = None if code in (0, 1) else f"exit code {code}: {output[-300:]}"
        return failure or self._leak(before, program.attempts)

    def use_terminal_ui(self, seconds: float) -> str | None:
        """Ask a question in the terminal UI, leave it open so long in all, and return what was wrong."""
        before = self._listing()
        master, slave = pty.openpty()
        termios.tcsetwinsize(slave, _SIZE)
        terminal: dict[str, Any] = {"stdin": slave, "stdout": slave, "stderr": slave, "start_new_session": True}
        command = [sys.executable, "-P", "-m", "qa"]
        with sandboxed(command, self._environment, cwd=self.current, **terminal) as program:
            os.close(slave)
            with _drained(master):
                end = time.monotonic() + seconds
                time.sleep(seconds / 3)
                os.write(master, QUESTION.encode() + b"\r")
                time.sleep(max(0.0, end - time.monotonic()))
                os.write(master, b"\x11")  # Ctrl+Q
                program.process.wait()
        sessions = (self._root / _OURS[0] / "sessions").rglob("*")
        answered = any(ANSWER in file.read_text() for file in sessions if file.is_file())
        return self._leak(before, program.attempts) or (None if answered else "the question was not answered")

    @property
    def _environment(self) -> Mapping[str, str]:
        passed = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL") if name in os.environ}
        folders = {"HOME": self._root / "home", "TMPDIR": self._root / "temporary", "PYTHONPATH": PROJECT}
        return {**passed, **{name: str(path) for name, path in folders.items()}, "TERM": "xterm-256color"}

    def _listing(self) -> dict[str, tuple[int, int]]:
        """Return size and time of everything that is not in qa's own folders, by path."""
        paths = {str(path.relative_to(self._root)): path.lstat() for path in self._root.rglob("*")}
        return {
            path: (status.st_size, status.st_mtime_ns) if (self._root / path).is_file() else (0, 0)
            for path, status in paths.items()
            if not any(f"{path}/".startswith(f"{folder}/") or folder.startswith(f"{path}/") for folder in _OURS)
        }

    def _leak(self, before: dict[str, tuple[int, int]], attempts: Sequence[str]) -> str | None:
        after = self._listing()
        changed = sorted(path for path in before | after if before.get(path) != after.get(path))
        problems = [f"sockets: {', '.join(attempts[:3])}"] if attempts else []
        problems += [f"files created, changed or removed: {', '.join(changed[:5])}"] if changed else []
        return "; ".join(problems) or None


@contextmanager
def _drained(master: int) -> Any:
    """Read all that a program writes to its terminal, so that it never waits."""

    def drain() -> None:
        with suppress(OSError):  # how Linux signals the end of a pseudo-terminal
            while os.read(master, 65_536):
                pass

    reader = threading.Thread(target=drain)
    reader.start()
    try:
        yield
    finally:
        reader.join()
        os.close(master)
