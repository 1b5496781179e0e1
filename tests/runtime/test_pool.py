"""Threads for synchronous work."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref

import pytest

from liveactions.runtime.pool import Pool


@pytest.fixture
def pool():
    made = Pool(3, "testing")
    yield made
    made.shutdown()


class Hold:
    """Synchronous work that goes on until it is let go. ``begun`` is set, on the loop, when it runs."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.begun = asyncio.Event()
        self.let = threading.Event()

    def __call__(self) -> int:
        self.loop.call_soon_threadsafe(self.begun.set)
        assert self.let.wait(10)
        return threading.get_ident()


async def held(pool: Pool) -> tuple[Hold, asyncio.Future[int]]:
    hold = Hold()
    future = pool.run(hold)
    await hold.begun.wait()
    return hold, future


async def test_what_the_function_returns_comes_back_to_the_loop(pool):
    assert await pool.run(threading.get_ident) != threading.get_ident()


async def test_what_the_function_raises_comes_back_to_the_loop(pool):
    def fail() -> None:
        raise ZeroDivisionError("x")

    with pytest.raises(ZeroDivisionError, match="x"):
        await pool.run(fail)
    assert await pool.run(lambda: "the thread lives") == "the thread lives"


def test_an_error_leaves_nothing_behind_for_the_collector(pool):
    class Local:
        """Held by the frame of what fails."""

    remembered: list[weakref.ref[Local]] = []

    def fail() -> None:
        local = Local()
        remembered.append(weakref.ref(local))
        raise ZeroDivisionError

    async def fail_and_go_on() -> None:
        try:  # a "with" keeps what it has caught
            await pool.run(fail)
        except ZeroDivisionError:
            pass
        await pool.run(lambda: None)  # the thread lets go of its job when it takes the next
        assert remembered[0]() is None

    gc.disable()
    try:
        asyncio.run(fail_and_go_on())  # not in the loop of the tests: on Python 3.10 its tasks keep errors themselves
    finally:
        gc.enable()


async def test_a_stray_stop_iteration_is_an_error_and_not_an_end(pool):
    with pytest.raises(RuntimeError, match="StopIteration"):
        await pool.run(lambda: next(iter(())))


async def test_one_after_the_other_uses_one_thread(pool):
    assert len({await pool.run(threading.get_ident) for _ in range(10)}) == 1


async def test_no_more_run_at_once_than_there_are_threads_and_the_rest_in_order(pool):
    holds = [await held(pool) for _ in range(3)]
    done: list[int] = []
    rest = [pool.run(lambda n=n: done.append(n)) for n in range(5)]
    await asyncio.sleep(0)
    assert done == []
    holds[0][0].let.set()
    await asyncio.gather(*rest)
    assert done == [0, 1, 2, 3, 4]
    for hold, _ in holds:
        hold.let.set()
    assert len({await future for _, future in holds}) == 3


async def test_work_that_blocks_does_not_keep_other_work_waiting():
    pool = Pool(20, "testing")
    barrier = threading.Barrier(20)
    waiting = [pool.run(lambda: barrier.wait(10)) for _ in range(20)]
    assert sorted(await asyncio.gather(*waiting)) == list(range(20))
    await asyncio.to_thread(pool.shutdown)


async def test_many_at_once_are_each_done_once(pool):
    done: list[int] = []
    await asyncio.gather(*(pool.run(lambda n=n: done.append(n)) for n in range(2000)))
    assert sorted(done) == list(range(2000))


async def test_the_thread_that_was_busy_last_is_asked_first(pool):
    (one, first), (two, second) = await held(pool), await held(pool)
    one.let.set()
    await first
    two.let.set()
    assert await pool.run(threading.get_ident) in {await second, await first}
    last = await pool.run(threading.get_ident)
    assert [await pool.run(threading.get_ident) for _ in range(5)] == [last] * 5


async def test_what_is_cancelled_before_its_turn_is_never_called(pool):
    holds = [await held(pool) for _ in range(3)]
    called: list[str] = []
    unwanted = pool.run(lambda: called.append("unwanted"))
    wanted = pool.run(lambda: called.append("wanted"))
    unwanted.cancel()
    for hold, _ in holds:
        hold.let.set()
    await wanted
    assert called == ["wanted"]
    await asyncio.gather(*(future for _, future in holds))


async def test_what_is_cancelled_while_it_runs_runs_to_its_end(pool):
    hold, future = await held(pool)
    future.cancel()
    hold.let.set()
    assert await pool.run(lambda: "the thread lives") == "the thread lives"


def test_a_loop_that_is_closed_while_work_runs_does_not_harm_the_thread(pool):
    let = threading.Event()

    async def leave_it_running() -> None:
        pool.run(lambda: let.wait(10))

    asyncio.run(leave_it_running())
    let.set()

    async def idents() -> set[int]:
        return {await pool.run(threading.get_ident)}

    assert asyncio.run(idents()) <= {worker.thread.ident for worker in pool.workers}
    assert all(worker.thread.is_alive() for worker in pool.workers)


async def test_shutdown_ends_what_was_asked_for_before_the_threads():
    pool = Pool(1, "testing")
    done: list[int] = []
    for n in range(3):
        pool.run(lambda n=n: done.append(n))
    await asyncio.to_thread(pool.shutdown)
    assert done == [0, 1, 2]
    assert not any(worker.thread.is_alive() for worker in pool.workers)
