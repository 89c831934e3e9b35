"""Commands in a fork of this process, which has loaded everything but has opened no index: fast, and free to crash."""

from __future__ import annotations

import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

from qa.cli import run


class Outcome(NamedTuple):
    """What a command did."""

    arguments: list[str]
    """The command."""
    code: int
    """Its exit code."""
    out: str
    """What it wrote to stdout."""
    err: str
    """What it wrote to stderr."""


class Ended(NamedTuple):
    """What became of a fork."""

    outcomes: list[Outcome]
    """Of the commands that ended."""
    problem: str | None
    """How the fork ended if not as it should: a signal, or no end."""


def run_forked(commands: Sequence[list[str]], record: Path, seconds: float) -> Ended:
    """Run commands one after another in a fork, which is killed after so many seconds."""
    record.unlink(missing_ok=True)
    problem = in_fork(lambda: _run_all(commands, record), seconds)
    lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
    outcomes = [Outcome(*json.loads(line)) for line in lines]
    if problem is not None and len(outcomes) < len(commands):
        problem = f"{problem} in {' '.join(commands[len(outcomes)][:2])}"
    return Ended(outcomes, problem)


def in_fork(function: Callable[[], Any], seconds: float) -> str | None:
    """Call a function in a fork; return what went wrong, if anything."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            descriptor = os.open(os.devnull, os.O_RDWR)
            for standard in (0, 1) if os.environ.get("QA_DEBUG") else (0, 1, 2):
                os.dup2(descriptor, standard)
            function()
            code = 0
        finally:
            os._exit(code)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return None if code == 0 else f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return f"no end within {seconds:.0f} s"


def _run_all(commands: Sequence[list[str]], record: Path) -> None:
    with record.open("w", encoding="utf-8") as file:
        for arguments in commands:
            out, err = io.StringIO(), io.StringIO()
            with redirect_stdout(out), redirect_stderr(err):
                code = int(run(arguments))
            file.write(json.dumps([arguments, code, out.getvalue(), err.getvalue()]) + "\n")
            file.flush()
    sys.stdout.flush()
