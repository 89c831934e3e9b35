"""Run the command ``qa`` in the test process and capture its exit code, stdout and stderr."""

from __future__ import annotations

import json
import os
import pty
import re
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import qa
from qa.cli import run

LINK = re.compile(r"\x1b\]8;;(?:file://[!-~]+)?\x1b\\")
"""The OSC 8 hyperlinks that qa writes."""


class Outcome(NamedTuple):
    """The result of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The single JSON object on stdout."""
        return json.loads(self.out)


class Commands:
    """Runs commands on a corpus and index and captures their output."""

    def __init__(self, capsys: pytest.CaptureFixture[str], corpus: Path | None = None, index: Path | None = None):
        self._capsys = capsys
        self.corpus = corpus
        self.index = index

    def __call__(self, *arguments: str) -> Outcome:
        """Run ``qa`` with the options for corpus and index and these arguments."""
        return self.exactly(*self.path_options, *arguments)

    def exactly(self, *arguments: str) -> Outcome:
        """Run ``qa`` with only these arguments."""
        self._capsys.readouterr()
        code = run([*arguments])
        return Outcome(code, *self._capsys.readouterr())

    @property
    def path_options(self) -> list[str]:
        """The options for corpus and index."""
        paths = (("--corpus", self.corpus), ("--index", self.index))
        return [word for option, path in paths if path is not None for word in (option, str(path))]


def problems_of(doctor: Outcome) -> list[str]:
    """Return the problems that ``qa doctor`` reported."""
    return [line for line in doctor.out.splitlines() if line.startswith("PROBLEM")]


def commands_over(assistant: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Return a runner of commands on the corpus and index of an open assistant."""
    return Commands(capsys, assistant.corpus.root, assistant.settings.index_root)


def on_terminal(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> tuple[int, str]:
    """Run a command with an 80-column pseudo-terminal as stdout; return its exit code and output."""
    monkeypatch.setenv("COLUMNS", "80")
    master, slave = pty.openpty()
    pieces: list[bytes] = []
    reader = threading.Thread(target=_read_all, args=(master, pieces))
    reader.start()
    with os.fdopen(slave, "w", encoding="utf-8") as screen, monkeypatch.context() as patch:
        patch.setattr("sys.stdout", screen)
        code = run(arguments)
    reader.join()
    os.close(master)
    return code, b"".join(pieces).decode()


def _read_all(descriptor: int, pieces: list[bytes]) -> None:
    try:
        while piece := os.read(descriptor, 4096):
            pieces.append(piece)
    except OSError:  # how Linux signals the end of a pseudo-terminal
        pass
