"""Run a program that cannot open a socket, and learn of every attempt: of its children, and of native code, too.

A seccomp filter hands each ``socket`` call over to this process, which notes it and refuses it. Programs inherit the
filter, and nothing can remove it. Only local sockets (``AF_UNIX``), which processes of one machine talk through, are
allowed. It needs Linux on x86-64 or ARM64.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import select
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

_AUDIT_ARCHITECTURES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""By machine: its number in ``linux/audit.h``, and the number of its system call ``socket``."""
_IO_URING_SETUP = 425
"""Through io_uring, sockets are opened without the call ``socket``."""
_FIRST_X32_CALL = 0x40000000
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_KILL_PROCESS, _NOTIFY, _ALLOW = 0x80000000, 0x7FC00000, 0x7FFF0000
_NO_NEW_PRIVILEGES = 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER, _NEW_LISTENER = 1, 8
_RECEIVE, _SEND = 0xC0502100, 0xC0182101
"""``SECCOMP_IOCTL_NOTIF_RECV`` and ``SECCOMP_IOCTL_NOTIF_SEND``."""
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
_RESPONSE = struct.Struct("=QqiI")

UNAVAILABLE = (
    ""
    if sys.platform == "linux" and platform.machine() in _AUDIT_ARCHITECTURES
    else "sockets can only be forbidden on Linux, on x86-64 and ARM64"
)
"""Why there is no sandbox on this machine; empty if there is one."""


class Sandboxed(NamedTuple):
    """A program in the sandbox."""

    process: subprocess.Popen[str]
    """Its process."""
    attempts: list[str]
    """What was tried to be opened so far, and by whom; complete when all processes have ended."""


@contextmanager
def sandboxed(command: Sequence[str], environment: Mapping[str, str], **options: Any) -> Iterator[Sandboxed]:
    """Start a program in the sandbox; wait for it and all its children at the end.

    Args:
        command: the program and its arguments.
        environment: all of its environment.
        options: further arguments of ``subprocess.Popen``.
    """
    ours, theirs = socket.socketpair()
    launcher = [sys.executable, "-I", __file__, str(theirs.fileno()), *command]
    process = subprocess.Popen(launcher, env=dict(environment), pass_fds=[theirs.fileno()], text=True, **options)
    theirs.close()
    _, (listener,), _, _ = socket.recv_fds(ours, 1, 1)
    ours.close()
    attempts: list[str] = []
    watcher = threading.Thread(target=_watch, args=(listener, attempts))
    watcher.start()
    try:
        yield Sandboxed(process, attempts)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        watcher.join()


def _watch(listener: int, attempts: list[str]) -> None:
    """Note and refuse each attempt until no process is left that has the filter."""
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    while not any(events & select.POLLHUP for _, events in waiting.poll()):
        notification = bytearray(_NOTIFICATION.size)
        with suppress(OSError):  # the process may have been killed meanwhile
            fcntl.ioctl(listener, _RECEIVE, notification)
            number, process, _, call, _, _, family, *_ = _NOTIFICATION.unpack(notification)
            attempts.append(f"{_name(family) if call != _IO_URING_SETUP else 'io_uring'} by {_command_of(process)}")
            fcntl.ioctl(listener, _SEND, _RESPONSE.pack(number, 0, -errno.EACCES, 0))
    os.close(listener)


def _name(family: int) -> str:
    return next((known.name for known in socket.AddressFamily if known == family), f"family {family}")


def _command_of(process: int) -> str:
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")[:300]
    return "a process that has ended"


class _Instruction(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_ushort),
        ("if_true", ctypes.c_ubyte),
        ("if_false", ctypes.c_ubyte),
        ("value", ctypes.c_uint),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.POINTER(_Instruction)))


def _forbid_sockets() -> int:
    """Install the filter in this process, and return the descriptor that reports attempts.

    Raises:
        OSError: the system does not allow it.
    """
    architecture, socket_call = _AUDIT_ARCHITECTURES[platform.machine()]
    steps = [
        (_LOAD, 0, 0, 4),  # the architecture
        (_JUMP_IF_EQUAL, 0, 8, architecture),
        (_LOAD, 0, 0, 0),  # the number of the call
        (_JUMP_IF_AT_LEAST, 6, 0, _FIRST_X32_CALL),
        (_JUMP_IF_EQUAL, 3, 0, _IO_URING_SETUP),
        (_JUMP_IF_EQUAL, 0, 3, socket_call),
        (_LOAD, 0, 0, 16),  # its first argument, the family
        (_JUMP_IF_EQUAL, 1, 0, int(socket.AF_UNIX)),
        (_RETURN, 0, 0, _NOTIFY),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL_PROCESS),
    ]
    instructions = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    program = _Program(len(steps), instructions)
    listener = int(libc.syscall(_SECCOMP[platform.machine()], _SET_FILTER, _NEW_LISTENER, ctypes.byref(program)))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def _launch(descriptor: int, command: list[str]) -> None:
    with socket.socket(fileno=descriptor) as parent:
        listener = _forbid_sockets()
        socket.send_fds(parent, [b"."], [listener])
    os.close(listener)
    os.execvp(command[0], command)


if __name__ == "__main__":
    _launch(int(sys.argv[1]), sys.argv[2:])
