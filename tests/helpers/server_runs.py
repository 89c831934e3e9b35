"""``python -m tests.helpers.server_runs VECTORS``: run ``qa`` against servers, and stop at a call to one of them.

Orders come as JSON, one a line; each run is a fork of this process, which has loaded everything but has no connection.
At a given call the run reports it, and waits for one byte: to go on, to stop, or to die.
"""

from __future__ import annotations

import functools
import importlib
import json
import os
import pickle
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypedDict
from unittest.mock import patch

import chromadb.api.fastapi  # noqa: F401  # loaded before forking, as all that takes long

import qa.assistant
from qa.cli import commands, run
from qa.index.servers import catalog_writer, chroma_server, connection, storage, vectors, writing  # noqa: F401
from qa.settings import DEFAULT_MODEL, cache_folder
from tests.helpers.index_states import RememberingEmbedder

GO, STOP, DIE = b"g", b"s", b"k"
_SIGNALS = {STOP: signal.SIGSTOP, DIE: signal.SIGKILL}
_WATCHED: dict[type, tuple[str, ...]] = {
    connection.Connection: ("__init__", "_execute", "executemany", "copy"),
    chroma_server.ChromaServer: ("__init__", "create", "drop", "open", "open_or_create"),
    chroma_server.ServerCollection: ("count", "nearest", "store", "delete", "get"),
}
"""The methods that call a server."""


class Order(TypedDict):
    """A run of ``qa``."""

    arguments: list[str]
    """Its arguments."""
    stop: str | None
    """What the call is at which it waits, if any."""
    calls_before: int
    """How many calls like that it makes before."""
    constants: dict[str, float]
    """Values of constants, by module and name."""
    errors: str
    """File for its standard error."""
    calls: str
    """File for a list of its calls."""


def main() -> None:
    """Carry out orders until there are no more; print how each run ended."""
    embedder = RememberingEmbedder(DEFAULT_MODEL, cache_folder())
    embedder.__dict__["_vectors"] = pickle.loads(Path(sys.argv[1]).read_bytes())
    _ = embedder.tokenizer, commands.cli
    with patch.object(qa.assistant, "Embedder", lambda *_: embedder):
        for line in iter(sys.stdin.readline, ""):
            order: Order = json.loads(line)
            process = os.fork()
            if not process:
                _run(order)
            report(pid=process)
            report(status=os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))


def report(**values: Any) -> None:
    """Print values as a line of JSON."""
    os.write(sys.__stdout__.fileno(), json.dumps(values).encode() + b"\n")  # type: ignore[union-attr]


def _run(order: Order) -> None:
    """Run ``qa``, and end this process with its exit code."""
    reports, answers = os.dup(1), os.dup(0)
    created = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for stream, path, mode in (
        (0, os.devnull, os.O_RDONLY),
        (1, os.devnull, os.O_WRONLY),
        (2, order["errors"], created),
    ):
        os.dup2(os.open(path, mode), stream)
    calls: list[str] = []

    def on_call(label: str) -> None:
        calls.append(label)
        if label == order["stop"] and calls.count(label) == order["calls_before"] + 1:
            os.write(reports, json.dumps({"reached": label}).encode() + b"\n")
            answer = os.read(answers, 1)
            if answer in _SIGNALS:
                os.kill(os.getpid(), _SIGNALS[answer])

    with ExitStack() as stack:
        for name, value in order["constants"].items():
            module, _, constant = name.rpartition(".")
            stack.enter_context(patch.object(importlib.import_module(module), constant, value))
        stack.enter_context(calls_watched(on_call))
        code = run(order["arguments"])
    Path(order["calls"]).write_text(json.dumps(calls), encoding="utf-8")
    os._exit(code)


@contextmanager
def calls_watched(on_call: Callable[[str], None]) -> Iterator[None]:
    """Report each call to a server just before it is made."""
    with ExitStack() as stack:
        for owner, names in _WATCHED.items():
            for name in names:
                method = getattr(owner, name)
                stack.enter_context(patch.object(owner, name, _reporting(owner, name, method, on_call)))
        yield


def _reporting(owner: type, name: str, method: Any, on_call: Callable[[str], None]) -> Any:
    @functools.wraps(method)
    def reporting(self: Any, *arguments: Any, **named: Any) -> Any:
        on_call(_label(owner, name, arguments))
        return method(self, *arguments, **named)

    return reporting


def _label(owner: type, name: str, arguments: tuple[Any, ...]) -> str:
    """Return what a call is, the same for each like it."""
    if owner is not connection.Connection or name == "__init__":
        return f"{owner.__name__}.{name}"
    return re.sub(r"\d+", "#", f"PostgreSQL: {' '.join(arguments[0].split())}")[:70]


if __name__ == "__main__":
    main()
