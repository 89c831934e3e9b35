"""Running the command ``qa`` inside the test's process: its exit code, and its two streams apart."""

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
"""The OSC 8 sequences that qa itself writes."""


class Outcome(NamedTuple):
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object that stdout holds."""
        return json.loads(self.out)


class Commands:
    """Runs commands over one corpus and index and catches what they print."""

    def __init__(self, capsys: pytest.CaptureFixture[str], corpus: Path | None = None, index: Path | None = None):
        self._capsys = capsys
        self.corpus = corpus
        self.index = index

    def __call__(self, *arguments: str) -> Outcome:
        """Run ``qa`` with these arguments, the options of corpus and index after the command."""
        return self.exactly(*arguments[:1], *self.places, *arguments[1:])

    def exactly(self, *arguments: str) -> Outcome:
        """Run ``qa`` with these arguments only."""
        self._capsys.readouterr()
        code = run([*arguments])
        return Outcome(code, *self._capsys.readouterr())

    @property
    def places(self) -> list[str]:
        """The options that name corpus and index."""
        named = (("--corpus", self.corpus), ("--index", self.index))
        return [word for option, path in named if path is not None for word in (option, str(path))]


def over(assistant: qa.Assistant, capsys: pytest.CaptureFixture[str]) -> Commands:
    """Run commands over the corpus and index of an assistant that is open already."""
    return Commands(capsys, assistant.corpus.root, assistant.settings.index_root)


def on_terminal(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> tuple[int, str]:
    """Run a command with a real pseudo-terminal, 80 columns wide, as stdout; return code and screen."""
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
    except OSError:  # Linux ends a pseudo-terminal that way
        pass
