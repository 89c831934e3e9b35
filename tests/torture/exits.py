"""Commands whose streams are closed, cut off, full or in another encoding, and commands that are interrupted."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import qa
from tests.conftest import PROJECT, SMALL
from tests.torture.attacks import Attempt

_FULL = Path("/dev/full")
_STDIN = ("a question", "</dev/null", "<&-")
_STDOUT = ("read", ">&-", "| true", "| head -1", ">/dev/full")
_STDERR = ("read", "2>&-", "2>/dev/full", "2| true")
_ENVIRONMENTS: tuple[dict[str, str], ...] = (
    {},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"PYTHONIOENCODING": "latin-1"},
    {"PYTHONIOENCODING": "ascii"},
    {"QA_DEBUG": "1"},
)
_QUESTION = "How long is the reading room of the library?"
_COMMANDS: tuple[tuple[str, ...], ...] = (
    ("ask", _QUESTION),
    ("ask", "-"),
    ("ask", "Who won the football world cup in 1998?"),
    ("ask", "the"),
    ("search", "harbour", "--explain"),
    ("search", "zyzzyva"),
    ("index",),
    ("status",),
    ("show", "choir-visit.txt"),
    ("show", "missing.txt"),
    ("doctor",),
    ("eval", "questions.jsonl", "--min-f1", "1"),
    ("tui",),
    ("no-such-command",),
    ("--no-such-option",),
    ("--help",),
    ("help", "ask"),
    ("completion", "bash"),
    ("status", "--corpus", "missing"),
    ("ask", _QUESTION, "--index", "missing", "--no-refresh"),
    (),
)


class _Outcome(NamedTuple):
    """What a process wrote and returned."""

    code: int
    out: str
    err: str

    @property
    def is_error(self) -> bool:
        """Whether the only output is an error as JSON."""
        return self.out.startswith('{\n  "error":')


def attack(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Run every command with every combination of streams, in a random order; a fifth of the attempts are signals."""
    if not _FULL.exists():
        return
    (folder / "questions.jsonl").write_text('{"question": "Who lit the lamps by hand?", "answer": "Ada"}\n')
    with qa.open(SMALL, folder / "index"):
        pass
    combinations = [*itertools.product(_COMMANDS, _STDIN, _STDOUT, _STDERR, _ENVIRONMENTS, ((), ("--json",)))]
    generator.shuffle(combinations)
    for number, (command, stdin, stdout, stderr, environment, option) in enumerate(combinations[:attempts]):
        if number % 5 == 4:
            sent, moment = generator.choice((signal.SIGINT, signal.SIGTERM)), generator.uniform(0.1, 1.5)
            description = f"qa {[*command, *option]}: {sent.name} after {moment:.2f} s"
            yield Attempt(description, _after_signal([*command, *option], sent, moment, folder))
        else:
            description = f"qa {[*command, *option]}, {stdin} {stdout} {stderr} {environment}"
            good = _run([*command, *option], (stdin, "read", "read"), environment, folder)
            outcome = _run([*command, *option], (stdin, stdout, stderr), environment, folder)
            yield Attempt(description, _difference(good, outcome, stdout, stderr, environment))


def _difference(good: _Outcome, outcome: _Outcome, stdout: str, stderr: str, environment: dict[str, str]) -> str | None:
    """Return what is wrong with an outcome, if with streams that are read it is ``good``."""
    is_lost = bool(stdout == ">/dev/full" and good.out)
    expected = 4 if is_lost and not good.is_error else good.code
    if outcome.code != expected:
        return f"exit code {outcome.code}, not {expected}: {outcome.err}"
    if is_lost and stderr == "read" and not outcome.err:
        return "stdout cannot be written, and stderr does not say so"
    if "Traceback" in outcome.err and "QA_DEBUG" not in environment:
        return f"a traceback: {outcome.err}"
    return None


def _after_signal(arguments: list[str], sent: signal.Signals, moment: float, folder: Path) -> str | None:
    """Send a signal to a command, and return what is wrong with how it ended."""
    good = _run(arguments, ("</dev/null", "read", "read"), {}, folder)
    process = subprocess.Popen(
        _command(arguments, folder),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=_environment({}),
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    time.sleep(moment)
    process.send_signal(sent)
    _, err = process.communicate()
    # Before Python has called qa, an interrupt ends it by the signal, which a shell reports as 130 too.
    expected = {good.code, -sent} | ({qa.ExitCode.INTERRUPTED} if sent is signal.SIGINT else set())
    if process.returncode not in expected:
        return f"exit code {process.returncode}, none of {expected}: {err.decode()}"
    if process.returncode == qa.ExitCode.INTERRUPTED and err.split()[-1:] != [b"Interrupted."]:
        return f"stderr says {err!r}"
    return None


def _run(arguments: list[str], streams: tuple[str, str, str], environment: dict[str, str], folder: Path) -> _Outcome:
    stdin, *written = streams
    with ExitStack() as stack:
        targets = [_target(name.removeprefix("2"), stack) for name in written]
        closed = [number for number, name in enumerate(streams) if name.endswith("&-")]
        process = subprocess.Popen(
            _command(arguments, folder),
            stdin=subprocess.PIPE if stdin == "a question" else subprocess.DEVNULL,
            stdout=targets[0],
            stderr=targets[1],
            cwd=folder,
            env=_environment(environment),
            preexec_fn=lambda: [*map(os.close, closed)],
        )
        out, err = process.communicate(_QUESTION.encode() if stdin == "a question" else None)
    return _Outcome(process.returncode, (out or b"").decode(errors="replace"), (err or b"").decode(errors="replace"))


def _target(name: str, stack: ExitStack) -> int:
    """Return the file descriptor for a stream that is written."""
    if name in ("read", ">&-"):
        return subprocess.PIPE
    if name == ">/dev/full":
        return stack.enter_context(_FULL.open("wb")).fileno()
    reader, writer = os.pipe()
    if name == "| head -1":
        stack.callback(subprocess.Popen(["head", "-1"], stdin=reader, stdout=subprocess.DEVNULL).wait)
    os.close(reader)
    stack.callback(os.close, writer)  # called first: then head has reached the end
    return writer


def _command(arguments: list[str], folder: Path) -> list[str]:
    defaults = ["--corpus", str(SMALL), "--index", str(folder / "index")]
    return [sys.executable, "-m", "qa", *(defaults if arguments[:1] != ["--no-such-option"] else []), *arguments]


def _environment(changes: dict[str, str]) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(PROJECT), "XDG_DATA_HOME": "data"} | changes
