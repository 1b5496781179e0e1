"""A proxy that does not let WebSockets pass, as those of some companies do; behind it any number of processes."""

from __future__ import annotations

import socket
from itertools import cycle
from typing import Literal

from tests.browser.proxy import Proxy, close

__all__ = ["Gatekeeper"]

REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Gatekeeper(Proxy):
    """Answers a WebSocket with 403 (``refuses``), never (``swallows``), or lets it pass (``allows``).

    Every request goes to the next of ``ports``, each over a connection of its own.
    """

    def __init__(self, *ports: int, sockets: Literal["refuses", "swallows", "allows"] = "refuses") -> None:
        super().__init__(ports[0])
        self.targets = cycle(ports)
        self.sockets = sockets
        self.turned_away = 0

    def serve(self, client: socket.socket) -> None:
        first = client.recv(65_536)
        if b"upgrade: websocket" in first.lower() and self.sockets != "allows":
            self.turn_away(client)
            return
        self.target = next(self.targets)
        super().serve(Reread(client, first.replace(b"Connection: keep-alive", b"Connection: close", 1)))

    def turn_away(self, client: socket.socket) -> None:
        self.turned_away += 1
        if self.sockets == "refuses":
            client.sendall(REFUSAL)
        else:
            while client.recv(65_536):
                pass  # and nothing ever comes of it
        close(client)


class Reread:
    """A socket of which something was read already."""

    def __init__(self, plain: socket.socket, first: bytes) -> None:
        self.plain = plain
        self.first = first

    def recv(self, size: int) -> bytes:
        first, self.first = self.first, b""
        return first or self.plain.recv(size)

    def __getattr__(self, name: str) -> object:
        return getattr(self.plain, name)
