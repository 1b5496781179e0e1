"""Those who wait for something to become so, and are woken whenever it may have."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

__all__ = ["Waiters"]


class Waiters:
    """Of one event loop. Once ``closed``, nobody waits any more."""

    def __init__(self) -> None:
        self.closed = False
        self.waiting: list[asyncio.Future[None]] = []

    def wake(self) -> None:
        """Have everybody look again."""
        waiting, self.waiting = self.waiting, []
        for each in waiting:
            if not each.done():
                each.set_result(None)

    def close(self) -> None:
        self.closed = True
        self.wake()

    async def until(self, condition: Callable[[], bool], patience: float) -> None:
        """Wait until ``condition()`` holds, at most ``patience`` seconds; it is looked at whenever all are woken."""
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        while not (self.closed or condition()) and loop.time() < end:
            woken = loop.create_future()
            self.waiting.append(woken)
            await asyncio.wait({woken}, timeout=end - loop.time())

    async def pause(self, seconds: float) -> None:
        """Wait for so long, unless this is closed before."""
        await self.until(lambda: False, seconds)
