"""Many timeouts of one length, at the price of one timer: they expire in the order in which they began."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

__all__ = ["Deadline", "Deadlines"]


class Deadline:
    """One timeout. ``expired`` says whether it came; ``done`` calls it off."""

    __slots__ = ("expire", "expired", "when")

    def __init__(self, when: float, expire: Callable[[], object]) -> None:
        self.when = when
        self.expire: Callable[[], object] | None = expire
        self.expired = False

    def done(self) -> None:
        self.expire = None


class Deadlines:
    """The running timeouts of an event loop, all of ``seconds``."""

    __slots__ = ("seconds", "timer", "waiting")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.waiting: deque[Deadline] = deque()
        self.timer: asyncio.TimerHandle | None = None

    def begin(self, expire: Callable[[], object]) -> Deadline:
        """Call ``expire`` in ``seconds`` from now, unless ``done`` is called before."""
        loop = asyncio.get_running_loop()
        deadline = Deadline(loop.time() + self.seconds, expire)
        self.waiting.append(deadline)
        if self.timer is None:
            self.timer = loop.call_at(deadline.when, self.ring)
        while self.waiting[0].expire is None:
            self.waiting.popleft()  # what ended in time leaves nothing behind
        return deadline

    def ring(self) -> None:
        loop = asyncio.get_running_loop()
        self.timer = None
        while self.waiting and (self.waiting[0].expire is None or self.waiting[0].when <= loop.time()):
            self.end(self.waiting.popleft())
        if self.waiting:
            self.timer = loop.call_at(self.waiting[0].when, self.ring)

    def end(self, deadline: Deadline) -> None:
        if deadline.expire is not None:
            deadline.expired = True
            deadline.expire()
