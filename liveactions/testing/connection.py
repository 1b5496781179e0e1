"""The page's side of a connection, without I/O: numbers, acknowledgements, and what a frame of the server means.

Where the browser's client repairs, this one complains: in one process nothing is lost, so a hole in the page's own
stream is a bug of the server, and the test shall fail.
"""

from __future__ import annotations

from typing import Any

from liveactions.errors import Refusal
from liveactions.version import __version__
from liveactions.wire.frames import (
    OWN,
    Answer,
    Apply,
    Bye,
    Call,
    Frame,
    Hello,
    Mount,
    Pong,
    Resync,
    Set,
    Streams,
    Unmount,
    Welcome,
)

__all__ = ["Connection", "Numbered", "ProtocolBroken"]

Numbered = Call | Set | Mount | Unmount | Resync
"""The frames that carry the page's own number and are answered."""


class ProtocolBroken(AssertionError):
    """The server did what ``protocol/README.md`` forbids."""


class Connection:
    """What a page knows of its session, over any number of sockets."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.page = ""
        self.forget()

    def forget(self) -> None:
        """Begin to count anew: the server knows this session no longer."""
        self.number = 0
        self.applied = 0
        self.streams: dict[str, list[Any]] = {}
        self.waiting: dict[int, Numbered] = {}
        """Frames that were not answered yet, by number."""

    # What the page sends --------------------------------------------------------------------------------------

    def hello(self) -> Hello:
        if self.token is None:
            return Hello(__version__)
        known = {name: place for name, place in self.streams.items() if place[0]}
        return Hello(__version__, [self.token, self.applied, known])

    def numbered(self, frame: type[Numbered], *fields: Any) -> Numbered:
        """The next numbered frame; ``fields`` are those that follow number and ack."""
        self.number += 1
        made = self.waiting[self.number] = frame(self.number, self.applied, *fields)
        return made

    def pong(self) -> Pong:
        return Pong(self.applied, {name: place[1] for name, place in self.streams.items()} or None)

    # What the server says -------------------------------------------------------------------------------------

    def welcome(self, frame: Welcome) -> bool:
        """Take the session's numbers; True if a session was lost, so that all has to be mounted again."""
        lost = self.token is not None and not frame.recovered
        if lost:
            self.forget()
        self.token, self.page = frame.token, frame.page
        return lost

    def is_news(self, frame: Apply | Answer | Streams) -> bool:
        """Whether a data frame is to be performed; one that was seen before is not. Raises ``ProtocolBroken``."""
        if frame.stream != OWN:
            return self.is_news_of_topic(str(frame.stream), frame.offset)
        if frame.offset <= self.applied:
            return False
        if frame.offset != self.applied + 1:
            raise ProtocolBroken(f"Offset {frame.offset} came after {self.applied}: {frame}")
        self.applied = frame.offset
        return True

    def is_news_of_topic(self, stream: str, offset: int) -> bool:
        place = self.streams.setdefault(stream, ["", 0])
        if offset <= place[1]:
            return False
        place[1] = offset
        return True

    def answered(self, frame: Answer) -> Numbered:
        """The frame that is answered. Raises ``ProtocolBroken`` for an answer to nothing."""
        asked = self.waiting.pop(frame.call, None)
        if asked is None:
            raise ProtocolBroken(f"Nobody asked for this, or it was answered before: {frame}")
        return asked

    def follow(self, frame: Streams) -> None:
        """The topics that the page follows from now on."""
        known, self.streams = self.streams, {}
        for name, place in frame.streams.items():
            before = known.get(name)
            # Of what it followed before it knows its own place: frames before this one may still be on their way.
            stays = before is not None and before[0] in ("", place[0])
            self.streams[name] = [place[0], (before if stays and before else place)[1]]

    def ended(self, frame: Bye) -> dict[int, Refusal]:
        """After ``BYE``: how what still waits has ended."""
        refusal = Refusal(frame.code, "page", frame.message)
        lost, self.waiting = self.waiting, {}
        return dict.fromkeys(lost, refusal)

    def unsent(self, taken: int) -> list[Frame]:
        """After a resume: the frames that the server has not taken yet."""
        return [frame for number, frame in self.waiting.items() if number > taken]
