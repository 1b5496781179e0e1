"""Where a crowd waits that comes all at once, as the pages of a process that is lost do.

Looked after all together, all would be ready at the end. Looked after one by one, half of them are ready in half the
time, but what many ask of Redis together costs less than what each asks alone. So a few come in together, and the next
ones when the loop has hardly anything left to do for those who are in.
"""

from __future__ import annotations

import asyncio
from collections import deque
from threading import local
from time import thread_time

__all__ = ["MOST", "SHORT", "TOGETHER", "TRIES", "Anteroom", "anteroom"]

TOGETHER = 8
"""So many come in in one round of the event loop, …"""

SHORT = 0.006
"""… and the next ones after one that was shorter, in seconds of its thread; …"""

TRIES = 3
"""… or after so many that were not, for there may be other things that keep the loop busy all the time."""

MOST = 256
"""So many wait at most: servers give up a handshake that takes some seconds."""


class Anteroom:
    """That of one event loop."""

    __slots__ = ("began", "entered", "loop", "tries", "turning", "waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.entered = self.tries = 0
        """Who has come in since the last round that was short, and how many were not since then."""
        self.turning = False
        """Whether it is counted how long a round is."""
        self.began = 0.0

    async def passed(self) -> None:
        """Wait until one may come in."""
        if not self.turning:
            self.turning = True
            self.begin_round()
        if self.entered < TOGETHER or len(self.waiting) >= MOST:
            self.entered += 1
            return
        turn = self.loop.create_future()
        self.waiting.append(turn)
        await turn

    def begin_round(self) -> None:
        self.began = thread_time()
        self.loop.call_soon(self.come_round)

    def come_round(self) -> None:
        self.tries += 1
        if thread_time() - self.began < SHORT or self.tries >= TRIES:
            self.entered = self.tries = 0
            self.let_in()
        if self.entered:
            self.begin_round()
        else:
            self.turning = False

    def let_in(self) -> None:
        while self.waiting and self.entered < TOGETHER:
            turn = self.waiting.popleft()
            if not turn.done():  # who waits may have gone
                turn.set_result(None)
                self.entered += 1


class Here(local):
    """What belongs to the event loop of a thread."""

    anteroom: Anteroom | None = None


here = Here()


def anteroom() -> Anteroom:
    """That of the loop that runs."""
    loop, found = asyncio.get_running_loop(), here.anteroom
    if found is None or found.loop is not loop:
        found = here.anteroom = Anteroom(loop)
    return found
