"""Two threads: the event loop's, and that of the test, which does the synchronous work."""

from __future__ import annotations

import asyncio
import contextvars
import threading

import pytest
from asgiref.sync import sync_to_async

from liveactions.testing.errors import TimedOut
from liveactions.testing.loop import Loop

colour: contextvars.ContextVar[str] = contextvars.ContextVar("colour", default="none")


@pytest.fixture
def loop():
    made = Loop(timeout=5)
    yield made
    made.close()


def whereabouts() -> threading.Thread:
    return threading.current_thread()


async def here() -> threading.Thread:
    return threading.current_thread()


def test_coroutines_run_in_a_thread_of_their_own(loop):
    assert loop.run(here()) is loop.thread


def test_synchronous_work_runs_in_the_thread_of_the_test(loop):
    assert loop.run(loop.here.run(whereabouts)) is threading.current_thread()


def test_so_does_that_of_asynchronous_code(loop):
    async def work():
        return await asyncio.create_task(sync_to_async(whereabouts)())

    assert loop.run(work()) is threading.current_thread()


def test_it_has_the_context_of_the_task_that_asks(loop):
    async def work():
        colour.set("red")
        return await loop.here.run(colour.get)

    assert loop.run(work()) == "red"
    assert colour.get() == "none"


def test_an_exception_goes_to_who_asked(loop):
    async def work():
        with pytest.raises(ZeroDivisionError):
            await loop.here.run(lambda: 1 // 0)
        return "caught"

    assert loop.run(work()) == "caught"


def test_the_end_of_the_test_reaches_the_test_and_not_the_loop(loop):
    def skip():
        pytest.skip("by a component")

    with pytest.raises(pytest.skip.Exception, match="by a component"):
        loop.run(loop.here.run(skip))
    assert loop.run(here()) is loop.thread


def test_work_that_nobody_waits_for_is_done_at_the_next_step(loop):
    done: list[str] = []
    asyncio.run_coroutine_threadsafe(loop.here.run(lambda: done.append("now")), loop.loop)
    assert done == []
    loop.run(loop.here.run(lambda: None))
    assert done == ["now"]


def test_what_takes_too_long_is_cancelled(loop):
    cancelled = threading.Event()

    async def work():
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    with pytest.raises(TimedOut, match=r"not over within 0\.05 seconds"):
        loop.run(work(), timeout=0.05)
    assert cancelled.wait(5)


def test_closing_ends_every_task_and_the_thread():
    loop = Loop(timeout=5)
    ended = threading.Event()

    async def background():
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    async def start():
        task = asyncio.create_task(background())
        await asyncio.sleep(0)
        return task

    task = loop.run(start())
    loop.close()
    loop.close()
    assert ended.is_set()
    assert task.cancelled()
    assert not loop.thread.is_alive()
