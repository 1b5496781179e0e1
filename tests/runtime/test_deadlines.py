"""Many timeouts of one length."""

from __future__ import annotations

import asyncio

from liveactions.runtime.deadlines import Deadlines


async def test_a_deadline_expires_once():
    deadlines, rung = Deadlines(0.01), asyncio.Event()
    calls = []

    def expire() -> None:
        calls.append("x")
        rung.set()

    deadline = deadlines.begin(expire)
    assert not deadline.expired
    await rung.wait()
    assert deadline.expired
    assert calls == ["x"]


async def test_one_that_is_done_does_not_expire():
    deadlines, rung = Deadlines(0.01), asyncio.Event()
    done = deadlines.begin(lambda: rung.set() or done_calls.append("x"))
    done_calls: list[str] = []
    done.done()
    deadlines.begin(rung.set)
    await rung.wait()
    assert not done.expired
    assert done_calls == []


async def test_they_expire_in_the_order_in_which_they_began():
    deadlines, last = Deadlines(0.01), asyncio.Event()
    order: list[int] = []
    for number in range(5):
        deadlines.begin(lambda number=number: order.append(number))
    deadlines.begin(last.set)
    await last.wait()
    assert order == [0, 1, 2, 3, 4]


async def test_what_ended_in_time_leaves_nothing_behind():
    deadlines = Deadlines(60)
    for _ in range(1000):
        deadlines.begin(lambda: None).done()
    assert len(deadlines.waiting) <= 1
    deadlines.timer.cancel()


async def test_a_deadline_may_begin_another_one():
    deadlines, second = Deadlines(0.01), asyncio.Event()
    deadlines.begin(lambda: deadlines.begin(second.set))
    await second.wait()
