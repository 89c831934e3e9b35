"""Nothing gets out: no command, program or terminal UI opens a socket or writes a file outside qa's own folders.

``qa add`` is the exception: it fetches the pages that it is given.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from qa.cli.commands import cli
from qa.models.export import package_folder
from tests.benchmarks.made_up_articles import MadeUpArticles
from tests.conftest import SEEDS
from tests.helpers.isolated_machine import ANSWER, QUESTION, IsolatedMachine
from tests.helpers.sandbox import UNAVAILABLE
from tests.torture.attacks import Attempt

ARGUMENTS: dict[str, list[list[str]]] = {
    "index": [[], ["--rebuild"]],
    "ask": [
        [QUESTION],
        ["--explain", "What is new?"],
        ["--continue", "And what was it?"],
        ["Who won the chess final?"],
    ],
    "search": [["library"]],
    "status": [[]],
    "show": [["rope-works-library.txt:3"]],
    "news": [[], ["--since", "3 days ago"]],
    "watch": [["add", "Who was the last keeper?"], ["list"], ["run"], ["remove", "1"]],
    "eval": [["../questions.jsonl"]],
    "doctor": [[]],
    "trust": [[], ["--revoke"]],
    "completion": [["bash"]],
    "help": [[], ["ask"]],
}
"""Arguments of each command; neither the terminal UI nor ``qa add`` is among them."""
CONNECTING = {"add"}
"""The commands that are there to open connections."""
_KNOWN = json.dumps({"question": QUESTION, "answer": ANSWER})
_SECONDS = 30.0
"""How long the terminal UI is open, and how long a program sleeps after an answer; telemetry starts after ten."""
_MANY = 160
"""Articles that take longer to index than telemetry takes to start."""

_IN_ONE_PROCESS = f"""
import json, os, sys
before = {{**os.environ}}
from qa.cli import run
for arguments in json.loads(sys.argv[1]):
    code = run(arguments)
    assert code in (0, 1), (code, arguments)
import qa
with qa.open() as assistant:
    assert {ANSWER!r} in assistant.ask({QUESTION!r}).text
    next(qa.suggest_questions(assistant))
assert before == {{**os.environ}}, "the environment was changed"
"""
_PROGRAM = f"""
import os, socket, sys, time
# LlamaIndex imports urllib3, which binds a socket to ::1 and closes it, to find out whether there is IPv6.
socket.has_ipv6 = False
before = {{**os.environ}}
import qa
from qa.llamaindex import QARetriever
with qa.open() as assistant:
    assert {ANSWER!r} in assistant.ask({QUESTION!r}).text
    assert QARetriever(assistant).retrieve({QUESTION!r})
    assert [*qa.suggest_questions(assistant)]
    time.sleep(float(sys.argv[1]))
assert before == {{**os.environ}}, "the environment was changed"
"""
_EXPORT = f"""
import os, time, uuid
# To export, onnxruntime names a file after the hardware address, which the system reads through a socket.
uuid._generate_time_safe, uuid._node = None, 1
before = {{**os.environ}}
import qa
with qa.open(index="index/exported", model="../model") as assistant:
    assert {ANSWER!r} in assistant.ask({QUESTION!r}).text
time.sleep(12)
assert before == {{**os.environ}}, "the environment was changed"
"""


def leaks(attempts: int, generator: random.Random, folder: Path) -> Iterator[Attempt]:
    """Make all commands in one process, then a choice of what takes longer.

    Raises:
        OSError: sockets cannot be forbidden on this machine.
    """
    if UNAVAILABLE:
        raise OSError(UNAVAILABLE)
    machine = IsolatedMachine(folder / "all")
    yield Attempt("all commands in one process", _all_commands(machine, folder / "all"))
    others = _others()
    for description in generator.sample(sorted(others), min(attempts - 1, len(others))):
        root = folder / description.replace("/", " ")[:80]
        machine = IsolatedMachine(root)
        (root / "questions.jsonl").write_text(_KNOWN)
        problem = None if description.startswith("qa index") else machine.qa("index")
        if "--continue" in description:
            problem = problem or machine.qa("ask", QUESTION)
        yield Attempt(description, problem or others[description](machine, root))
        shutil.rmtree(root)


def commands() -> list[list[str]]:
    """Return every command with each of its arguments, and with ``--json``."""
    plain = [[name, *arguments] for name, all_arguments in ARGUMENTS.items() for arguments in all_arguments]
    printing_json = {name for name, command in cli.commands.items() if any(p.name == "as_json" for p in command.params)}
    as_json = [[name, *first, "--json"] for name, (first, *_) in ARGUMENTS.items() if name in printing_json]
    return [["--help"], *plain, *as_json]


def uncovered() -> set[str]:
    """Return the commands that the attack does not make."""
    return cli.commands.keys() - ARGUMENTS.keys() - CONNECTING - {"tui"}


def _all_commands(machine: IsolatedMachine, root: Path) -> str | None:
    (root / "questions.jsonl").write_text(_KNOWN)
    return machine.python(_IN_ONE_PROCESS, json.dumps(commands()))


def _others() -> dict[str, Callable[[IsolatedMachine, Path], str | None]]:
    """Return attempts, each by what it does, that need a process of their own."""
    attempts: dict[str, Callable[[IsolatedMachine, Path], str | None]] = {
        f"qa {' '.join(command)}": lambda machine, _, command=command: machine.qa(*command)  # type: ignore[misc]
        for command in commands()
    }
    return attempts | {
        "the terminal UI": lambda machine, _: machine.use_terminal_ui(_SECONDS),
        "a program that asks and sleeps": lambda machine, _: machine.python(_PROGRAM, str(_SECONDS)),
        "an export of a model": _export,
        f"qa index over {_MANY} articles": _many,
    }


def _export(machine: IsolatedMachine, root: Path) -> str | None:
    shutil.copytree(package_folder(), root / "model")
    return machine.python(_EXPORT)


def _many(machine: IsolatedMachine, _: Path) -> str | None:
    MadeUpArticles(SEEDS).write(machine.current / "articles", _MANY)
    return machine.qa("index")
