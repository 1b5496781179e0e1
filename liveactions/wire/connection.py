"""One connection, seen from the server, without I/O: bytes in, checked frames out.

Rule: everything that decides which frame may come when stands in ``MOVES``. An illegal move is a missing key.
"""

from __future__ import annotations

import enum

from liveactions.errors import FrameError
from liveactions.wire.codec import decode
from liveactions.wire.frames import (
    PAGE_FRAMES,
    Call,
    Cancel,
    Frame,
    Hello,
    Leave,
    Mount,
    Pong,
    Resync,
    Set,
    Unmount,
)

__all__ = ["CLOSE_CODES", "MOVES", "Connection", "State", "close_code"]


class State(enum.Enum):
    GREETING = "greeting"
    LIVE = "live"
    LEFT = "left"


MOVES: dict[State, dict[type[Frame], State]] = {
    State.GREETING: {Hello: State.LIVE},
    State.LIVE: {**dict.fromkeys((Pong, Mount, Call, Set, Cancel, Resync, Unmount), State.LIVE), Leave: State.LEFT},
    State.LEFT: {},
}

CLOSE_CODES: dict[str, int] = {
    "version.unsupported": 4426,
    "rate.exceeded": 4008,
    "page.slow": 4008,
    "page.silent": 4001,
    "socket.aged": 4001,
    "frame.too_large": 4009,
    "server.draining": 4012,
    "page.elsewhere": 4001,
    "stream.gone": 4001,
    "origin.foreign": 4403,
    "user.changed": 4401,
    "server.busy": 4429,
    "server.failed": 4429,
    "bus.unavailable": 4429,
}
"""The WebSocket close code of each refusal that ends a connection; 4400 for every other."""


def close_code(code: str) -> int:
    return CLOSE_CODES.get(code, 4400)


class Connection:
    """Checks what comes over one socket. ``receive`` is the only door."""

    __slots__ = ("max_frame", "moves", "state")

    def __init__(self, max_frame: int) -> None:
        self.max_frame = max_frame
        self.enter(State.GREETING)

    def enter(self, state: State) -> None:
        self.state = state
        self.moves = MOVES[state]

    def receive(self, data: bytes) -> Frame:
        """The frame in ``data``. Raises ``FrameError``, after which the connection must be closed."""
        frame = decode(data, PAGE_FRAMES, self.max_frame)
        state = self.moves.get(type(frame))
        if state is None:
            name = type(frame).__name__.upper()
            raise FrameError(f"{name} cannot come while {self.state.value}.", hint="Begin with HELLO.")
        if state is not self.state:
            self.enter(state)
        return frame
