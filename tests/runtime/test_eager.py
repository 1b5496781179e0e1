"""Starting a coroutine at once."""

from __future__ import annotations

import asyncio

import pytest

from liveactions.runtime.eager import start


async def test_what_need_not_wait_is_done_when_start_returns():
    done = []

    async def work() -> None:
        done.append("x")

    assert start(work()) is None
    assert done == ["x"]


async def test_what_waits_goes_on_in_a_task():
    event, done = asyncio.Event(), []

    async def work() -> None:
        done.append("begun")
        await event.wait()
        await asyncio.sleep(0)
        done.append("ended")

    task = start(work())
    assert done == ["begun"]
    event.set()
    await task
    assert done == ["begun", "ended"]


async def test_cancelling_the_task_reaches_the_work():
    done = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            done.append("cancelled")
            raise
        finally:
            await asyncio.sleep(0)
            done.append("cleaned up")

    task = start(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["cancelled", "cleaned up"]


async def test_an_exception_comes_out_where_the_work_is_waited_for():
    async def fail_at_once() -> None:
        raise ZeroDivisionError

    async def fail_later() -> None:
        await asyncio.sleep(0)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start(fail_at_once())
    with pytest.raises(ZeroDivisionError):
        await start(fail_later())


async def test_a_future_that_fails_is_seen_by_the_work():
    future = asyncio.get_running_loop().create_future()
    seen = []

    async def work() -> None:
        try:
            await future
        except ValueError as error:
            seen.append(error.args)

    task = start(work())
    future.set_exception(ValueError("x"))
    await task
    assert seen == [("x",)]
