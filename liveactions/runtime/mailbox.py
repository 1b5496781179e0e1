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

    __slots__ = ("jobs", "lenders", "limit", "task")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.jobs: list[Job] = []  # short, or empty: see the outbox
        self.task: asyncio.Task[None] | None = None
        self.lenders: set[asyncio.Future[None]] = set()
        """Who waits for a turn."""

    def put(self, job: Job, *, limit: int | None = None) -> bool:
        """Add a job; False if ``limit`` (default: the mailbox's) are waiting already."""
        if len(self.jobs) >= (self.limit if limit is None else limit):
            return False
        self.jobs.append(job)
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self.work())
        return True

    def begin(self, job: Job) -> bool:
        """Begin with a job at once, as far as it goes without waiting; False if that is not possible just now."""
        if self.task is not None or (task := spare()) is None:
            return False
        self.task = task.task
        task.begin(self.work(job))
        return True

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
        if self.task is None:
            self.task = loop.create_task(self.work())
        self.lenders.add(begun)
        try:
            await begun
        except asyncio.CancelledError:
            if begun.done() and not begun.cancelled():
                over.set_result(None)  # the turn came, and nobody was there to take it
            raise
        finally:
            self.lenders.discard(begun)
        return over

    async def idle(self) -> None:
        """Wait until nothing is left to do."""
        while self.task is not None:
            await asyncio.wait({self.task})

    def close(self) -> None:
        """Drop what has not begun; what runs, runs on (actions do not belong to the socket)."""
        self.jobs.clear()
