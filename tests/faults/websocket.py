"""A client's side of a WebSocket, without I/O, as cheap as it can be: a thousand of these are heard in one process.

No extensions, and no messages in parts: the servers of this package do neither.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

__all__ = ["BINARY", "CLOSING", "PINGING", "PONG", "TEXT", "Ear", "Refused", "message", "opening"]

TEXT, BINARY, CLOSING, PINGING, PONG = 1, 2, 8, 9, 10
LAST = MASKED = 0x80

KEY, ACCEPTED = "dGhlIHNhbXBsZSBub25jZQ==", b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
"""A key, and what a server that speaks WebSocket makes of it (the example of RFC 6455, 1.3)."""


class Refused(Exception):
    """The server has answered the request with something else."""


def opening(host: str, path: str, subprotocol: str, headers: Mapping[str, str]) -> bytes:
    """The request with which a socket is opened."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: {host}",
        f"Origin: http://{host}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Key: {KEY}",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {subprotocol}",
        *(f"{name}: {value}" for name, value in headers.items()),
    )
    return "\r\n".join((*lines, "", "")).encode()


def message(data: bytes, opcode: int = BINARY) -> bytes:
    """A frame. Its mask is 0, which changes nothing."""
    size = len(data)
    if size < 126:
        return bytes((LAST | opcode, MASKED | size, 0, 0, 0, 0)) + data
    length = struct.pack("!BH", MASKED | 126, size) if size < 65_536 else struct.pack("!BQ", MASKED | 127, size)
    return bytes((LAST | opcode,)) + length + bytes(4) + data


class Ear:
    """Makes frames of what comes over one socket."""

    __slots__ = ("is_open", "waiting")

    def __init__(self) -> None:
        self.is_open = False
        self.waiting = b""
        """What is not a whole frame yet."""

    def hear(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Opcode and payload of every frame that is complete now. Raises ``Refused``."""
        data, at = self.waiting + data if self.waiting else data, 0
        if not self.is_open:
            at = self.after_answer(data)
        while self.is_open and (found := end_of(data, at)) is not None:
            begin, end = found
            if not data[at] & LAST:
                raise ValueError("A message came in parts.")
            opcode, at = data[at] & 15, end
            yield opcode, data[begin:end]
        self.waiting = data[at:]

    def after_answer(self, data: bytes) -> int:
        """Where the first frame begins: behind the answer to the request, if that is complete."""
        end = data.find(b"\r\n\r\n")
        if end < 0:
            return 0
        if not data.startswith(b"HTTP/1.1 101") or ACCEPTED not in data[:end]:
            raise Refused(data[:end].decode("latin-1"))
        self.is_open = True
        return end + 4


def end_of(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the payload of the frame that begins here begins and ends; None if not all of it is there."""
    if len(data) < at + 2:
        return None
    size, begin = data[at + 1], at + 2
    if size >= 126:
        begin += 2 if size == 126 else 8
        if len(data) < begin:
            return None
        size = int.from_bytes(data[at + 2 : begin], "big")
    return (begin, begin + size) if len(data) >= begin + size else None
