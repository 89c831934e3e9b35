"""No network and no stray files: what README and SECURITY.md promise."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.helpers.isolated_machine import IsolatedMachine
from tests.helpers.sandbox import UNAVAILABLE
from tests.torture.attacks import require_unbroken
from tests.torture.leaks import CONNECTING, leaks, uncovered

needs_sandbox = pytest.mark.skipif(bool(UNAVAILABLE), reason=UNAVAILABLE)
SOCKETS = {
    "IPv4": ("import socket\nsocket.socket()", "AF_INET"),
    "IPv6": ("import socket\nsocket.socket(socket.AF_INET6)", "AF_INET6"),
    "a lookup": ("import socket\nsocket.getaddrinfo('models.example', 80)", "AF_INET"),
    "the system's interfaces": ("import socket\nsocket.socket(socket.AF_NETLINK, socket.SOCK_RAW)", "AF_NETLINK"),
    "a child that is not waited for": (
        "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import socket; socket.socket()'])",
        "AF_INET",
    ),
    "native code": ("import ctypes\nctypes.CDLL(None).socket(2, 1, 0)", "AF_INET"),
    "io_uring": ("import ctypes\nctypes.CDLL(None).syscall(425, 8, 0)", "io_uring"),
}


@needs_sandbox
@pytest.mark.parametrize(("code", "family"), SOCKETS.values(), ids=[*SOCKETS])
def test_the_sandbox_notices_every_socket(tmp_path: Path, code: str, family: str) -> None:
    """It is refused and reported, whoever opens it; without this test, none of the others would prove anything."""
    problem = IsolatedMachine(tmp_path / "machine").python(f"try:\n    exec({code!r})\nexcept OSError: pass")

    assert problem is not None
    assert problem.startswith(f"sockets: {family} by {sys.executable}")


@needs_sandbox
def test_the_sandbox_notices_every_file(tmp_path: Path) -> None:
    """New, changed and removed files and folders are reported, except in qa's own folders."""
    code = """
import pathlib, tempfile
pathlib.Path("new").mkdir()
pathlib.Path("articles/tram-line.txt").write_text("changed")
pathlib.Path("articles/empty.txt").unlink()
pathlib.Path("~/.cache/Maker").expanduser().mkdir(parents=True)
pathlib.Path("~/.cache/qa").expanduser().mkdir()
tempfile.mkstemp(prefix="left")
"""
    problem = IsolatedMachine(tmp_path / "machine").python(code)

    assert problem is not None
    for path in ("current/new", "articles/tram-line.txt", "articles/empty.txt", ".cache/Maker", "temporary/left"):
        assert path in problem
    assert ".cache/qa" not in problem


def test_every_command_is_attacked() -> None:
    """A new command has to be added."""
    assert set() == uncovered()


@needs_sandbox
def test_only_qa_add_connects(tmp_path: Path) -> None:
    """It tries to, and says so when it cannot; but not before all its arguments are known to be right."""
    machine = IsolatedMachine(tmp_path / "machine")

    assert {"add"} == CONNECTING
    assert "The host models.example is not known" in (machine.qa("add", "http://models.example/") or "")
    assert (machine.qa("add", "http://models.example/", "ftp://models.example/") or "").startswith("exit code 2")


@needs_sandbox
def test_nothing_gets_out(tmp_path: Path) -> None:
    """A share of the attack ``leaks``: all commands, and a program that asks."""
    require_unbroken(leaks(1, random.Random(1), tmp_path))
