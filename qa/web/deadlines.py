"""A time limit for everything that passes through a connection, which no amount of data postpones."""

from __future__ import annotations

import io
import socket
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class Deadline:
    """The end of the time that something may take.

    Args:
        seconds: from now on.
    """

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Return the seconds that are left.

        Raises:
            TimeoutError: there are none.
        """
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class TimedSocket:
    """What ``http.client`` uses of a connection, with a deadline.

    A timeout of the socket itself begins anew with each byte that arrives.
    """

    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        """Send all of ``data``.

        Raises:
            OSError: it cannot be sent, or takes too long.
        """
        self._connection.settimeout(self._deadline.remaining())
        self._connection.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what is received as a file; ``mode`` is that for reading bytes."""
        return io.BufferedReader(_Received(self._connection, self._deadline))


class _Received(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._connection.settimeout(self._deadline.remaining())
        return self._connection.recv_into(buffer)
