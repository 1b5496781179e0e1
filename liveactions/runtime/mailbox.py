"""The one way into a page session: jobs, one at a time, in order, bounded. An idle mailbox has no task."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from liveactions.runtime.eager import spare

__all__ = ["Job", "Mailbox"]

Job = Callable[[], Awaitable[None]]

logger = logging.getLogger("liveactions")


class Mailbox:
    """Jobs of one page. A job that raises is logged; the next one runs all the same."""

    __slots__ = ("booked", "closed", "jobs", "lenders", "limit", "task")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.jobs: list[Job] = []  # short, or empty: see the outbox
        self.task: asyncio.Task[None] | None = None
        self.booked: asyncio.Future[None] | None = None
        """Until the job has begun, or will not, that has booked the turn."""
        self.lenders: list[asyncio.Future[None]] = []
        """Who waits for a turn."""
        self.closed = False

    def put(self, job: Job, *, limit: int | None = None) -> bool:
        """Add a job; False if ``limit`` (default: the mailbox's) are waiting already, or it is closed."""
        if self.closed or len(self.jobs) >= (self.limit if limit is None else limit):
            return False
        self.jobs.append(job)
        self.go_on()
        return True

    @property
    def busy(self) -> asyncio.Future[None] | None:
        """What is done when this turn, or at least the wait for it, is over; None if it is nobody's turn."""
        return self.task or self.booked

    def go_on(self) -> None:
        if self.jobs and self.busy is None:
            self.task = asyncio.get_running_loop().create_task(self.work())

    def begin(self, job: Job) -> bool:
        """Begin with a job at once, as far as it goes without waiting; False if that is not possible just now."""
        if self.busy is not None or (task := spare()) is None:
            return False
        self.task = task.task
        task.begin(self.work(job))
        return True

    def book(self) -> bool:
        """Have the turn for a job that is to begin in a moment; False if it is somebody's. ``redeem`` it."""
        if self.busy is not None:
            return False
        self.booked = asyncio.get_running_loop().create_future()
        return True

    def redeem(self, job: Job | None, *, at_once: bool) -> None:
        """Begin with the job for which the turn was booked; ``at_once`` as ``begin`` does. None: it is given back."""
        assert self.booked is not None
        self.booked.set_result(None)
        self.booked = None
        if job is not None and not (at_once and self.begin(job)):
            self.jobs.insert(0, job)
        self.go_on()

    async def work(self, first: Job | None = None) -> None:
        me = self.task
        try:
            while first is not None or (self.jobs and self.task is me):
                job, first = first or self.jobs.pop(0), None
                try:
                    await job()
                except Exception:
                    logger.exception("A job of a page failed; the next one goes on.")
        except BaseException:  # the process ends
            if self.task is me:
                for begun in self.lenders:
                    begun.cancel()
            raise
        finally:
            if self.task is me:
                self.task = None

    def hand_on(self) -> None:
        """The job that runs now has to wait for long: whoever runs it goes on with it alone, others with the next."""
        self.task = asyncio.get_running_loop().create_task(self.work()) if self.jobs else None

    async def turn(self, task: asyncio.Task[Any]) -> asyncio.Future[None]:
        """Wait for a turn behind the jobs that wait. It lasts until the future is done, or ``task``."""
        loop = asyncio.get_running_loop()
        begun, over = loop.create_future(), loop.create_future()

        async def lend() -> None:
            if begun.cancelled():
                return
            begun.set_result(None)
            await asyncio.wait({over, task}, return_when=asyncio.FIRST_COMPLETED)

        self.jobs.append(lend)
        self.go_on()
        self.lenders.append(begun)
        try:
            await begun
        except asyncio.CancelledError:
            if begun.done() and not begun.cancelled():
                over.set_result(None)  # the turn came, and nobody was there to take it
            raise
        finally:
            self.lenders.remove(begun)
        return over

    async def idle(self) -> None:
        """Wait until nothing is left to do."""
        while (busy := self.busy) is not None:
            await asyncio.wait({busy})

    def close(self, last: Job) -> None:
        """Drop what has not begun; what runs, runs on (actions do not belong to the socket). Behind it comes ``last``,
        and behind that nothing any more."""
        self.jobs.clear()
        self.put(last)
        self.closed = True
