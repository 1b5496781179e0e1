"""Where those queue who would hold up everybody else: one is let through at a time.

A call takes some ten rounds of the event loop (it is heard, kept, run, kept again, answered), so what counts is how
long a round is. Where 28 sockets that mean harm each had a piece of work in every round, calls took twenty times as
long. So whoever sends more than a person does, and, as long as somebody had to be shown the door, whoever comes in,
takes their turn here; and between two of them the loop comes round a few times for all others. With nothing else to do
a round takes some microseconds, so nobody waits in vain.

A loop that always has something to do is a loop that never lets go of the interpreter: a thread that wants it back,
as it does after every answer of a database, gets it 5 ms later, and a call that runs in one took five times as long. So
while there are such who have to be shown the door, the loop rests after each bout of work, and they have a third of it.

Who is in goes before who was shown out and has not left yet, and both before who comes in: of those who come again and
again few are in then, they are soon shown out, and what they have sent is soon forgotten.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from threading import local
from time import thread_time

__all__ = ["BOUT", "GUARDED", "OTHERS", "REST", "ROUNDS", "Turnstile", "turnstile"]

ROUNDS = 3
"""How often the loop comes round between two who are let through."""

GUARDED = 2.0
"""Seconds for which newcomers queue after somebody was shown the door. A crowd of honest pages is let in at once: it is
cheaper to look after many of them together."""

BOUT, REST = 0.0005, 2.0
"""While it is guarded: after a bout of work of so many seconds nobody is let through for so many times as long."""

OTHERS = 64
"""So many others are let through before one who comes in, as long as there are any."""


class Turnstile:
    """That of one event loop."""

    __slots__ = ("before", "began", "coming", "guarded_until", "inside", "leaving", "loop", "turning", "worked")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.inside: deque[Callable[[], None]] = deque()
        self.leaving: deque[Callable[[], None]] = deque()
        self.coming: deque[Callable[[], None]] = deque()
        self.before = 0
        """How many others were let through since the last who came in."""
        self.turning = False
        """Whether somebody was let through a moment ago."""
        self.began = self.worked = 0.0
        """When that was, and how long the thread has worked in this bout before, in seconds of its own."""
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

    def put(self, go: Callable[[], None], *, comes_in: bool = False, leaves: bool = False) -> None:
        """Call ``go`` when its turn has come. It must not raise."""
        (self.coming if comes_in else self.leaving if leaves else self.inside).append(go)

    async def passed(self, *, comes_in: bool = False) -> None:
        """Wait for one's turn."""
        if not self.passes():
            turn = self.loop.create_future()
            self.put(partial(give, turn), comes_in=comes_in)
            await turn

    def turn(self) -> None:
        self.turning = True
        self.began = thread_time()
        self.loop.call_soon(self.come_round, ROUNDS)

    def come_round(self, rounds: int) -> None:
        if rounds > 1:
            self.loop.call_soon(self.come_round, rounds - 1)
            return
        self.worked += thread_time() - self.began
        if self.worked > BOUT and self.is_guarded:
            worked, self.worked = self.worked, 0.0
            self.loop.call_later(worked * REST, self.go_on)
        else:
            self.go_on()

    def go_on(self) -> None:
        if (go := self.next()) is None:
            self.turning = False
            return
        self.turn()
        go()

    def next(self) -> Callable[[], None] | None:
        """Whose turn it is."""
        others = self.inside or self.leaving
        if others and (self.before < OTHERS or not self.coming):
            self.before += 1
            return others.popleft()
        self.before = 0
        return self.coming.popleft() if self.coming else None


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
