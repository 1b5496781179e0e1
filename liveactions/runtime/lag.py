"""How late the event loop is: a timer that notes when it is called after its time."""

from __future__ import annotations

import asyncio

__all__ = ["Lag"]


class Lag:
    """The lateness of one event loop, in seconds. Asks for one timer every ``every`` seconds, and for nothing else."""

    __slots__ = ("before", "due", "every", "last", "loop", "ticks", "worst")

    SPAN = 20
    """Ticks after which what was worst is forgotten; it is told for at least as many."""

    def __init__(self, loop: asyncio.AbstractEventLoop, every: float = 0.5) -> None:
        self.loop = loop
        self.every = every
        self.last = self.worst = self.before = 0.0
        self.ticks = 0
        self.due = loop.time() + every
        loop.call_at(self.due, self.tick)

    def tick(self) -> None:
        now = self.loop.time()
        self.last = now - self.due
        self.worst = max(self.worst, self.last)
        self.ticks += 1
        if self.ticks % self.SPAN == 0:
            self.before, self.worst = self.worst, 0.0
        self.due = now + self.every
        self.loop.call_at(self.due, self.tick)

    @property
    def seconds(self) -> float:
        """The worst of the last while; at this moment it may be later still."""
        return max(self.worst, self.before, self.loop.time() - self.due)
