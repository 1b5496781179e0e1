"""Threads for synchronous work: the shortest way from the event loop to a thread and back.

Threads take turns at Python's one interpreter lock, and each turn costs more than a small action does. So a burst of
work does not wake them all: one is called, and when it has taken its job it calls the next, unless nothing waits any
more. Work that blocks lets the next one come at once; of work that does not, one thread does most. The thread that was
busy last is called first, and results go straight back to the loop.
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


class Job:
    """A function to be called in a thread, and the loop's future of what it returns."""

    __slots__ = ("done", "error", "function", "loop", "value")

    def __init__(self, loop: asyncio.AbstractEventLoop, function: Callable[[], Any]) -> None:
        self.loop = loop
        self.function = function
        self.done: asyncio.Future[Any] = loop.create_future()
        self.value: Any = None
        self.error: BaseException | None = None

    def call(self) -> None:
        """In the thread."""
        if self.done.cancelled():
            return
        try:
            self.value = self.function()
        except BaseException as error:  # noqa: BLE001  # it belongs to whoever waits
            self.error = bearable(error)
            del self  # the error holds this frame; it shall not hold the job, which holds the error

    def report(self) -> None:
        """In the thread, as the last thing it does for the job."""
        try:
            self.loop.call_soon_threadsafe(self.tell)
        except RuntimeError:
            logger.debug("The loop was closed before %r had ended.", self.function)

    def tell(self) -> None:
        """On the loop."""
        if self.done.done():
            return
        if self.error is None:
            self.done.set_result(self.value)
        else:
            self.done.set_exception(self.error)


class Pool:
    """At most ``size`` threads, started when they are first needed."""

    __slots__ = ("backlog", "called", "idle", "lock", "name", "size", "workers")

    def __init__(self, size: int, name: str) -> None:
        self.size = size
        self.name = name
        self.lock = Lock()
        self.workers: list[Worker] = []
        self.idle: list[Worker] = []
        self.called = False
        """Whether a thread is on its way to the backlog."""
        self.backlog: deque[Job] = deque()

    def run(self, function: Callable[[], T]) -> asyncio.Future[T]:
        """What ``function`` returns or raises. When the future is cancelled before its turn, it is not called."""
        job = Job(asyncio.get_running_loop(), function)
        with self.lock:
            self.backlog.append(job)
            self.call()
        return job.done

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
                job.report()
                job = following


def bearable(error: BaseException) -> BaseException:
    """What a future can be given: a ``StopIteration`` would end the coroutine that waits, as if all were well."""
    if not isinstance(error, StopIteration):
        return error
    raised = RuntimeError("Synchronous code raised StopIteration.")
    raised.__cause__ = error
    return raised
