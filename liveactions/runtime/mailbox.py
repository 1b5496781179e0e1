"""The one way into a page session: jobs, one at a time, in order, bounded. An idle mailbox has no task."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from liveactions.runtime.eager import Starter

__all__ = ["Job", "Mailbox"]

Job = Callable[[], Awaitable[None]]

logger = logging.getLogger("liveactions")


class Mailbox:
    """Jobs of one page. A job that raises is logged; the next one runs all the same."""

    __slots__ = ("jobs", "limit", "starter", "task", "working")

    def __init__(self, limit: int, starter: Starter | None = None) -> None:
        self.limit = limit
        self.starter = starter or Starter()
        self.working = False
        self.jobs: deque[Job] = deque()
        self.task: asyncio.Task[None] | None = None

    def put(self, job: Job, *, limit: int | None = None, at_once: bool = False) -> bool:
        """Add a job; False if ``limit`` (default: the mailbox's) are waiting already. ``at_once``: if it is the next."""
        if len(self.jobs) >= (self.limit if limit is None else limit):
            return False
        self.jobs.append(job)
        if not self.working:
            self.working = True
            begin = self.starter.start if at_once else asyncio.get_running_loop().create_task
            self.task = begin(self.work())
        return True

    async def work(self) -> None:
        try:
            while self.jobs:
                await self.one(self.jobs.popleft())
        finally:
            self.task = None
            self.working = False

    async def one(self, job: Job) -> None:
        try:
            await job()
        except Exception:
            logger.exception("A job of a page failed; the next one goes on.")

    async def idle(self) -> None:
        """Wait until nothing is left to do."""
        while self.task is not None:
            await asyncio.wait({self.task})

    def close(self) -> None:
        """Drop what has not begun; what runs, runs on (actions do not belong to the socket)."""
        self.jobs.clear()
