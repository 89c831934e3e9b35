"""Hostile strings wherever a command prints something that it did not make up itself."""

from __future__ import annotations

import io
import json
import random
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from pathlib import Path
from unittest import mock

import click

from qa.cli import run
from qa.cli.commands import cli
from tests.helpers.commands import LINK
from tests.helpers.index_files import change_manifest, opened_catalog
from tests.helpers.scripted_llm import ScriptedLLM
from tests.helpers.terminal import Terminal
from tests.torture.attacks import Attempt

MARK = "7331"
"""Stands in each hostile sequence."""
PIECES = (
    f"\x1b[{MARK}m", f"\x1b[2J\x1b[{MARK}H", f"\x1b[{MARK}", f"\x9b{MARK}J", "\x1b[0m\x1b[1m", "\x1b", "\x1bc",
    f"\x1b]0;{MARK}\x07", f"\x1b]0;{MARK}", f"\x1b]52;c;{MARK}\x07", f"\x9d0;{MARK}\x9c",
    f"\x1b]8;;http://{MARK}.example/\x1b\\link\x1b]8;;\x1b\\",
    f"\x1bP{MARK}q\x1b\\", f"\x1b_{MARK}\x1b\\", f"\x90{MARK}\x9c",
    "\u202e", "\u2066", "\u200f", "\x07", "\r", "\x08\x08", "\x00", "\x7f", "\x0b\x0c", "\x85", "\u2028", "\n",
    "\u200b", "e" + "\u0301" * 60, "\U0001f469\u200d\U0001f467", "[red]", "[/etc]", "%s{x}",
)  # fmt: skip
"""What steers terminals, or is markup elsewhere."""
_WORDS = ("lighthouse", "lit", "keeper", "1887", "the", "was", "Ada Wren")
_OWN = re.compile(r"\x1b\[[012]m|" + LINK.pattern)
"""The sequences that qa writes to a terminal."""
_DISPLAYS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[[0-9]*[AK]|\r")
"""What Rich writes to draw a progress display."""
_DRAWING = re.compile(r"\x1b\[[<=>?]?[0-9;]*[ $]?[A-Za-z]|\x1b\]52;c;[A-Za-z0-9+/=]*\x07|\x1b\]22;[a-z]*\x07|\r")
"""What Textual writes to draw, to copy to the clipboard, and to change the pointer."""
_KEYS = (
    "\t",
    "\r",
    "1",
    "a",
    "n",
    "?",
    "/",
    "lamp",
    *(f"\x1b{key}" for key in ("", "OP", "OQ", "OR", "OS", "[15~", "[17~", "[A", "[B", "[C", "[D")),
    *"\x05\x07\x0e\x10\x12\x13\x19",
)
"""Among them Escape, F1 to F6, the arrows, and Ctrl with E, G, N, P, R, S and Y."""
_ENDLESS = {"watch"}
"""Options with which a command ends only when it is interrupted."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_REFUSED_NAMES = re.compile(r"[/\x00]")
_OPTIONS = ("--model", "--llm", "--corpus", "--index", "--min-confidence", "--top-k", "--follow-links")
_LOCAL = {"--model": ("status", "show", "doctor")}
"""Options that only these commands take without minutes of exporting a model."""


class Screen(io.StringIO):
    """A terminal that remembers what was written to it."""

    def isatty(self) -> bool:
        return True


def in_commands(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Run commands over a folder, an index, settings, arguments and replies full of hostile strings."""
    for number in range(attempts):
        if number % 25 == 0:
            world = _World(folder / str(number), generator)
        arguments = world.arguments()
        is_terminal = generator.random() < 0.6
        description = f"world {number - number % 25}, {'terminal' if is_terminal else 'pipe'}: {arguments!r}"
        yield Attempt(description, world.problem(arguments, is_terminal))


def in_terminal_ui(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Drive the terminal UI over such folders for some seconds each, with random keys and pasted texts."""
    for number in range(attempts):
        world = _World(folder / str(number), generator)
        keys = [generator.choice([*_KEYS, f"\x1b[200~{world.text()}\x1b[201~"]) for _ in range(20)]
        yield Attempt(f"world {number}, keys {keys!r}", world.problem_in_terminal_ui(keys))


class _World:
    """A folder with articles, an index of it and settings, all of which somebody else made."""

    def __init__(self, folder: Path, generator: random.Random) -> None:
        self._generator = generator
        self._home = folder / self._name()
        self._home.mkdir(parents=True)
        self._corpus, self._index = self._home / self._name(), self._home / self._name()
        self._corpus.mkdir()
        self._files = [self._article(number) for number in range(4)]
        (self._corpus / (self._name() + "é.txt")).write_bytes(b"")
        (self._home / self._name()).mkdir()
        self._questions = self._home / "questions.jsonl"
        known = [
            {"question": f"When was the lighthouse lit? {self.text()}", "answer": self.text(), "file": self.text()}
        ]
        self._questions.write_text("".join(json.dumps(question) + "\n" for question in known))
        with mock.patch.object(sys, "stdout", io.StringIO()), mock.patch.object(sys, "stderr", io.StringIO()) as errors:
            code = run(["index", *self._paths()])
        assert code == 0, errors.getvalue()
        if generator.random() < 0.5:
            self._falsify()
        if generator.random() < 0.3:
            name = generator.choice(["llm", "llm_base_url", "top_k", "keys", "unknown"])
            (self._home / "qa.toml").write_text(f"{name} = {json.dumps(self.text())}\n")

    def arguments(self) -> list[str]:
        """Draw a command with its arguments and options."""
        names = [name for name in cli.commands if name != "tui"]
        name = self._generator.choice([*names, *names, self.text() or "x"])
        command = cli.commands.get(name)
        option = self._generator.choice(_OPTIONS)
        is_cheap = name in _LOCAL.get(option, (name,))
        settings = [option, self.text()] if is_cheap and self._generator.random() < 0.3 else []
        arguments = [*self._paths(), *settings, name]
        for parameter in command.params if command else []:
            if isinstance(parameter, click.Argument):
                arguments.append(self._value(parameter.name or ""))
            elif isinstance(parameter, click.Option) and parameter.is_flag and parameter.name not in _ENDLESS:
                arguments += parameter.opts[:1] * (self._generator.random() < 0.25)
        if name == "eval":
            arguments += ["--misses", "3"]
        if self._generator.random() < 0.1:
            arguments.append(f"--{self.text()}")
        return [argument.replace("\0", "") for argument in arguments]

    def problem(self, arguments: list[str], is_terminal: bool) -> str | None:
        """Run a command, and return what reached the terminal that should not have."""
        stdout, stderr = (Screen(), Screen()) if is_terminal else (io.StringIO(), io.StringIO())
        replies = [f"The lighthouse was lit in 1887 {self.text()} [1]. {self.text()}" for _ in range(3)]
        environment = {"QA_DEBUG": "1"} if self._generator.random() < 0.2 else {}
        with ExitStack() as stack:
            stack.enter_context(mock.patch.object(sys, "stdout", stdout))
            stack.enter_context(mock.patch.object(sys, "stderr", stderr))
            stack.enter_context(mock.patch.dict("os.environ", environment | {"TERM": "xterm", "PAGER": "cat"}))
            stack.enter_context(mock.patch("qa.llm.providers.open_model", lambda _: ScriptedLLM.saying(*replies)))
            stack.enter_context(chdir(self._home))
            code = run(arguments)
        if not stdout.getvalue() and not stderr.getvalue() and "-h" not in arguments:
            return f"nothing was printed, exit code {code}"
        return _escape_in(stdout.getvalue(), _OWN, self._corpus) or _escape_in(
            stderr.getvalue(), _DISPLAYS, self._corpus
        )

    def _value(self, name: str) -> str:
        if name == "questions":
            return str(self._questions)
        if name == "location":
            return self._generator.choice([*self._files, self.text()]) + self._generator.choice(["", ":3", ":99"])
        return f"When was the {self.text()} lighthouse lit by Ada Wren?"

    def _paths(self) -> list[str]:
        return ["--corpus", str(self._corpus), "--index", str(self._index)]

    def _article(self, number: int) -> str:
        name = f"{number}{self._name()}.{self._generator.choice(['txt', 'md'])}"
        fields = "".join(f"{key}: {json.dumps(self.text())}\n" for key in ("title", "author", "tags", "date", "source"))
        body = f"The lighthouse {self.text()} was lit in 1887 by Ada Wren {self.text()}.\n\n{self.text()} boats.\n"
        text = f"---\n{fields}---\n# {self.text()}\n\n{body}".replace("\0", "")  # or it would be binary
        (self._corpus / name).write_text(text)
        return name

    def _falsify(self) -> None:
        """Change what the index says of the files, as somebody who passes it on can."""
        change_manifest(self._index, model=self.text() if self._generator.random() < 0.2 else "all-MiniLM-L6-v2")
        with opened_catalog(self._index) as catalog:
            catalog.execute("UPDATE skipped SET path = path || ?, reason = ?", (self.text(), self.text()))
            for (key,) in catalog.execute("SELECT id FROM documents").fetchall():
                prefix, suffix = self._generator.choice([("../", ".txt"), ("", self.text()), ("", "")])
                values = (prefix, suffix, self.text(), self.text(), self.text(), key)
                names = "path = ? || path || ?, title = ?, source = ?, notice = ?"
                catalog.execute(f"UPDATE documents SET {names} WHERE id = ?", values)

    def problem_in_terminal_ui(self, keys: list[str]) -> str | None:
        """Press keys in the terminal UI, and return what reached the terminal that should not have."""
        home = str(self._home.parent)
        (self._home / "qa.toml").unlink(missing_ok=True)  # what is wrong with it is said before anything is drawn
        terminal = Terminal(*self._paths(), cwd=self._home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home, EDITOR="true")
        try:
            terminal.until("sk your articles")
            terminal.press("When was the lighthouse lit by Ada Wren?\r")
            terminal.drain(1.5)
            for key in keys:
                terminal.press(key)
                terminal.drain(0.05)
            code = terminal.quit()
        finally:
            terminal.close()
        if code:
            return f"exit code {code}: {terminal.output[-300:]!r}"
        return _escape_in(terminal.output.decode(errors="replace"), _DRAWING, self._corpus)

    def text(self) -> str:
        """Draw a hostile text."""
        pieces = [self._generator.choice(PIECES if self._generator.random() < 0.6 else _WORDS) for _ in range(4)]
        return " ".join(pieces) if self._generator.random() < 0.5 else "".join(pieces)

    def _name(self) -> str:
        return _REFUSED_NAMES.sub("", self.text()).strip(". ")[:60].encode()[:180].decode(errors="ignore") or "x"


def _escape_in(written: str, own: re.Pattern[str], corpus: Path) -> str | None:
    """Return what is wrong with a text that reached the terminal."""
    for match in own.finditer(written):
        if MARK in match[0] and not match[0].startswith(f"\x1b]8;;{corpus.as_uri()}/"):
            return f"{match[0]!r} was written"
    rest = own.sub("", written)
    control = _CONTROL.search(rest)
    return f"{rest[max(0, control.start() - 30) : control.end() + 30]!r} was written" if control else None
