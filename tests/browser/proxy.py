"""A TCP proxy with a cable one can pull: cut, unplugged for a while, or silent as a dead network is."""

from __future__ import annotations

import socket
import threading
from types import TracebackType

from typing_extensions import Self

__all__ = ["Proxy"]


class Proxy:
    """Passes bytes between whoever connects to ``url`` and ``port`` of this machine, while its ``with`` block runs."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.plugged = True
        self.passing = threading.Event()
        self.passing.set()
        self.pairs: set[tuple[socket.socket, socket.socket]] = set()
        self.lock = threading.Lock()

    def cut(self) -> None:
        """Break every connection; new ones can be made at once."""
        with self.lock:
            pairs, self.pairs = self.pairs, set()
        for pair in pairs:
            close(*pair)

    def unplug(self) -> None:
        """Break every connection, and every new one as well, until ``plug``."""
        self.plugged = False
        self.cut()

    def plug(self) -> None:
        self.plugged = True

    def silence(self) -> None:
        """Keep the connections, and pass nothing on until ``speak``; nobody is told."""
        self.passing.clear()

    def speak(self) -> None:
        """Pass on again what comes, and what was held back."""
        self.passing.set()

    # Inside -------------------------------------------------------------------------------------------------

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return  # the proxy has ended
            if self.plugged:
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()
            else:
                close(client)

    def serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=10)
        except OSError:
            close(client)  # nobody is there
            return
        server.settimeout(None)
        pair = (client, server)
        with self.lock:
            self.pairs.add(pair)
        threading.Thread(target=self.pump, args=(server, client, pair), daemon=True).start()
        self.pump(client, server, pair)

    def pump(self, source: socket.socket, target: socket.socket, pair: tuple[socket.socket, socket.socket]) -> None:
        try:
            while data := source.recv(65_536):
                self.passing.wait()
                target.sendall(data)
        except OSError:
            pass  # cut, or the other side has gone
        with self.lock:
            self.pairs.discard(pair)
        close(*pair)

    def __enter__(self) -> Self:
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        close(self.listener)
        self.speak()
        self.cut()


def close(*sockets: socket.socket) -> None:
    """Close at once; who reads from one in another thread wakes up."""
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it was not connected any more
        one.close()
