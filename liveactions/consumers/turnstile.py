"""Where those queue who would hold up everybody else: one is let through at a time.

A call takes some ten rounds of the event loop (it is heard, kept, run, kept again, answered), so what counts is how
long a round is. Where 28 sockets that mean harm each had a piece of work in every round, calls took twenty times as
long. So whoever sends more than a person does, and, as long as somebody had to be shown the door, whoever comes in,
takes their turn here; and between two of them the loop comes round a few times for all others. With nothing else to do
a round takes some microseconds, so nobody waits in vain.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import local

__all__ = ["GUARDED", "ROUNDS", "Turnstile", "turnstile"]

ROUNDS = 3
"""How often the loop comes round between two who are let through."""

GUARDED = 2.0
"""Seconds for which newcomers queue after somebody was shown the door. A crowd of honest pages is let in at once: it is
cheaper to look after many of them together."""


class Turnstile:
    """That of one event loop."""

    __slots__ = ("guarded_until", "loop", "turning", "waiting")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.waiting: deque[Callable[[], None]] = deque()
        self.turning = False
        """Whether somebody was let through a moment ago."""
        self.guarded_until = 0.0

    def guard(self) -> None:
        """Somebody was shown the door, and may come again."""
        self.guarded_until = self.loop.time() + GUARDED

    @property
    def is_guarded(self) -> bool:
        """Whether newcomers are to queue."""
        return self.loop.time() < self.guarded_until

    def passes(self) -> bool:
        """Whether the caller may go on at once, because nobody was let through a moment ago."""
        if self.turning:
            return False
        self.turn()
        return True

    def put(self, go: Callable[[], None]) -> None:
        """Call ``go`` when its turn has come, after all who wait. It must not raise."""
        self.waiting.append(go)

    async def passed(self) -> None:
        """Wait for one's turn."""
        if not self.passes():
            turn = self.loop.create_future()
            self.put(partial(give, turn))
            await turn

    def turn(self) -> None:
        self.turning = True
        self.loop.call_soon(self.come_round, ROUNDS)

    def come_round(self, rounds: int) -> None:
        if rounds > 1:
            self.loop.call_soon(self.come_round, rounds - 1)
        elif self.waiting:
            self.turn()
            self.waiting.popleft()()
        else:
            self.turning = False


def give(turn: asyncio.Future[None]) -> None:
    """Somebody's turn has come, who may have gone."""
    if not turn.done():
        turn.set_result(None)


class Here(local):
    """What belongs to the event loop of a thread."""

    turnstile: Turnstile | None = None


here = Here()


def turnstile() -> Turnstile:
    """That of the loop that runs."""
    loop, found = asyncio.get_running_loop(), here.turnstile
    if found is None or found.loop is not loop:
        found = here.turnstile = Turnstile(loop)
    return found
