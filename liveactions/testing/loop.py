"""An event loop in a thread of its own, and the thread of the test, which does the loop's synchronous work.

While a test waits for a step, the components' synchronous code runs in the test's own thread. So it has the test's
database connection, and sees what the test has written in a transaction that is never committed.
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from typing import Any, TypeVar

from asgiref.sync import AsyncToSync

from liveactions.testing.errors import TimedOut

__all__ = ["Loop", "TestThread"]

T = TypeVar("T")

Work = Callable[[], None]


class TestThread(Executor):
    """Work for the thread of the test. It is done while that thread waits in ``serve``, in the order it came."""

    __test__ = False  # it is not a test, whatever its name makes pytest think

    def __init__(self) -> None:
        self.waiting: queue.SimpleQueue[Work] = queue.SimpleQueue()

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        future: Future[T] = Future()

        def work() -> None:
            if not future.set_running_or_notify_cancel():
                return
            try:
                future.set_result(function(*args, **kwargs))
            except Exception as error:  # noqa: BLE001  # it belongs to whoever waits for the future
                future.set_exception(error)
            except BaseException:
                # pytest.fail(), or the user's Ctrl-C: the loop shall live, and the test shall end.
                future.set_exception(RuntimeError("The test was ended by this call."))
                raise

        self.waiting.put(work)
        return future

    def serve(self, until: Future[T], timeout: float) -> T:
        """Do what is asked for until ``until`` is done. Raises ``TimedOut`` after ``timeout`` seconds."""
        until.add_done_callback(lambda _: self.waiting.put(nothing))
        deadline = time.monotonic() + timeout
        while not until.done():
            try:
                work = self.waiting.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                until.cancel()
                raise TimedOut(f"It was not over within {timeout:g} seconds.") from None
            work()
        return until.result()

    # The ``Runner`` of page sessions -------------------------------------------------------------------------

    async def run(self, function: Callable[[], T]) -> T:
        """The result of ``function``, run in the thread of the test with this task's context variables."""
        context = contextvars.copy_context()
        return await asyncio.wrap_future(self.submit(context.run, function))


def nothing() -> None:
    """Wakes the thread that serves."""


class Loop:
    """Runs coroutines to their end for a test that is not asynchronous itself."""

    def __init__(self, timeout: float) -> None:
        refuse_a_running_loop()
        self.timeout = timeout
        self.here = TestThread()
        self.loop = asyncio.new_event_loop()
        # Asynchronous actions reach the database by sync_to_async; this is where it looks for its thread.
        AsyncToSync.loop_thread_executors[self.loop] = self.here  # type: ignore[assignment]  # any Executor will do
        self.thread = threading.Thread(target=self.loop.run_forever, name="liveactions-testing", daemon=True)
        self.thread.start()

    def run(self, work: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """The result of ``work``. Raises what it raises, and ``TimedOut``."""
        try:
            refuse_a_running_loop()
        except RuntimeError:
            work.close()
            raise
        limit = self.timeout if timeout is None else timeout
        return self.here.serve(asyncio.run_coroutine_threadsafe(work, self.loop), limit)

    def close(self) -> None:
        """End every task, the loop and its thread. Idempotent."""
        if self.loop.is_closed():
            return
        self.run(end_tasks())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        AsyncToSync.loop_thread_executors.pop(self.loop, None)
        self.loop.close()


def refuse_a_running_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("liveactions.testing is synchronous: write `def test_…`, not `async def test_…`.")


async def end_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_asyncgens()
