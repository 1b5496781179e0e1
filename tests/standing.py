"""Where a page stands: its numbers, kept as ``protocol/README.md`` has it. Nothing of ours is imported."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "ANSWER",
    "APPLY",
    "BYE",
    "CALL",
    "GOODBYE",
    "HELLO",
    "MOUNT",
    "PING",
    "PONG",
    "SET",
    "STREAMS",
    "WELCOME",
    "Standing",
]

HELLO, PONG, BYE, MOUNT, CALL, SET = range(6)
WELCOME, PING, GOODBYE, APPLY, ANSWER, STREAMS = range(6)


@dataclass(kw_only=True, eq=False)
class Standing:
    """What a page has to know to be told everything once, over any number of connections."""

    number: int = 0
    """Of its own frames, the last."""
    ack: int = 0
    """How far it is in its own stream."""
    places: dict[str, list[Any]] = field(default_factory=dict)
    """Epoch and offset that it has reached in each topic."""

    def is_new(self, frame: list[Any]) -> bool:
        """Whether a data frame was not seen before; it counts as seen from now on."""
        kind, stream, offset, *rest = frame
        if stream == 0:
            assert offset <= self.ack + 1, f"a gap in the page's stream: {offset} after {self.ack}"
            new, self.ack = offset > self.ack, max(offset, self.ack)
        else:
            place = self.places.setdefault(stream, ["", 0])
            new = offset > place[1]
            place[1] = max(offset, place[1])
        if kind == STREAMS and new:
            self.places = {name: list(place) for name, place in rest[0].items()}
        return new

    def pong(self) -> list[Any]:
        """The answer to a ``PING``."""
        return [PONG, self.ack, {name: place[1] for name, place in self.places.items()} or None]

    def resumed(self, token: str) -> list[Any]:
        """What a ``HELLO`` says of an earlier connection."""
        return [token, self.ack, self.places]

    def follow(self, other: Standing) -> None:
        """Go on from where another one stands."""
        self.number, self.ack = other.number, other.ack
        self.places = {name: list(place) for name, place in other.places.items()}
