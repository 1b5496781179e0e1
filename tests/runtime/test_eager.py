"""Starting a coroutine at once."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

import pytest

from liveactions.runtime.eager import Spare, spare, start


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


async def ready() -> Spare:
    """The task that stands by."""
    spare()
    await asyncio.sleep(0)
    found = spare()
    assert found is not None
    return found


async def test_work_that_does_not_wait_is_done_when_it_has_begun_and_the_task_stands_by_again():
    done = []

    async def work() -> None:
        done.append(asyncio.current_task())

    first = await ready()
    first.begin(work())
    first.begin(work())
    assert done == [first.task, first.task]
    assert spare() is first


async def test_work_that_waits_goes_on_in_the_task_and_context_in_which_it_began():
    found, name, gate = [], ContextVar("name", default="nobody"), asyncio.Event()

    async def work() -> None:
        name.set("ana")
        found.append((asyncio.current_task(), name.get()))
        await gate.wait()
        found.append((asyncio.current_task(), name.get()))

    lent = await ready()
    lent.begin(work())
    assert name.get() == "nobody"
    assert asyncio.current_task() is not lent.task
    gate.set()
    await lent.task
    assert found == [(lent.task, "ana")] * 2


@pytest.mark.parametrize("turns", [0, 1, 2], ids=["at once", "when it waits", "later"])
async def test_work_that_waits_is_stopped_by_cancelling_its_task(turns: int):
    found, gate = [], asyncio.Event()

    async def work() -> None:
        try:
            await gate.wait()
        finally:
            found.append("stopped")

    lent = await ready()
    lent.begin(work())
    for _ in range(turns):
        await asyncio.sleep(0)
    lent.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await lent.task
    assert found == ["stopped"]


async def test_a_task_that_was_cancelled_by_what_it_has_done_is_not_lent_again():
    async def work() -> None:
        asyncio.current_task().cancel()

    lent = await ready()
    lent.begin(work())
    assert spare() is not lent


async def test_within_work_that_has_begun_another_task_stands_by():
    found = []

    async def work() -> None:
        found.append(spare())

    lent = await ready()
    lent.begin(work())
    assert found == [None]
