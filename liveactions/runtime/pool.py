"""Threads for synchronous work: the shortest way from the event loop to a thread and back.

Threads take turns at Python's one interpreter lock, and each turn costs more than a small action does. So a burst of
work does not wake them all: one is called, and when it has taken its job it calls the next, unless nothing waits any
more. Work that blocks lets the next one come at once; of work that does not, one thread does most. The thread that was
busy last is called first, and the loop is woken once for all that was done meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, TypeVar

__all__ = ["Pool"]

logger = logging.getLogger("liveactions")

T = TypeVar("T")


class Home:
    """The event loop that the jobs come from. However many are done meanwhile, it is woken once."""

    __slots__ = ("called", "done", "loop")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.done: deque[Job] = deque()
        self.called = False

    def report(self, job: Job) -> None:
        """In the thread, as the last thing it does for the job."""
        self.done.append(job)
        if self.called:
            return
        self.called = True
        try:
            self.loop.call_soon_threadsafe(self.hear)
        except RuntimeError:
            logger.debug("The loop was closed before %r had ended.", job.function)
            self.done.clear()

    def hear(self) -> None:
        """On the loop."""
        self.called = False  # first: what is reported from now on may not be seen below
        while self.done:
            self.done.popleft().tell()


class Job:
    """A function to be called in a thread, and the loop's future of what it returns."""

    __slots__ = ("error", "function", "future", "home", "value")

    def __init__(self, home: Home, function: Callable[[], Any]) -> None:
        self.home = home
        self.function = function
        self.future: asyncio.Future[Any] = home.loop.create_future()
        self.value: Any = None
        self.error: BaseException | None = None

    def call(self) -> None:
        """In the thread."""
        if self.future.cancelled():
            return
        try:
            self.value = self.function()
        except BaseException as error:  # noqa: BLE001  # it belongs to whoever waits
            self.error = bearable(error)
            del self  # the error holds this frame; it shall not hold the job, which holds the error

    def tell(self) -> None:
        """On the loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.value)
        else:
            self.future.set_exception(self.error)


class Pool:
    """At most ``size`` threads, started when they are first needed."""

    __slots__ = ("backlog", "called", "home", "idle", "lock", "name", "size", "workers")

    def __init__(self, size: int, name: str) -> None:
        self.size = size
        self.name = name
        self.lock = Lock()
        self.workers: list[Worker] = []
        self.idle: list[Worker] = []
        self.called = False
        """Whether a thread is on its way to the backlog."""
        self.backlog: deque[Job] = deque()
        self.home: Home | None = None
        """Of the loop that was here last: nearly always there is only one."""

    def run(self, function: Callable[[], T]) -> asyncio.Future[T]:
        """What ``function`` returns or raises. When the future is cancelled before its turn, it is not called."""
        loop, home = asyncio.get_running_loop(), self.home
        if home is None or home.loop is not loop:
            home = self.home = Home(loop)
        job = Job(home, function)
        with self.lock:
            self.backlog.append(job)
            self.call()
        return job.future

    def call(self) -> None:
        """Have one more thread come for what waits. With the lock."""
        if self.called or not self.backlog:
            return
        if self.idle:
            self.called = True
            self.idle.pop().bell.put(True)
        elif len(self.workers) < self.size:
            self.called = True
            self.workers.append(Worker(self))

    def come(self, worker: Worker) -> Job | None:
        """For a thread that was called: what has waited longest, as ``next``."""
        with self.lock:
            self.called = False
            return self.taken(worker)

    def next(self, worker: Worker) -> Job | None:
        """For a thread that has done its job: what has waited longest. If nothing waits, the thread is idle."""
        with self.lock:
            return self.taken(worker)

    def taken(self, worker: Worker) -> Job | None:
        if not self.backlog:
            self.idle.append(worker)
            return None
        job = self.backlog.popleft()
        self.call()
        return job

    def shutdown(self) -> None:
        """Wait until everything is done that was asked for, and end the threads."""
        for worker in self.workers:
            worker.bell.put(False)
        for worker in self.workers:
            worker.thread.join()


class Worker:
    """One thread. Its bell says whether it is called, or to leave."""

    __slots__ = ("bell", "pool", "thread")

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.bell: SimpleQueue[bool] = SimpleQueue()
        self.bell.put(True)
        # A daemon, for it is ended by ``shutdown``: Python waits for other threads before it calls that.
        self.thread = Thread(target=self.work, name=f"{pool.name}_{len(pool.workers)}", daemon=True)
        self.thread.start()

    def work(self) -> None:
        while self.bell.get():
            job = self.pool.come(self)
            while job is not None:
                job.call()
                following = self.pool.next(self)  # first: who hears the report may have more for this thread
                job.home.report(job)
                job = following


def bearable(error: BaseException) -> BaseException:
    """What a future can be given: a ``StopIteration`` would end the coroutine that waits, as if all were well."""
    if not isinstance(error, StopIteration):
        return error
    raised = RuntimeError("Synchronous code raised StopIteration.")
    raised.__cause__ = error
    return raised
