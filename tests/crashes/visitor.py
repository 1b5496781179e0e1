"""A page that does not give up: it comes back to another process, and sends again what was not answered."""

from __future__ import annotations

import socket
import struct
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.standing import ANSWER, APPLY, CALL, HELLO, PING, STREAMS, WELCOME
from tests.stranger import Answer, Stranger

__all__ = ["Visitor"]

TOAST, WHOLE = 4, 12


@dataclass
class Visitor(Stranger):
    """A ``Stranger`` that resumes. ``unanswered`` are the frames it would send again, by number."""

    unanswered: dict[int, list[Any]] = field(default_factory=dict)
    answers: dict[int, Answer] = field(default_factory=dict)
    heard: list[str] = field(default_factory=list)
    """The texts of the toasts that came, in order."""
    shown: str = ""
    """The HTML of the last component that came whole."""

    def post(self, component: int, action: str, args: dict[str, Any]) -> int:
        """Send a call, and wait for nothing. Where the socket has ended, it is sent when the page comes back."""
        self.number += 1
        self.unanswered[self.number] = [CALL, component, action, args]
        with suppress(ConnectionClosed):
            self.send_again(self.number)
        return self.number

    def send_again(self, number: int) -> None:
        kind, *fields = self.unanswered[number]
        self.send([kind, number, self.ack, *fields])

    def come_back(self, url: str) -> None:
        """Resume over a new socket, and send again what the server has not taken."""
        self.url = url
        address = f"ws{url.removeprefix('http')}{self.path}"
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        options: Any = {"origin": self.origin, "subprotocols": ["liveactions.1"]}
        if cookies:
            options["additional_headers"] = {"Cookie": cookies}
        self.socket = self.stack.enter_context(connect(address, compression=None, close_timeout=0.2, **options))
        self.send([HELLO, "stranger", self.place])
        self.welcome = self.receive()
        assert self.welcome[0] == WELCOME and self.welcome[2], f"not recovered: {self.welcome}"
        for number in list(self.unanswered):
            if number > self.welcome[4]:
                self.send_again(number)

    def cut(self) -> None:
        """Reset the connection: the other side learns of it when it next looks."""
        assert self.socket is not None
        raw = self.socket.socket
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.shutdown(socket.SHUT_RD)
        raw.close()

    def outcome(self, number: int) -> Answer | None:
        """The answer to a call; None if the socket ended before it came."""
        while number not in self.answers:
            try:
                self.take(self.receive())
            except ConnectionClosed:
                return None
        return self.answers[number]

    def hear_until(self, text: str) -> list[str]:
        """Every toast up to this one."""
        while text not in self.heard:
            self.take(self.receive())
        return self.heard[: self.heard.index(text)]

    def take(self, frame: list[Any]) -> None:
        if frame[0] == PING:
            self.send(self.pong())
        elif frame[0] in (APPLY, ANSWER, STREAMS) and self.is_new(frame):
            self.note(frame)

    def note(self, frame: list[Any]) -> None:
        items = frame[4] if frame[0] == ANSWER and len(frame) > 4 else frame[3] if frame[0] == APPLY else []
        self.heard += [item[2] for item in items or [] if item[1] == TOAST]
        self.shown = next((item[2] for item in reversed(items or []) if item[1] == WHOLE), self.shown)
        if frame[0] == ANSWER:
            self.unanswered.pop(frame[3], None)
            self.answers[frame[3]] = Answer(items or [], frame[5] if len(frame) > 5 else None)
