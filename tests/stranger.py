"""Clients written from ``protocol/README.md`` alone: msgpack arrays on a WebSocket, or lines of JSON over HTTP.

Nothing of ours is imported.

::

    with Stranger(url) as page:
        page.mount(tokens)
        answer = page.call(1, "increment", {"by": 2})
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import msgpack
from typing_extensions import Self
from websockets.sync.client import ClientConnection, connect

from tests.standing import ANSWER, APPLY, CALL, GOODBYE, HELLO, MOUNT, PING, SET, WELCOME, Standing

__all__ = ["Answer", "Stranger", "StreamStranger"]


@dataclass
class Answer:
    """What came back for one numbered frame; ``items`` are arrays ``[scope, word, field, …]``."""

    items: list[Any]
    refusal: list[Any] | None

    def words(self) -> list[int]:
        return [item[1] for item in self.items]


@dataclass
class Stranger(Standing):
    """One tab. ``url`` is the site's address, ``cookies`` go with the handshake. Waits 10 s for anything."""

    url: str
    cookies: Mapping[str, str] = field(default_factory=dict)
    path: str = "/live/"
    origin: str | None = None
    socket: ClientConnection | None = None
    stack: ExitStack = field(default_factory=ExitStack)
    programs: bool = False
    """Whether it says that it applies patches."""
    resume: list[Any] | None = None
    """What it says of an earlier connection: ``other.place``."""
    frames: list[Any] = field(default_factory=list)
    """What it was sent in ``APPLY`` and ``ANSWER``, and the bytes of each."""
    raw: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        connecting = connect(
            f"ws://{urlsplit(self.url).netloc}{self.path}",
            origin=self.origin or self.url,  # type: ignore[arg-type]  # NewType over str
            subprotocols=["liveactions.1"],  # type: ignore[list-item]  # NewType over str
            additional_headers=headers if self.cookies else None,
            compression=None,
        )
        self.socket = self.stack.enter_context(connecting)
        self.send([HELLO, "stranger", self.resume, None, self.programs or None])
        self.welcome = self.receive()
        assert self.welcome[0] == WELCOME, self.welcome
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stack.close()

    @property
    def place(self) -> list[Any]:
        """Where it stands, for whoever is to go on with it."""
        return self.resumed(self.welcome[1])

    def mount(self, tokens: Sequence[str]) -> Answer:
        """Take up the components whose ``live-token`` attributes were found in the page."""
        return self.ask(MOUNT, [[token, 0] for token in tokens])

    def call(self, component: int, action: str, args: Mapping[str, Any] | None = None) -> Answer:
        return self.ask(CALL, component, action, dict(args or {}))

    def set(self, component: int, **values: Any) -> Answer:
        return self.ask(SET, component, values)

    def ask(self, kind: int, *fields: Any) -> Answer:
        """Send a numbered frame and read until its answer."""
        self.number += 1
        self.send([kind, self.number, self.ack, *fields])
        while True:
            frame = self.data()
            if frame[0] == ANSWER and frame[3] == self.number:
                return Answer(frame[4] if len(frame) > 4 else [], frame[5] if len(frame) > 5 else None)

    def hear(self) -> list[Any]:
        """The items of the next ``APPLY`` that has any: somebody else's news."""
        while True:
            frame = self.data()
            if frame[0] == APPLY and frame[3]:
                return list(frame[3])

    def data(self) -> list[Any]:
        """The next data frame. Pings are answered; a frame that was seen before is dropped."""
        while True:
            frame = self.receive()
            if frame[0] == PING:
                self.send(self.pong())
            elif frame[0] == GOODBYE:
                raise AssertionError(f"the server said BYE: {frame[1:]}")
            elif self.is_new(frame):
                return frame

    def send(self, frame: list[Any]) -> None:
        assert self.socket is not None
        self.socket.send(msgpack.packb(frame))

    def receive(self) -> list[Any]:
        assert self.socket is not None
        data = self.socket.recv(timeout=10)
        frame = msgpack.unpackb(data)
        assert isinstance(frame, list), frame
        if frame[0] in (APPLY, ANSWER):
            self.frames.append(frame)
            self.raw.append(bytes(data))
        return frame


@dataclass
class StreamStranger(Stranger):
    """The same over an event stream and posts (§1.1), by plain HTTP."""

    stream: HTTPResponse | None = None
    address: str = ""
    host: str = ""
    """To whom frames are posted, if not to where the stream is: ``127.0.0.1:8001``."""

    def __enter__(self) -> Self:
        line = HTTPConnection(urlsplit(self.url).netloc, timeout=10)
        self.stack.callback(line.close)
        line.request("GET", f"{self.path}stream?liveactions.1", headers=self.headers())
        self.stream = line.getresponse()
        assert self.stream.status == 200, self.stream.read()
        name, self.address = self.event()
        assert name == "open"
        self.send([HELLO, "stranger"])
        self.welcome = self.receive()
        assert self.welcome[0] == WELCOME, self.welcome
        return self

    def headers(self) -> dict[str, str]:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        return {"Accept": "text/event-stream", **({"Cookie": cookies} if cookies else {})}

    def event(self) -> tuple[str, str]:
        """The next event of the stream: its name, and its data."""
        assert self.stream is not None
        fields = {}
        while line := self.stream.readline().decode().rstrip("\n"):
            name, _, value = line.partition(": ")
            fields[name] = value
        assert fields, "the stream has ended"
        return fields.get("event", "message"), fields["data"]

    def send(self, frame: list[Any]) -> None:
        line = HTTPConnection(self.host or urlsplit(self.url).netloc, timeout=10)
        told = {**self.headers(), "Origin": self.origin or self.url, "X-Live-Stream": self.address}
        told["Host"] = urlsplit(self.url).netloc  # as a balancer hands it on
        line.request("POST", f"{self.path}frames", json.dumps(frame), told)
        answer = line.getresponse()
        assert answer.status == 204, answer.read()
        line.close()

    def receive(self) -> list[Any]:
        name, data = self.event()
        assert name == "message", f"{name}: {data}"
        frame = json.loads(data)
        assert isinstance(frame, list), frame
        return frame
