"""How long a page waits before it comes back, as ``protocol/README.md`` has it (§7.1). Without a clock."""

from __future__ import annotations

from random import Random

from tests.faults.tab import Bye

__all__ = ["Returning"]

FIRST, BASE, CAP = 0.1, 0.25, 10.0
"""Seconds until the first attempt, at most; then doubled from the second number up to the third."""
SETTLED = 5.0
"""A connection that lived shorter does not make the next wait short again."""


class Returning:
    """What one page knows of its connections. ``chance`` says which part of the time that it may wait it does."""

    __slots__ = ("attempt", "chance", "welcomed_at")

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.attempt = 0
        self.welcomed_at: float | None = None

    def welcomed(self, now: float) -> None:
        """The server has let it in, at this second."""
        self.welcomed_at = now

    def lost(self, now: float, bye: Bye | None) -> float:
        """The connection has ended, and this was said before: seconds until the next one is to be opened."""
        if self.welcomed_at is not None and (is_sent_on(bye) or now - self.welcomed_at > SETTLED):
            self.attempt = 0
        self.welcomed_at = None
        most = min(CAP, BASE * 2**self.attempt) if self.attempt else FIRST
        self.attempt += 1
        return told(bye) + self.chance.random() * most


def is_sent_on(bye: Bye | None) -> bool:
    """Whether the server ends, so that nothing has failed."""
    return bye is not None and bye.code == "server.draining"


def told(bye: Bye | None) -> float:
    """How many seconds the server wants it to stay away."""
    return (bye.retry_ms or 0) / 1000 if bye is not None else 0.0
