"""The two counts of a page session: what it has taken from the page, and what it has told it.

Both outlive a socket. They are what resuming is made of; nothing here knows of sockets or time.
"""

from __future__ import annotations

from collections.abc import Iterable

from liveactions.errors import FrameError

__all__ = ["OwnStream", "Taken"]


class Taken:
    """The numbered frames of the page that were taken: in order, each once.

    ``ahead`` are those among the next ones that were answered before the session came here, and are not taken again.
    """

    __slots__ = ("ahead", "last")

    def __init__(self, last: int = 0, ahead: Iterable[int] = ()) -> None:
        self.last = last
        self.ahead = set(ahead)

    def take(self, number: int) -> bool:
        """True for the next number, False for one taken before. Raises ``FrameError`` for a skipped one."""
        while self.ahead and self.last + 1 in self.ahead:
            self.last += 1
            self.ahead.discard(self.last)
        if number <= self.last or number in self.ahead:
            return False
        if number != self.last + 1:
            message = f"Frame {number} came after {self.last}."
            raise FrameError(message, code="frame.gap", hint="Send them in order.", retry_ms=0)
        self.last = number
        return True


class OwnStream:
    """The page's own stream: dense offsets, and the frames that were not acknowledged yet.

    At most ``limit`` bytes are kept behind the first frame; a page that comes back later than that cannot be resumed.
    """

    __slots__ = ("acked", "kept", "limit", "offset", "size")

    def __init__(self, limit: int, kept: Iterable[bytes] = (), offset: int = 0) -> None:
        self.limit = limit
        self.kept: list[bytes] = list(kept)
        """The last ones up to ``offset``."""
        self.offset = offset
        self.acked = offset - len(self.kept)
        self.size = sum(map(len, self.kept))

    @property
    def first(self) -> int:
        """The offset of the first frame that is kept, or of the next one."""
        return self.offset - len(self.kept) + 1

    @property
    def next(self) -> int:
        """The offset of the frame that is made now. It counts from when its bytes are handed to ``keep``."""
        return self.offset + 1

    def keep(self, data: bytes) -> None:
        self.offset += 1
        self.kept.append(data)
        self.size += len(data)
        while self.size - len(self.kept[0]) > self.limit:
            self.size -= len(self.kept.pop(0))

    def ack(self, offset: int) -> None:
        """The page has applied everything up to ``offset``. Raises ``FrameError`` for what was never sent."""
        if offset > self.offset:
            raise FrameError(f"Offset {offset} was acknowledged, but {self.offset} is the last that was sent.")
        if offset > self.acked:
            self.acked = offset
            passed = max(0, len(self.kept) - (self.offset - offset))
            self.size -= sum(map(len, self.kept[:passed]))
            del self.kept[:passed]

    def since(self, offset: int) -> list[bytes] | None:
        """The frames after ``offset``, or None if some of them are no longer kept."""
        passed = len(self.kept) - (self.offset - offset)
        return list(self.kept)[passed:] if 0 <= passed <= len(self.kept) else None
