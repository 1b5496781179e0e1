"""Servers that stand between, and do it wrong: each connection is given to a function in a thread."""

from __future__ import annotations

import base64
import hashlib
import socket
import threading
from collections.abc import Callable

from liveactions.operations.visitor import GUID

Handler = Callable[[socket.socket, dict[str, str], str], None]
"""The connection, the headers by lower-case name, and the path."""


class Wrong:
    """A server on a port of 127.0.0.1 while the ``with`` block runs."""

    def __init__(self, handler: Handler) -> None:
        self.handler = handler
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                if not (piece := connection.recv(4096)):
                    return
                head += piece
            first, *lines = head.decode("latin-1").split("\r\n")
            headers = dict(split(line) for line in lines if ":" in line)
            try:
                self.handler(connection, headers, first.split()[1])
            except OSError:
                pass  # the visitor has gone


def split(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def http(connection: socket.socket, status: str, body: str = "", **headers: str) -> None:
    told = {
        "Content-Length": str(len(body)),
        "Connection": "close",
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in told.items()), "", body]
    connection.sendall("\r\n".join(lines).encode())


def accept(connection: socket.socket, headers: dict[str, str], protocol: str | None = "liveactions.1") -> None:
    key = headers["sec-websocket-key"]
    digest = base64.b64encode(hashlib.sha1((key + GUID).encode()).digest()).decode()
    lines = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Accept: {digest}", *([f"Sec-WebSocket-Protocol: {protocol}"] if protocol else [])]
    connection.sendall("\r\n".join([*lines, "", ""]).encode())


def message(data: bytes, opcode: int = 2) -> bytes:
    assert len(data) < 126
    return bytes([0x80 | opcode, len(data)]) + data
