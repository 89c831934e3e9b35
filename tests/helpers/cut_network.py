"""A network that can be cut between a client and a server on this machine."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.helpers.local_server import connect_here

_TICK = 0.01
"""Seconds until a connection notices that the network has changed."""
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class CutNetwork:
    """Forwards connections to a server, until it is cut."""

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_TICK)
        self._is_cut = self._is_silent = self._loses_answers = self._is_closed = False
        self._connections: list[threading.Thread] = []
        self._acceptor = threading.Thread(target=self._accept)
        self._acceptor.start()

    def through(self, url: str) -> str:
        """Return the server's address with this network in between."""
        return url.replace(f":{self._server_port}", f":{self._listener.getsockname()[1]}")

    def cut(self) -> None:
        """Reset all connections, and new ones at once."""
        self._is_cut = True
        for connection in self._connections:
            connection.join()

    def silence(self) -> None:
        """Accept connections, but forward nothing, as when packets are lost."""
        self._is_silent = True

    def lose_answers(self) -> None:
        """Forward what clients send, but not what the server answers."""
        self._loses_answers = True

    def heal(self) -> None:
        """Forward connections again, and what has been sent meanwhile."""
        self._is_cut = self._is_silent = self._loses_answers = False

    def close(self) -> None:
        """Cut it for good."""
        self._is_closed = True
        self._acceptor.join()
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while not self._is_closed:
            with suppress(TimeoutError):
                client, _ = self._listener.accept()
                thread = threading.Thread(target=self._forward, args=(client,))
                self._connections.append(thread)
                thread.start()

    def _forward(self, client: socket.socket) -> None:
        with suppress(OSError), client, connect_here(self._server_port) as server:
            client.settimeout(None)
            others = {client: server, server: client}
            while not self._is_cut:
                heard = [] if self._is_silent else [client] if self._loses_answers else [*others]
                readable, _, _ = select.select(heard, [], [], _TICK)
                for source in readable:
                    data = source.recv(65_536)
                    if not data:
                        return
                    others[source].sendall(data)
            for end in others:
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)


@contextmanager
def cut_network(server_port: int) -> Iterator[CutNetwork]:
    """Put a network that can be cut in front of a server, and yield it."""
    network = CutNetwork(server_port)
    try:
        yield network
    finally:
        network.close()
