"""A visitor from outside: plain HTTP and a WebSocket by hand, so that what a proxy does to either can be seen.

Only what the doctor needs of RFC 6455: one message is one frame, and a frame of the server is never masked.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import socket
import ssl
from http.client import HTTPConnection, HTTPMessage, HTTPResponse, HTTPSConnection
from typing import BinaryIO, NamedTuple
from urllib.parse import urlsplit

from typing_extensions import Self

__all__ = ["Answer", "Closed", "Refused", "Visitor", "first_event", "get"]

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
BINARY, CLOSE, PING, PONG = 2, 8, 9, 10
LARGEST = 1024 * 1024

BODY = 256 * 1024
"""Bytes of a page that are read."""


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes


class Refused(Exception):
    """The handshake was answered with something else than 101."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"HTTP {status} {reason}".strip())
        self.status = status


class Closed(Exception):
    """The other side has closed the socket, with a WebSocket code if it said one."""

    def __init__(self, code: int | None = None) -> None:
        super().__init__("closed" if code is None else f"closed with {code}")
        self.code = code


def get(url: str, timeout: float) -> Answer:
    """One GET, not redirected. Raises ``OSError`` and ``http.client.HTTPException``."""
    place = urlsplit(url)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=timeout)
    try:
        path = f"{place.path or '/'}{'?' + place.query if place.query else ''}"
        connection.request("GET", path, headers={"User-Agent": "liveactions-doctor", "Accept": "*/*"})
        response: HTTPResponse = connection.getresponse()
        return Answer(response.status, response.headers, response.read(BODY))
    finally:
        connection.close()


def first_event(url: str, timeout: float) -> Answer:
    """The head of an event stream, with its first event for a body. Raises what ``get`` raises.

    ``TimeoutError`` means that something holds the stream back.
    """
    place = urlsplit(url)
    kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
    connection = kind(place.hostname or "", place.port, timeout=timeout)
    try:
        connection.request("GET", f"{place.path}?{place.query}", headers={"Accept": "text/event-stream"})
        response = connection.getresponse()
        lines = [response.readline(BODY) for _ in range(2 if response.status == 200 else 0)]
        return Answer(response.status, response.headers, b"".join(lines))
    finally:
        connection.close()


class Visitor:
    """One WebSocket. Every wait is at most ``timeout`` seconds (``TimeoutError``); raises ``OSError`` like sockets."""

    def __init__(self, url: str, *, origin: str, protocol: str, timeout: float) -> None:
        self.place = urlsplit(url)
        self.origin = origin
        self.protocol = protocol
        self.timeout = timeout
        self.agreed: str | None = None
        """The subprotocol that the server has chosen."""

    def __enter__(self) -> Self:
        secure = self.place.scheme == "https"
        host = self.place.hostname or ""
        plain = socket.create_connection((host, self.place.port or (443 if secure else 80)), self.timeout)
        self.socket = ssl.create_default_context().wrap_socket(plain, server_hostname=host) if secure else plain
        self.reader: BinaryIO = self.socket.makefile("rb")
        try:
            self.shake_hands()
        except BaseException:
            self.socket.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.reader.close()
        self.socket.close()

    def shake_hands(self) -> None:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [
            f"GET {self.place.path} HTTP/1.1",
            f"Host: {self.place.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Protocol: {self.protocol}",
            f"Origin: {self.origin}",
        ]
        self.socket.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
        status, reason, headers = self.head()
        if status != 101:
            raise Refused(status, reason)
        wanted = base64.b64encode(hashlib.sha1((key + GUID).encode(), usedforsecurity=False).digest()).decode()
        if headers.get("sec-websocket-accept") != wanted:
            raise Refused(status, "whose Sec-WebSocket-Accept is wrong")
        self.agreed = headers.get("sec-websocket-protocol")

    def head(self) -> tuple[int, str, dict[str, str]]:
        """Status, reason and headers of the answer to the handshake."""
        first = self.reader.readline(LARGEST).decode("latin-1").split(None, 2)
        if len(first) < 2 or not first[1].isdigit():
            raise Refused(0, "no HTTP answer")
        headers: dict[str, str] = {}
        while line := self.reader.readline(LARGEST).strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return int(first[1]), first[2].strip() if len(first) > 2 else "", headers

    def send(self, data: bytes, opcode: int = BINARY) -> None:
        mask = secrets.token_bytes(4)
        size = len(data)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(data))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def receive(self, timeout: float | None = None) -> bytes:
        """The next message. Raises ``Closed``, and ``TimeoutError`` after ``timeout`` seconds of silence."""
        self.socket.settimeout(self.timeout if timeout is None else timeout)
        while True:
            opcode, data = self.frame()
            if opcode == CLOSE:
                raise Closed(int.from_bytes(data[:2], "big") if len(data) >= 2 else None)
            if opcode == PING:
                self.send(data, PONG)
            elif opcode != PONG:
                return data

    def frame(self) -> tuple[int, bytes]:
        first, second = self.exactly(2)
        size = second & 0x7F
        if size >= 126:
            size = int.from_bytes(self.exactly(2 if size == 126 else 8), "big")
        if size > LARGEST:
            raise Closed
        return first & 0x0F, self.exactly(size)

    def exactly(self, size: int) -> bytes:
        data = self.reader.read(size)
        if len(data) < size:
            raise Closed
        return data
