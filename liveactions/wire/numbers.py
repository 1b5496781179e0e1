"""The two counts of a page session: what it has taken from the page, and what it has told it.

Both outlive a socket. They are what resuming is made of; nothing here knows of sockets or time.
"""

from __future__ import annotations

from collections import deque

from liveactions.errors import FrameError

__all__ = ["OwnStream", "Taken"]


class Taken:
    """The numbered frames of the page that were taken: in order, each once."""

    __slots__ = ("last",)

    def __init__(self) -> None:
        self.last = 0

    def take(self, number: int) -> bool:
        """True for the next number, False for one taken before. Raises ``FrameError`` for a skipped one."""
        if number <= self.last:
            return False
        if number != self.last + 1:
            raise FrameError(f"Frame {number} came after {self.last}.", code="frame.gap", hint="Send them in order.")
        self.last = number
        return True


class OwnStream:
    """The page's own stream: dense offsets, and the frames that were not acknowledged yet.

    At most ``limit`` bytes are kept; a page that comes back later than that cannot be resumed.
    """

    __slots__ = ("acked", "kept", "limit", "offset", "size")

    def __init__(self, limit: int) -> None:
        self.offset = 0
        self.acked = 0
        self.size = 0
        self.limit = limit
        self.kept: deque[bytes] = deque()
        """The last ones up to ``offset``."""

    @property
    def next(self) -> int:
        """The offset of the frame that is made now. It counts from when its bytes are handed to ``keep``."""
        return self.offset + 1

    def keep(self, data: bytes) -> None:
        self.offset += 1
        self.kept.append(data)
        self.size += len(data)
        while self.size > self.limit:
            self.forget_first()

    def ack(self, offset: int) -> None:
        """The page has applied everything up to ``offset``. Raises ``FrameError`` for what was never sent."""
        if offset > self.offset:
            raise FrameError(f"Offset {offset} was acknowledged, but {self.offset} is the last that was sent.")
        if offset > self.acked:
            self.acked = offset
            while len(self.kept) > self.offset - offset:
                self.forget_first()

    def forget_first(self) -> None:
        self.size -= len(self.kept.popleft())

    def since(self, offset: int) -> list[bytes] | None:
        """The frames after ``offset``, or None if some of them are no longer kept."""
        passed = len(self.kept) - (self.offset - offset)
        return list(self.kept)[passed:] if 0 <= passed <= len(self.kept) else None
