"""The one way into a page session."""

from __future__ import annotations

import asyncio

from liveactions.runtime.eager import spare
from liveactions.runtime.mailbox import Mailbox
from tests.runtime.doubles import Gate


async def test_jobs_are_done_one_at_a_time_in_order():
    mailbox, done = Mailbox(10), []

    def job(name: str):
        async def work() -> None:
            done.append(f"{name} begins")
            await asyncio.sleep(0)
            done.append(f"{name} ends")

        return work

    for name in "abc":
        assert mailbox.put(job(name))
    await mailbox.idle()
    assert done == ["a begins", "a ends", "b begins", "b ends", "c begins", "c ends"]


async def test_no_more_wait_than_there_is_room_for():
    mailbox, gate, done = Mailbox(2), Gate(), []

    async def work() -> None:
        done.append("x")

    mailbox.put(gate.wait)
    await gate.reached.wait()
    assert [mailbox.put(work) for _ in range(3)] == [True, True, False]
    assert mailbox.put(work, limit=3)
    gate.open()
    await mailbox.idle()
    assert done == ["x"] * 3


async def test_a_job_that_fails_is_logged_and_the_next_one_runs(caplog):
    mailbox, done = Mailbox(10), []

    async def fail() -> None:
        raise ZeroDivisionError("once")

    async def work() -> None:
        done.append("x")

    mailbox.put(fail)
    mailbox.put(work)
    await mailbox.idle()
    assert done == ["x"]
    assert [record.exc_info[1].args for record in caplog.records] == [("once",)]


async def test_a_job_may_begin_at_once_unless_another_one_runs():
    mailbox, gate, done = Mailbox(10), Gate(), []

    async def work() -> None:
        done.append("x")

    spare()
    await asyncio.sleep(0)
    assert mailbox.begin(work)
    assert (done, mailbox.task) == (["x"], None)
    assert mailbox.begin(gate.wait)
    assert mailbox.task is not None
    assert not mailbox.begin(work)
    assert mailbox.put(work)
    assert done == ["x"]
    gate.open()
    await mailbox.idle()
    assert done == ["x", "x"]


async def test_an_idle_mailbox_costs_no_task():
    mailbox = Mailbox(10)
    before = asyncio.all_tasks()

    async def work() -> None: ...

    mailbox.put(work)
    await mailbox.idle()
    assert mailbox.task is None
    assert asyncio.all_tasks() == before


async def test_a_job_may_add_another_one():
    mailbox, done = Mailbox(10), []

    async def second() -> None:
        done.append("second")

    async def first() -> None:
        mailbox.put(second)
        done.append("first")

    mailbox.put(first)
    await mailbox.idle()
    assert done == ["first", "second"]


async def test_closing_drops_what_waits_lets_run_what_runs_and_is_followed_by_the_last_job():
    mailbox, gate, done = Mailbox(10), Gate(), []

    async def running() -> None:
        await gate.wait()
        done.append("ran on")

    async def waiting() -> None:
        done.append("never")

    async def last() -> None:
        done.append("last")

    mailbox.put(running)
    mailbox.put(waiting)
    await gate.reached.wait()
    mailbox.close(last)
    assert not mailbox.put(waiting)
    assert not mailbox.put(waiting, limit=5)
    gate.open()
    await mailbox.idle()
    assert done == ["ran on", "last"]
