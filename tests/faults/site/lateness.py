"""How late the event loop of this process is, looked at five hundred times a second.

A timer is late because the loop has not come round, which is the process's own doing, or because the system has given
its processor to others. So two figures are told: how late it was, and of that what the thread of the loop has worked.
"""

from __future__ import annotations

import asyncio
import time
from functools import cache

__all__ = ["Lateness", "lateness"]

EVERY = 0.002


class Lateness:
    """Since it was asked last."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.late = self.stalled = 0.0
        self.plan()

    def plan(self) -> None:
        self.due, self.worked = self.loop.time() + EVERY, time.thread_time()
        self.loop.call_at(self.due, self.tick)

    def tick(self) -> None:
        late = self.loop.time() - self.due
        self.late = max(self.late, late)
        self.stalled = max(self.stalled, min(late, time.thread_time() - self.worked))
        self.plan()

    def told(self) -> dict[str, float]:
        """The most that it was late, and the most that it was late by its own work, in seconds."""
        told = {"late": self.late, "stalled": self.stalled}
        self.late = self.stalled = 0.0
        return told


@cache
def lateness() -> Lateness:
    """That of this process, which begins to be looked at when this is called first."""
    return Lateness()
